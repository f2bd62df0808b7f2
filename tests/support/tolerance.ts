// The error gates of `research/kernels.md` §5: what rounding in float32 can explain, and no more.
const EPSILON = 2 ** -23;

/** Gate on |Δ output|. `largestScore` and `largestValue` come from the reference. */
export function outputGate(largestScore: number, largestValue: number): number {
  return 8 * EPSILON * (4 + largestScore) * largestValue;
}

/** Gate on |Δ log-sum-exp|. */
export function logSumExpGate(largestScore: number): number {
  return 4 * EPSILON * (4 + largestScore);
}

/** Gate on |Δ weight| and, times the row length's logarithm, on derived statistics: the weight's relative error is the exponent's. */
export function weightGate(largestScore: number): number {
  return 8 * EPSILON * (4 + largestScore);
}

/** The worst absolute difference and where it is. `-Infinity` equals itself; NaN is worse than anything. */
export function worstDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { worst: number; index: number } {
  if (actual.length !== expected.length) return { worst: Infinity, index: Math.min(actual.length, expected.length) };
  let worst = 0;
  let index = -1;
  for (let x = 0; x < actual.length; x++) {
    const difference = actual[x] === expected[x] ? 0 : Math.abs(actual[x]! - expected[x]!);
    if (!(difference <= worst)) {
      worst = Number.isNaN(difference) ? Infinity : difference;
      index = x;
    }
  }
  return { worst, index };
}

export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let x = 0; x < values.length; x++) largest = Math.max(largest, Math.abs(values[x]!));
  return largest;
}
