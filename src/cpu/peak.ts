// What plain TypeScript can do at best on all threads at once: float64 multiply-adds in registers, and copies of large arrays.
// The loops run as jobs of the pool, so they meet the same threads attention does.
import type { RunControl } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import type { DevicePeak, PeakSamples } from '../contract/device-peak.ts';
import type { BackendInfo } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { median } from '../theory/statistics.ts';
import type { Job, JobKind } from './jobs.ts';
import { SUMS } from './peak-loops.ts';
import type { Pool } from './pool.ts';
import type { JobGroup } from './task.ts';

const SAMPLES = 7;
const WARM_UPS = 2;
/** Multiply-adds of one unit of work: about a millisecond. */
const UNIT_ROUNDS = 65536;
/** Timed work of one sample on all threads. */
const SAMPLE_MS = 120;
const FIRST_UNITS = 32;
/** Numbers of each thread's two arrays, 64 MB each: far more than a core's share of the caches. */
const COPY_NUMBERS = 8 * 2 ** 20;
const COPIES = 4;

function group(kind: 'multiply-add' | 'copy', units: number, cost: number, absorb: JobGroup['absorb']): JobGroup {
  const job = (from: number, to: number): Job =>
    kind === 'copy' ? { kind, numbers: COPY_NUMBERS, copies: COPIES } : { kind, rounds: UNIT_ROUNDS * (to - from) };
  return {
    holdings: [],
    costs: new Float64Array(units).fill(cost),
    job: (from, to) => ({ job: job(from, to), transfer: [] }),
    absorb,
  };
}

async function timedRun(pool: Pool, kind: JobKind, groups: JobGroup[], control: RunControl): Promise<number> {
  throwIfAborted(control.signal);
  const startMs = performance.now();
  await pool.run(kind, groups, { signal: control.signal });
  return performance.now() - startMs;
}

async function measureFlops(pool: Pool, control: RunControl): Promise<PeakSamples> {
  const run = async (units: number) => {
    const check = ([counted]: Float32Array[], from: number, to: number) => {
      if (counted![0] === Math.fround(UNIT_ROUNDS * (to - from))) return;
      throw new AttentionError('internal', { reason: 'peak-miscounted', value: counted![0] });
    };
    return timedRun(pool, 'multiply-add', [group('multiply-add', units, UNIT_ROUNDS * SUMS, check)], control);
  };
  let lastMs = 0;
  for (let turn = 0; turn < WARM_UPS; turn++) lastMs = await run(FIRST_UNITS);
  const units = Math.max(FIRST_UNITS, Math.ceil((FIRST_UNITS * SAMPLE_MS) / Math.max(lastMs, 1)));
  const samples: number[] = [];
  const spentMs: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const ms = await run(units);
    spentMs.push(ms);
    samples.push((2 * units * UNIT_ROUNDS * SUMS * 1000) / ms);
  }
  return { samples, warmUps: WARM_UPS, sampleMs: median(spentMs) };
}

/** One copying job per thread at once; the threads' own rates added up. */
async function measureBytes(pool: Pool, control: RunControl): Promise<PeakSamples> {
  const samples: number[] = [];
  const spentMs: number[] = [];
  for (let turn = 0; turn < WARM_UPS + SAMPLES; turn++) {
    let rate = 0;
    // One group per thread, each dear enough to be a job of its own.
    const groups = Array.from({ length: pool.threads }, () =>
      group('copy', 1, 1e12, ([perSecond]) => void (rate += perSecond![0]!)),
    );
    const ms = await timedRun(pool, 'copy', groups, control);
    if (turn < WARM_UPS) continue;
    samples.push(rate);
    spentMs.push(ms);
  }
  return { samples, warmUps: WARM_UPS, sampleMs: median(spentMs) };
}

export async function measurePeak(pool: Pool, info: BackendInfo, control: RunControl): Promise<DevicePeak> {
  const flops = await measureFlops(pool, control);
  control.onProgress?.(0.5);
  const bytes = await measureBytes(pool, control);
  control.onProgress?.(1);
  const device = deviceName(info);
  return { backend: 'cpu', device, clock: 'wall', timerResolutionMs: null, flops, bytes };
}
