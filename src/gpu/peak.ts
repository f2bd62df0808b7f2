// What this device can do at best: multiply-adds in registers, and copying memory far larger than its caches.
// A limit is the best that was ever reached: a few shapes take turns, so that no slow moment falls on one of them alone, and the best
// sample of all decides. Called when a person asks for it; seconds of work.
import type { RunControl } from '../contract/backend.ts';
import type { BackendInfo } from '../contract/engine.ts';
import { throwIfAborted, AttentionError } from '../contract/errors.ts';
import { deviceName } from '../contract/device-name.ts';
import type { DevicePeak, PeakSamples } from '../contract/device-peak.ts';
import { joinSamples } from '../theory/roofline.ts';
import { median } from '../theory/statistics.ts';
import { createBuffer, readBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import type { Kernel } from './kernels/kernel.ts';
import { PEAK_COPY, PEAK_COPY_PARAMS } from './kernels/peak-copy.ts';
import { PEAK_MULTIPLY_ADD, PEAK_MULTIPLY_ADD_PARAMS } from './kernels/peak-multiply-add.ts';
import { packParams } from './params.ts';
import type { Work } from './slices.ts';

const SAMPLES = 3;
const WARM_UPS = 1;
/** Turns that every shape gets. */
const TURNS = 2;
/** A sample is repeated or made larger until it takes this long. */
const SAMPLE_MS = 25;
/**
 * Independent sums per thread: enough to hide a multiply-add's latency, few enough to stay in registers. SwiftShader, GFLOP/s by number:
 * 1 19, 2 30, 4 35, 6 37, 8 35, 16 32; written as a product and a sum 22 to 36, and never the same twice.
 */
const CHAINS = [4, 6, 8];
const ROUNDS = 512;
const FEWEST_THREADS = 1024;
const MOST_THREADS = 2 ** 21;
/** vec4s per thread of the copies that are tried. */
const RUNS = [1, 4, 16];
const COPY_BYTES = 256 * 2 ** 20;
const SOFTWARE_COPY_BYTES = 128 * 2 ** 20;

type TimedRun = (times: number) => Promise<number>;

/** Milliseconds of a work, by the GPU's clock where there is one. */
function timer({ slices }: GpuContext, work: Work, signal?: AbortSignal): TimedRun {
  return async (times) => {
    throwIfAborted(signal);
    const startMs = performance.now();
    const { kernelMs } = await slices.run(
      Array.from({ length: times }, () => work),
      { signal },
    );
    return kernelMs ?? performance.now() - startMs;
  };
}

/** Amounts per second of something that does `amount` per run. */
async function sampleRate(run: TimedRun, amount: number): Promise<PeakSamples> {
  // The queue learns how much fits a submission while it warms up.
  let lastMs = 0;
  for (let turn = 0; turn < WARM_UPS; turn++) lastMs = await run(1);
  const times = Math.max(1, Math.min(64, Math.ceil(SAMPLE_MS / Math.max(lastMs, 0.01))));
  const samples: number[] = [];
  const spentMs: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const ms = await run(times);
    spentMs.push(ms);
    samples.push((amount * times * 1000) / ms);
  }
  return { samples, warmUps: WARM_UPS, sampleMs: median(spentMs) };
}

function multiplyAddWork(
  compiled: Work['compiled'],
  sums: GPUBuffer,
  threads: number,
  chains: number,
  group: number,
): Work {
  return {
    compiled,
    bindings: [{ buffer: sums }],
    units: threads,
    unitsPerWorkgroup: group,
    costOf: () => ROUNDS * chains * 16,
    params: (start, end) =>
      packParams(PEAK_MULTIPLY_ADD_PARAMS, { rounds: ROUNDS, factor: 1, step: 1, unit_start: start, unit_end: end }),
  };
}

/** Threads of a run that takes about {@link SAMPLE_MS}: large devices need many to be busy at all. */
async function enoughThreads(timed: (threads: number) => TimedRun): Promise<number> {
  let threads = FEWEST_THREADS;
  await timed(threads)(1);
  for (;;) {
    const ms = await timed(threads)(1);
    if (threads >= MOST_THREADS || ms * 2 > SAMPLE_MS) return threads;
    threads = Math.min(MOST_THREADS, threads * 4);
  }
}

