// Turns measured series into the benchmark's table and the fitted exponents. Pure; run.ts prints what it gives.
import { resolveProblem } from '../../src/contract/problem.ts';
import { asymptoticExponent, predictedExponent } from '../../src/theory/attention-cost.ts';
import { fitPowerLaw } from '../../src/theory/fit.ts';
import { median, quartiles } from '../../src/theory/statistics.ts';
import { VARIANTS, type BackendRun, type BenchSeries, type BenchSettings, type BenchVariant } from './settings.ts';

export interface Slope {
  backend: string;
  variant: BenchVariant;
  clock: 'kernel' | 'wall';
  exponent: number;
  standardError: number | null;
  /** What operations alone give over these very lengths. */
  predicted: number;
  /** What they give for very long inputs. */
  asymptotic: number;
}

const three = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : '–');

/** Median with the quartiles around it. */
function spread(samples: number[]): string {
  if (samples.length === 0) return '–';
  const { lower, median: middle, upper } = quartiles(samples);
  return `${three(middle)} [${three(lower)}, ${three(upper)}]`;
}

/** Useful operations per second by the kernel's clock, or the wall's where there is no other. */
function gigaflops({ flops, kernelMs, wallMs }: BenchSeries): number {
  return flops / (median(kernelMs.length > 0 ? kernelMs : wallMs) * 1e6);
}

/** Columns padded to their widest cell. */
export function alignColumns(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

export function timingTable(runs: BackendRun[]): string {
  const head = ['backend', 'variant', 'n', 'kernel ms', 'wall ms', 'GFLOP/s', 'samples × runs'];
  const rows = runs.flatMap(({ series }) =>
    series.map((one) => [
      one.backend,
      one.variant,
      String(one.length),
      one.leftOut ? `left out: ${one.leftOut}` : spread(one.kernelMs),
      one.leftOut ? '' : spread(one.wallMs),
      one.leftOut ? '' : three(gigaflops(one)),
      one.leftOut ? '' : `${one.wallMs.length} × ${one.runsPerSample}`,
    ]),
  );
  return alignColumns([head, ...rows]);
}

function problemOf(settings: BenchSettings, variant: BenchVariant) {
  const side = settings.windowSide;
  return resolveProblem({
    heads: settings.heads,
    queryLength: settings.lengths[0]!,
    headDim: settings.headDim,
    mask: variant === 'window' ? { window: { left: side, right: side } } : {},
  });
}

/** The growth of each series with length, on each clock apart. Series with fewer than three lengths are left out. */
export function slopes(runs: BackendRun[], settings: BenchSettings): Slope[] {
  const found: Slope[] = [];
  for (const { backend, series } of runs)
    for (const variant of VARIANTS)
      for (const clock of ['kernel', 'wall'] as const) {
        const points = series
          .filter((one) => one.variant === variant)
          .map((one) => ({ length: one.length, samples: clock === 'kernel' ? one.kernelMs : one.wallMs }))
          .filter(({ samples }) => samples.length > 0);
        const lengths = points.map(({ length }) => length);
        const law = fitPowerLaw(
          lengths,
          points.map(({ samples }) => median(samples)),
        );
        if (!law || law.points < 3) continue;
        const problem = problemOf(settings, variant);
        found.push({
          backend,
          variant,
          clock,
          exponent: law.exponent,
          standardError: law.exponentError,
          predicted: predictedExponent(problem, lengths),
          asymptotic: asymptoticExponent(problem.mask),
        });
      }
  return found;
}

export function slopeTable(found: Slope[]): string {
  const head = ['backend', 'variant', 'clock', 'measured', 'operations alone', 'theory'];
  const rows = found.map((slope) => [
    slope.backend,
    slope.variant,
    slope.clock,
    `n^${slope.exponent.toFixed(2)} ± ${slope.standardError?.toFixed(2) ?? '?'}`,
    `n^${slope.predicted.toFixed(2)}`,
    `n^${slope.asymptotic.toFixed(1)}`,
  ]);
  return alignColumns([head, ...rows]);
}

/** Series whose kernels took clearly longer than the calls they ran in: their clocks cannot both be right. */
export function contradictions(runs: BackendRun[]): string[] {
  return runs
    .flatMap(({ series }) => series)
    .filter(({ kernelMs, wallMs }) => median(kernelMs) > 1.1 * median(wallMs))
    .map(({ backend, variant, length }) => `${backend} ${variant} n=${length}`);
}

/** The largest difference between two backends' outputs of the same problem; null when one is missing. */
export function outputDifference(runs: BackendRun[]): number | null {
  const [first = [], second = []] = runs.map((run) => run.firstOutput);
  if (first.length === 0 || first.length !== second.length) return null;
  return first.reduce((worst, value, index) => Math.max(worst, Math.abs(value - second[index]!)), 0);
}
