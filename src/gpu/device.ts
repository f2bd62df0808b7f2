// Gets a GPUDevice and says when it is gone. Not a cache, no retry after a loss: that is the engine's decision.
// Called by `gpu-backend.ts`; who opens closes.
import type { AdapterDescription } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { createMemoryCount, type MemoryCount } from './memory.ts';
import type { DeviceFacts } from './plan.ts';
import type { AdapterTraits } from './tile-shapes.ts';

const ADAPTER_TIMEOUT_MS = 4000;
const RETRY_DELAY_MS = 250;
/**
 * Where it is granted: on a GPU what the largest tiles take, 64 × 64 of flash-panels at D = 64 and 64 × 32 at D = 128; software adapters
 * slow down beyond theirs.
 */
const WANTED_WORKGROUP_STORAGE = { software: 32 * 1024, hardware: 48 * 1024 } as const;
const WANTED_FEATURES = ['timestamp-query', 'shader-f16', 'subgroups'] as const;
const WANTED_BUFFER_BYTES = 4 * 1024 ** 3 - 4;

export interface OpenDevice {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly facts: DeviceFacts;
  readonly features: readonly string[];
  readonly memory: MemoryCount;
  /** Settles with a loss we did not cause. */
  readonly lost: Promise<{ reason: string }>;
  /** The promise, or `device-lost` (after `close`: `disposed`) as soon as the device is gone. */
  guard<T>(promise: Promise<T>): Promise<T>;
  /** Whatever waits next, or after it settles, throws the error that comes of it, once. */
  expect(failure: Promise<AttentionError | null>): void;
  /** Throws what `guard` would reject with. */
  requireAlive(): void;
  close(): void;
}

export interface DeviceOptions {
  provider?: GPU;
  onUncaptured?: (message: string) => void;
  /** Asks for no limit and no feature beyond the defaults. For tests of the smallest devices. */
  defaultLimits?: boolean;
  /** Takes the adapter for a CPU's or a GPU's own, whatever it calls itself. For tests of defaults. */
  isSoftware?: boolean;
  /** Takes its compiler for a slow one. For tests of what runs there. */
  compilesSlowly?: boolean;
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), timeoutMs)));
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Firefox names no adapter, but says that one is a fallback. */
function traitsOf(info: GPUAdapterInfo, asked: DeviceOptions): AdapterTraits {
  const words = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  const isNamed = /swiftshader|llvmpipe|lavapipe|basic render|software/i.test(words);
  const isSoftware = asked.isSoftware ?? (info.isFallbackAdapter === true || isNamed);
  return { isSoftware, compilesSlowly: asked.compilesSlowly ?? (isSoftware && !/swiftshader/i.test(words)) };
}

async function requestDevice(provider: GPU, options: DeviceOptions) {
  const adapter = await within(provider.requestAdapter({ powerPreference: 'high-performance' }), ADAPTER_TIMEOUT_MS);
  if (!adapter) return null;
  if (options.defaultLimits) return { adapter, device: await adapter.requestDevice({ label: 'attention' }) };
  const { limits } = adapter;
  const storage = WANTED_WORKGROUP_STORAGE[traitsOf(adapter.info, options).isSoftware ? 'software' : 'hardware'];
  const least = (wanted: number, granted: number | undefined) => Math.min(wanted, granted ?? wanted);
  const device = await within(
    adapter.requestDevice({
      label: 'attention',
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: {
        maxStorageBufferBindingSize: least(WANTED_BUFFER_BYTES, limits.maxStorageBufferBindingSize),
        maxBufferSize: least(WANTED_BUFFER_BYTES, limits.maxBufferSize),
        maxComputeWorkgroupStorageSize: least(storage, limits.maxComputeWorkgroupStorageSize),
      },
    }),
    ADAPTER_TIMEOUT_MS,
  );
  return device && { adapter, device };
}

/** Null when there is no adapter or it answers with an error; a second try covers adapters that are late at start-up. */
async function requestTwice(provider: GPU, options: DeviceOptions) {
  for (const delayMs of [0, RETRY_DELAY_MS]) {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const opened = await requestDevice(provider, options).catch(() => null);
    if (opened) return opened;
  }
  return null;
}

/** Pages must be able to tell a fallback even where it has no name. */
function describe({ vendor, architecture, description, isFallbackAdapter }: GPUAdapterInfo): AdapterDescription {
  const isNameless = `${vendor}${architecture}${description}` === '';
  return { vendor, architecture, description: isNameless && isFallbackAdapter ? 'software fallback' : description };
}

function findProvider(): GPU {
  if (globalThis.isSecureContext === false)
    throw new AttentionError('backend-unavailable', { reason: 'insecure-context' });
  const provider = globalThis.navigator?.gpu;
  if (!provider) throw new AttentionError('backend-unavailable', { reason: 'no-webgpu' });
  return provider;
}

export async function openDevice(options: DeviceOptions = {}): Promise<OpenDevice> {
  const opened = await requestTwice(options.provider ?? findProvider(), options);
  if (!opened) throw new AttentionError('backend-unavailable', { reason: 'no-adapter' });
  const { adapter, device } = opened;
  let gone: AttentionError | null = null;
  let closing = false;
  let rejectGone: (error: AttentionError) => void = () => undefined;
  const whenGone = new Promise<never>((_, reject) => (rejectGone = reject));
  whenGone.catch(() => undefined);
  const leave = (error: AttentionError) => {
    gone ??= error;
    rejectGone(gone);
  };
  const lost = new Promise<{ reason: string }>((resolve) => {
    void device.lost.then(({ reason, message }) => {
      if (closing) return;
      leave(new AttentionError('device-lost', { reason }, `device lost: ${message || reason}`));
      resolve({ reason });
    });
  });
  device.addEventListener('uncapturederror', ({ error }) => options.onUncaptured?.(error.message));
  /** Answers that are on their way, and the first bad one that nobody has heard of. */
  const expected = new Set<Promise<void>>();
  let failed: AttentionError | null = null;
  const requireAlive = () => {
    if (gone) throw gone;
    if (!failed) return;
    const failure = failed;
    failed = null;
    throw failure;
  };
  return {
    device,
    adapter: describe(adapter.info),
    facts: {
      limits: device.limits,
      ...traitsOf(adapter.info, options),
      features: new Set(device.features),
      vendor: adapter.info.vendor,
      subgroupMinSize: device.features.has('subgroups') ? (adapter.info.subgroupMinSize ?? 0) : 0,
      subgroupMaxSize: device.features.has('subgroups') ? (adapter.info.subgroupMaxSize ?? 0) : 0,
    },
    features: WANTED_FEATURES.filter((feature) => device.features.has(feature)),
    memory: createMemoryCount(),
    lost,
    requireAlive,
    expect(failure) {
      const heard: Promise<void> = failure.then(
        (error) => {
          expected.delete(heard);
          failed ??= error;
        },
        // The scope went with the device, which says so itself.
        () => void expected.delete(heard),
      );
      expected.add(heard);
    },
    async guard(promise) {
      try {
        const value = await Promise.race([promise, whenGone]);
        // They were asked before: waiting for them costs nothing.
        if (expected.size > 0) await Promise.race([Promise.all(expected), whenGone]);
        requireAlive();
        return value;
      } catch (error) {
        // A pending map is aborted before `lost` is told: wait for the word so that the cause has its right name.
        if (!gone && !(error instanceof AttentionError)) await within(device.lost, 50);
        throw gone ?? error;
      }
    },
    close() {
      closing = true;
      leave(new AttentionError('disposed'));
      device.destroy();
    },
  };
}
