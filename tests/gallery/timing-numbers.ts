// Timings for the chart views: made from a fixed cost plus a cost per visible pair, with a fixed spread. They show how charts draw,
// not how fast anything is.
import { resolveProblem } from '../../src/contract/problem.ts';
import { visiblePairs } from '../../src/contract/visibility.ts';
import { SERIES, type Measurement, type Series } from '../../src/contract/workbench.ts';
import { bytes, flops } from '../../src/theory/attention-cost.ts';
import { backendOf, variantOf } from '../../src/viz/head-hue.ts';

const SPREAD = [0.94, 0.97, 0.99, 1, 1.02, 1.05, 1.3];
const FIXED_MS = { gpu: 1.4, cpu: 0.08 };
const PAIR_MS = { gpu: 2.5e-6, cpu: 2.2e-5 };

export function measurement(series: Series, length: number): Measurement {
  const backend = backendOf(series);
  const mask = variantOf(series) === 'full' ? {} : { window: { left: 32, right: 32 } };
  const problem = resolveProblem({ heads: 4, queryLength: length, headDim: 64, mask });
  const pairs = visiblePairs(problem);
  const kernelMs = 0.02 + pairs * PAIR_MS[backend];
  return {
    series,
    length,
    warmUps: 2,
    wall: SPREAD.map((factor) => factor * (FIXED_MS[backend] + pairs * PAIR_MS[backend])),
    kernel: SPREAD.map((factor) => factor * kernelMs),
    runsPerSample: 1,
    upload: backend === 'gpu' ? [0.21, 0.24, 0.26] : [],
    readback: backend === 'gpu' ? [0.5, 0.52, 0.61] : [],
    timerResolution: backend === 'gpu' ? 1e-6 : null,
    flops: flops(problem),
    bytes: bytes(problem),
    pairs,
    device: backend === 'gpu' ? 'a GPU' : '2 threads',
  };
}

export const measurementsAt = (length: number, series: readonly Series[] = SERIES) =>
  Object.fromEntries(series.map((one) => [one, measurement(one, length)])) as Partial<Record<Series, Measurement>>;

export const sweepOf = (lengths: readonly number[], series: readonly Series[] = SERIES) =>
  lengths.flatMap((length) => series.map((one) => measurement(one, length)));
