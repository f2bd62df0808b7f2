// Timing one prepared problem: how many runs make a sample, warming up, one sample. Shared by the timing panel and the benchmark.
import type { PreparedProblem } from '../contract/backend.ts';

/** A sample shorter than this, or than 20 steps of its clock, is mostly noise: several runs are put into one. */
const SHORTEST_SAMPLE_MS = 2;
const FEWEST_QUANTA = 20;
const MOST_RUNS = 512;

/** Runs that make a sample long enough for its clock. */
export function runsPerSample(runMs: number, resolutionMs: number | null, shortestMs = SHORTEST_SAMPLE_MS): number {
  const target = Math.max(shortestMs, FEWEST_QUANTA * (resolutionMs ?? 0));
  return Math.max(1, Math.min(MOST_RUNS, Math.ceil(target / Math.max(runMs, 1e-4))));
}

export interface TimedRun {
  /** Milliseconds per run on the host's clock; `workMs` without compiling. */
  readonly wallMs: number;
  readonly workMs: number;
  /** Milliseconds per run on the backend's own clock, where it has one. */
  readonly kernelMs: number | undefined;
  /** Of all threads of a CPU together. */
  readonly processorMs: number | undefined;
  readonly timerResolution: number | undefined;
}

export async function timedRun(
  prepared: Pick<PreparedProblem, 'run'>,
  times: number,
  signal: AbortSignal,
): Promise<TimedRun> {
  const startMs = performance.now();
  const { kernel, processor, compile = 0, timerResolution } = await prepared.run(times, { signal });
  const wallMs = (performance.now() - startMs) / times;
  return {
    wallMs,
    workMs: wallMs - compile / times,
    kernelMs: kernel && kernel / times,
    processorMs: processor && processor / times,
    timerResolution,
  };
}
