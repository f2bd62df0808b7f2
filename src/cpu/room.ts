// How much memory a problem takes on the CPU, and the refusal with what would fit.
import { AttentionError } from '../contract/errors.ts';
import { tensorSizes, type ResolvedProblem } from '../contract/problem.ts';

/** Typed arrays of one problem: tabs get into trouble from about 2 GiB on. */
const AVAILABLE_BYTES = 1.5 * 2 ** 30;

/** Q, K, V, output and log-sum-exp in float32, the float64 panels of one head on each thread and the copy on its way there. */
export function neededBytes(problem: ResolvedProblem, threads: number): number {
  const sizes = tensorSizes(problem);
  const tensors = 4 * (sizes.q + sizes.k + sizes.v + sizes.output + sizes.logSumExp);
  // A dilation pads each of its classes to whole groups of four keys: four times the keys at worst.
  const paddedKeys = Math.min(4 * problem.keyLength, problem.keyLength + 3 * problem.mask.dilation + 3);
  const panels = 2 * (8 * paddedKeys + 4 * problem.keyLength) * (problem.headDim + 3);
  return tensors + threads * panels;
}

function withLength(problem: ResolvedProblem, queryLength: number): ResolvedProblem {
  const keyLength = problem.keyLength === problem.queryLength ? queryLength : problem.keyLength;
  return { ...problem, queryLength, keyLength };
}

/** Throws `too-large` when the problem does not fit, with the largest query length that would (0 if none). */
export function requireRoom(problem: ResolvedProblem, threads: number): void {
  const needed = neededBytes(problem, threads);
  if (needed <= AVAILABLE_BYTES) return;
  let fits = 0;
  let fails = problem.queryLength;
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (neededBytes(withLength(problem, middle), threads) <= AVAILABLE_BYTES) fits = middle;
    else fails = middle;
  }
  throw new AttentionError('too-large', {
    field: 'queryLength',
    value: problem.queryLength,
    allowed: `at most ${fits}`,
    numbers: { neededBytes: needed, availableBytes: AVAILABLE_BYTES, largestLength: fits },
  });
}
