// ONNX Runtime Web: one graph on one execution provider. Sessions on WebGPU may not fall back to the CPU in silence.
import type { PeerCase } from '../cases.ts';
import type { Contestant, PeerRun } from '../contestant.ts';
import { GRAPHS, type AttentionGraph, type GraphName } from './onnx-graphs.ts';

/** The part of onnxruntime-web 1.30 that is used here; the module itself is loaded as published, its WASM beside it. */
export interface Ort {
  env: {
    wasm: { wasmPaths?: string; wasmBinary?: Uint8Array; numThreads: number };
    webgpu: { device: Promise<GPUDevice> };
    logLevel: string;
  };
  Tensor: {
    new (type: 'float32', data: Float32Array, dims: readonly number[]): OrtTensor;
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: 'float32'; dims: readonly number[] }): OrtTensor;
  };
  InferenceSession: {
    create(
      model: Uint8Array,
      options: { executionProviders: OrtProvider[]; graphOptimizationLevel: 'all'; extra: object },
    ): Promise<OrtSession>;
  };
}
interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtProvider {
  name: 'webgpu' | 'wasm';
  device?: GPUDevice;
}
interface OrtSession {
  run(feeds: Record<string, OrtTensor>, fetches: string[] | Record<string, OrtTensor>): Promise<{ y: OrtTensor }>;
  release(): Promise<void>;
}

/** Where the published files are: the browser fetches them (`registry.ts`), Node reads them (`../../node/ort-files.ts`). */
export type OrtFiles = (entry: string) => Promise<Ort>;

/** `webgpu-default` takes the device that ORT makes; `jsep` is the older backend that the default entry still loads. */
export type OrtFlavour = 'webgpu' | 'webgpu-default' | 'jsep' | 'wasm';

const ENTRIES: Record<OrtFlavour, string> = {
  webgpu: 'ort.webgpu.min.mjs',
  'webgpu-default': 'ort.webgpu.min.mjs',
  jsep: 'ort.min.mjs',
  wasm: 'ort.wasm.min.mjs',
};

/**
 * ORT's subgroup path of FlashAttention reads eight keys a step and needs subgroups of at least eight lanes; with fewer
 * (SwiftShader has four) its answers are wrong, without an error.
 */
const LEAST_SUBGROUP = 8;
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

async function load(files: OrtFiles, flavour: OrtFlavour): Promise<Ort> {
  const module = await files(ENTRIES[flavour]);
  module.env.logLevel = 'error';
  return module;
}

/** Where ORT's subgroup path would be wrong it gets a device without that feature, and so takes its shared-memory path. */
async function webgpuProvider(): Promise<OrtProvider> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('ort: no WebGPU adapter');
  const isRight = !adapter.features.has('subgroups') || (adapter.info.subgroupMinSize ?? 0) >= LEAST_SUBGROUP;
  if (isRight) return { name: 'webgpu' };
  const features = (['shader-f16', 'timestamp-query'] as const).filter((feature) => adapter.features.has(feature));
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]]));
  return { name: 'webgpu', device: await adapter.requestDevice({ requiredFeatures: features, requiredLimits }) };
}

function onGpu(
  ort: Ort,
  device: GPUDevice,
  session: OrtSession,
  { dims }: AttentionGraph,
): Omit<PeerRun, 'run' | 'note'> {
  const size = 4 * dims.reduce((product, dim) => product * dim, 1);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = () => device.createBuffer({ size, usage });
  const buffers = { q: buffer(), k: buffer(), v: buffer(), y: buffer() };
  const tensor = (one: GPUBuffer) => ort.Tensor.fromGpuBuffer(one, { dataType: 'float32', dims });
  const feeds = { q: tensor(buffers.q), k: tensor(buffers.k), v: tensor(buffers.v) };
  const fetches = { y: tensor(buffers.y) };
  return {
    resident: {
      upload(q, k, v) {
        device.queue.writeBuffer(buffers.q, 0, q as Float32Array<ArrayBuffer>);
        device.queue.writeBuffer(buffers.k, 0, k as Float32Array<ArrayBuffer>);
        device.queue.writeBuffer(buffers.v, 0, v as Float32Array<ArrayBuffer>);
      },
      submit: async () => void (await session.run(feeds, fetches)),
      sync: async () => void (await device.queue.onSubmittedWorkDone()),
      async read() {
        const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffers.y, 0, staging, 0, size);
        device.queue.submit([encoder.finish()]);
        await staging.mapAsync(GPUMapMode.READ);
        const output = new Float32Array(staging.getMappedRange().slice(0));
        staging.destroy();
        return output;
      },
    },
    async dispose() {
      await session.release();
      for (const one of Object.values(buffers)) one.destroy();
    },
  };
}

function onCpu(session: OrtSession, tensor: (values: Float32Array) => OrtTensor): Omit<PeerRun, 'run' | 'note'> {
  let feeds: Record<string, OrtTensor> = {};
  let last = new Float32Array();
  return {
    resident: {
      upload(q, k, v) {
        feeds = { q: tensor(q), k: tensor(k), v: tensor(v) };
      },
      async submit() {
        last = (await session.run(feeds, ['y'])).y.data as Float32Array<ArrayBuffer>;
      },
      sync: () => undefined,
      read: () => last,
    },
    dispose: () => session.release(),
  };
}

async function createRun(ort: Ort, provider: OrtProvider, graph: AttentionGraph): Promise<PeerRun> {
  const isGpu = provider.name === 'webgpu';
  const session = await ort.InferenceSession.create(graph.bytes, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    extra: isGpu ? { session: { disable_cpu_ep_fallback: '1' } } : {},
  });
  const tensor = (values: Float32Array) => new ort.Tensor('float32', values, graph.dims);
  const device = isGpu ? (provider.device ?? (await ort.env.webgpu.device)) : null;
  return {
    note: [graph.note, provider.device ? 'no subgroups' : ''].filter(Boolean).join('; '),
    run: async (q, k, v) => (await session.run({ q: tensor(q), k: tensor(k), v: tensor(v) }, ['y'])).y.data,
    ...(device ? onGpu(ort, device, session, graph) : onCpu(session, tensor)),
  };
}

/** JSEP refuses an attention bias that is broadcast over heads, so it runs unmasked cases only. */
function canRun(flavour: OrtFlavour, { causal, window }: PeerCase): boolean {
  return flavour !== 'jsep' || (!causal && window === null);
}

export function ort(files: OrtFiles, flavour: OrtFlavour, graphName: GraphName): Contestant {
  /** One device serves all cases. */
  let provider: Promise<OrtProvider> | null = null;
  const ownProvider = async (): Promise<OrtProvider> => ({ name: flavour === 'wasm' ? 'wasm' : 'webgpu' });
  return {
    layout: graphName === 'plain' ? 'hnd' : 'nhd',
    async prepare(problem) {
      const graph = canRun(flavour, problem) ? GRAPHS[graphName](problem) : null;
      if (!graph) return null;
      provider ??= flavour === 'webgpu' ? webgpuProvider() : ownProvider();
      return createRun(await load(files, flavour), await provider, graph);
    },
  };
}