async function measureFlops(context: GpuContext, chains: number, control: RunControl): Promise<PeakSamples> {
  const { open, pipelines } = context;
  const group = open.facts.isSoftware ? 16 : 64;
  const kernel: Kernel<typeof PEAK_MULTIPLY_ADD_PARAMS> = PEAK_MULTIPLY_ADD;
  const compiled = await pipelines.compile(kernel, { CHAINS: chains, WORKGROUP: group });
  const sums = await createBuffer(open, 'peak.sums', MOST_THREADS * 4);
  try {
    const timed = (threads: number) =>
      timer(context, multiplyAddWork(compiled, sums, threads, chains, group), control.signal);
    const threads = await enoughThreads(timed);
    const measured = await sampleRate(timed(threads), 2 * threads * ROUNDS * chains * 16);
    const [first] = await readBuffer(open, sums, 4);
    // A compiler that left work out would be found here: the sum counts the rounds.
    if (first !== 4 * ROUNDS) throw new AttentionError('internal', { reason: 'peak-miscounted', value: first });
    return measured;
  } finally {
    sums.destroy();
  }
}

/** Bytes of each of the two buffers of a copy. */
function copyBytes({ open }: GpuContext): number {
  const { limits, isSoftware } = open.facts;
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  return Math.floor(Math.min(most, isSoftware ? SOFTWARE_COPY_BYTES : COPY_BYTES) / 2 ** 20) * 2 ** 20;
}

async function measureCopy(context: GpuContext, run: number, control: RunControl): Promise<PeakSamples> {
  const { open, pipelines } = context;
  const group = open.facts.isSoftware ? 16 : 256;
  const kernel: Kernel<typeof PEAK_COPY_PARAMS> = PEAK_COPY;
  const compiled = await pipelines.compile(kernel, { WORKGROUP: group, RUN: run });
  const byteLength = copyBytes(context);
  const buffers: GPUBuffer[] = [];
  try {
    for (const name of ['from', 'to']) buffers.push(await createBuffer(open, `peak.${name}`, byteLength));
    const work: Work = {
      compiled,
      bindings: buffers.map((buffer) => ({ buffer })),
      units: byteLength / 16 / run,
      unitsPerWorkgroup: group,
      costOf: () => 8 * run,
      params: (start, end) => packParams(PEAK_COPY_PARAMS, { unit_start: start, unit_end: end }),
    };
    return await sampleRate(timer(context, work, control.signal), 2 * byteLength);
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** All shapes in turns; the samples of the one that was fastest. */
async function best(
  shapes: readonly number[],
  measure: (shape: number) => Promise<PeakSamples>,
  onStep: () => void,
): Promise<PeakSamples> {
  const all = new Map<number, PeakSamples>();
  for (let turn = 0; turn < TURNS; turn++)
    for (const shape of shapes) {
      const more = await measure(shape);
      const known = all.get(shape);
      all.set(shape, known ? joinSamples(known, more) : more);
      onStep();
    }
  const top = ({ samples }: PeakSamples) => Math.max(...samples);
  return [...all.values()].reduce((a, b) => (top(a) >= top(b) ? a : b));
}

export async function measurePeak(context: GpuContext, info: BackendInfo, control: RunControl): Promise<DevicePeak> {
  const { open, slices } = context;
  let steps = 0;
  const onStep = () => control.onProgress?.(++steps / (TURNS * (CHAINS.length + RUNS.length)));
  const flops = await best(CHAINS, (chains) => measureFlops(context, chains, control), onStep);
  const bytes = await best(RUNS, (run) => measureCopy(context, run, control), onStep);
  const hasClock = open.features.includes('timestamp-query');
  return {
    backend: 'webgpu',
    device: deviceName(info),
    clock: hasClock ? 'kernel' : 'wall',
    timerResolutionMs: (hasClock ? slices.timerResolutionMs() : undefined) ?? null,
    flops,
    bytes,
  };
}
