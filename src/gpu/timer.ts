// Time between timestamps at the ends of compute passes, and a twin that measures nothing where the device cannot.
// Never the host's clock. One stopwatch per run; used by `slices.ts`.
import { allBuffers, createBuffer, USAGE } from './buffers.ts';
import type { OpenDevice } from './device.ts';

const PASSES = 128;
/** Sets of slots kept for later runs; they are freed with the device. */
const MOST_IDLE = 2;
const QUERY_RESOLVE = 0x200;
const MAP_READ = 0x01;
const COPY_SRC = 0x04;
const COPY_DST = USAGE.storage & 0x08;

export interface Stopwatch {
  /** For the next pass, or undefined where nothing is measured. Waits when all slots are taken. */
  nextPass(): Promise<GPUComputePassTimestampWrites | undefined>;
  /** Adds to the encoder of the run's last submission what brings the stamps over. */
  collectBy(encoder: GPUCommandEncoder): void;
  /** After that submission: total of the passes in milliseconds; undefined where nothing is measured. */
  finish(): Promise<number | undefined>;
  dispose(): void;
}

export interface Timer {
  createStopwatch(): Promise<Stopwatch>;
  /** The step of the clock seen so far, in milliseconds. */
  resolutionMs(): number | undefined;
}

const NOTHING: Stopwatch = {
  nextPass: () => Promise.resolve(undefined),
  collectBy: () => undefined,
  finish: () => Promise.resolve(undefined),
  dispose: () => undefined,
};

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Sum of the deltas that are not negative (the clock may be reset between two passes), in nanoseconds. */
export function sumDeltas(stamps: BigUint64Array): bigint {
  let sum = 0n;
  for (let at = 0; at + 1 < stamps.length; at += 2) {
    const delta = stamps[at + 1]! - stamps[at]!;
    if (delta > 0n) sum += delta;
  }
  return sum;
}

/** Where the stamps of one run's passes go. */
interface Slots {
  readonly queries: GPUQuerySet;
  readonly resolved: GPUBuffer;
  readonly staging: GPUBuffer;
}

export function createTimer(open: OpenDevice): Timer {
  if (!open.features.includes('timestamp-query'))
    return { createStopwatch: () => Promise.resolve(NOTHING), resolutionMs: () => undefined };
  const { device } = open;
  let step = 0n;
  /** What runs that have ended leave to the next ones: making it anew costs more than a short run. */
  const idle: Slots[] = [];

  async function takeSlots(): Promise<Slots> {
    const known = idle.pop();
    if (known) return known;
    const [resolved, staging] = (await allBuffers([
      createBuffer(open, 'timer.resolved', PASSES * 16, QUERY_RESOLVE | COPY_SRC),
      createBuffer(open, 'timer.staging', PASSES * 16, MAP_READ | COPY_DST),
    ])) as [GPUBuffer, GPUBuffer];
    return {
      resolved,
      staging,
      queries: device.createQuerySet({ label: 'timer', type: 'timestamp', count: PASSES * 2 }),
    };
  }

  async function createStopwatch(): Promise<Stopwatch> {
    const slots = await takeSlots();
    const { resolved, staging, queries } = slots;
    let used = 0;
    let total = 0n;
    let isMapping = false;

    function collectBy(encoder: GPUCommandEncoder): void {
      if (used === 0) return;
      encoder.resolveQuerySet(queries, 0, used * 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, used * 16);
    }

    async function addUp(): Promise<void> {
      if (used === 0) return;
      isMapping = true;
      await open.guard(staging.mapAsync(1, 0, used * 16));
      const stamps = new BigUint64Array(staging.getMappedRange(0, used * 16).slice(0));
      staging.unmap();
      isMapping = false;
      for (const stamp of stamps) step = commonDivisor(step, stamp);
      total += sumDeltas(stamps);
      used = 0;
    }

    return {
      async nextPass() {
        if (used === PASSES) {
          const encoder = device.createCommandEncoder({ label: 'timer.collect' });
          collectBy(encoder);
          device.queue.submit([encoder.finish()]);
          await addUp();
        }
        const at = used++ * 2;
        return { querySet: queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
      },
      collectBy,
      async finish() {
        await addUp();
        return Number(total) / 1e6;
      },
      dispose() {
        // Staging that is still being mapped is of no use to another run.
        if (!isMapping && idle.length < MOST_IDLE) return void idle.push(slots);
        queries.destroy();
        resolved.destroy();
        staging.destroy();
      },
    };
  }

  return { createStopwatch, resolutionMs: () => (step === 0n ? undefined : Number(step) / 1e6) };
}
