// How fast a backend is here: two timed runs give a fixed cost and a rate, enough to choose between two backends.
// An estimate for a choice, not a measurement to be shown.
import type { Backend } from '../contract/backend.ts';
import { resolveProblem, tensorSizes, type ResolvedProblem } from '../contract/problem.ts';
import { flops } from '../theory/attention-cost.ts';

export interface BackendSpeed {
  readonly overheadMs: number;
  readonly flopsPerMs: number;
}

const LENGTHS = [32, 512] as const;
const RUNS = 3;

/** A bounded, uneven filling: timing does not depend on the numbers, but constants could be a special case. */
function ripples(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin(index * 0.37));
}

/** Best of a few runs, after one that is not counted. */
async function bestRunMs(backend: Backend, problem: ResolvedProblem, signal: AbortSignal): Promise<number> {
  const sizes = tensorSizes(problem);
  const tensors = { q: ripples(sizes.q), k: ripples(sizes.k), v: ripples(sizes.v) };
  const resident = await backend.upload(problem, tensors, { signal });
  try {
    const prepared = await backend.prepare(problem, resident);
    try {
      await prepared.run(1, { signal });
      let best = Infinity;
      for (let run = 0; run < RUNS; run++) {
        const startMs = performance.now();
        await prepared.run(1, { signal });
        best = Math.min(best, performance.now() - startMs);
      }
      return best;
    } finally {
      prepared.dispose();
    }
  } finally {
    resident.dispose();
  }
}

export async function calibrate(backend: Backend, signal: AbortSignal): Promise<BackendSpeed> {
  const [short, long] = LENGTHS.map((queryLength) => resolveProblem({ heads: 4, queryLength, headDim: 64 })) as [
    ResolvedProblem,
    ResolvedProblem,
  ];
  const shortMs = await bestRunMs(backend, short, signal);
  const longMs = await bestRunMs(backend, long, signal);
  const flopsPerMs = (flops(long) - flops(short)) / Math.max(0.05, longMs - shortMs);
  return { overheadMs: Math.max(0, shortMs - flops(short) / flopsPerMs), flopsPerMs };
}

export function expectedMs(speed: BackendSpeed, work: number): number {
  return speed.overheadMs + work / speed.flopsPerMs;
}
