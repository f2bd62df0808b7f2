// What one attention call costs by the book: operations, bytes and how both grow with length. Not a measurement.
// Pure. Called by backends (for `timing.flops`, `timing.bytes`), by the workbench and by the timing charts.
//
// Counting rule: a multiply-add is two operations; only visible (query, key) pairs count; the softmax is left out,
// as in the literature (Dao et al. 2022, §4.1). H heads, G key/value heads, N queries, M keys, D head dimension.
import { tensorSizes, type ResolvedMask, type ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import { fitPowerLaw } from './fit.ts';

export const FLOAT32_BYTES = 4;

/** Useful operations: `4 · D · pairs · H` (2·D for a score, 2·D for its share of the output). */
export function flops(problem: ResolvedProblem): number {
  return 4 * problem.headDim * visiblePairs(problem) * problem.heads;
}

/** Useful bytes: Q, K, V read once as they are stored, output and log-sum-exp written once in float32. */
export function bytes(problem: ResolvedProblem): number {
  const { q, k, v, output, logSumExp } = tensorSizes(problem);
  const storedBytes = problem.storage === 'f16' ? FLOAT32_BYTES / 2 : FLOAT32_BYTES;
  return storedBytes * (q + k + v) + FLOAT32_BYTES * (output + logSumExp);
}

/** What holding every score of every head at once would take: `H · N · M · bytesPerNumber`. Kernels here never do. */
export function scoreMatrixBytes(problem: ResolvedProblem, bytesPerNumber = FLOAT32_BYTES): number {
  return problem.heads * problem.queryLength * problem.keyLength * bytesPerNumber;
}

/** Operations per useful byte: the roofline's horizontal axis (Williams et al. 2009). */
export function arithmeticIntensity(problem: ResolvedProblem): number {
  return flops(problem) / bytes(problem);
}

/** The share of all `N · M` pairs that the mask leaves visible, 0…1. */
export function visibleShare(problem: ResolvedProblem): number {
  return visiblePairs(problem) / (problem.queryLength * problem.keyLength);
}

/** The same problem at another length; queries and keys grow together. */
export function atLength(problem: ResolvedProblem, length: number): ResolvedProblem {
  return { ...problem, queryLength: length, keyLength: length };
}

/** The growth the book predicts for very long inputs: 1 when the window is bounded on every visible side, else 2. */
export function asymptoticExponent(mask: ResolvedMask): 1 | 2 {
  const boundedRight = mask.causal || mask.right < Infinity;
  return mask.left < Infinity && boundedRight ? 1 : 2;
}

/**
 * The exponent of `flops ∝ length^e` over these very lengths: what a measured slope is to be read against, since a
 * window is not yet linear at lengths close to its own. Fewer than two different lengths give NaN.
 */
export function predictedExponent(problem: ResolvedProblem, lengths: readonly number[]): number {
  const work = lengths.map((length) => flops(atLength(problem, length)));
  return fitPowerLaw(lengths, work)?.exponent ?? NaN;
}
