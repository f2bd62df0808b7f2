// Which keys a query sees: the rule as a predicate, as runs of keys to visit, and as counts.
// `math/` uses only the predicate; backends and pictures use the runs. A unit test compares the two on every small case.
import type { ResolvedProblem } from './problem.ts';

type Lengths = Pick<ResolvedProblem, 'queryLength' | 'keyLength'>;

/** The position of query `i` on the key axis: the last query stands on the last key (bottom-right alignment). */
export function queryPosition(lengths: Lengths, query: number): number {
  return query + lengths.keyLength - lengths.queryLength;
}

/** The key at query `i`'s own position; where there are more queries than keys, the first one for those that stand before it. */
export function ownKey(lengths: Lengths, query: number): number {
  return Math.max(0, Math.min(queryPosition(lengths, query), lengths.keyLength - 1));
}

/**
 * May query `i` see key `j`? With `p = i + M − N`:
 * `(!causal || j ≤ p) && ((−left ≤ j − p ≤ right && (j − p) % dilation === 0) || j < globalTokens || p < globalTokens)`.
 */
export function isVisible(problem: ResolvedProblem, query: number, key: number): boolean {
  const { causal, left, right, dilation, globalTokens } = problem.mask;
  const p = queryPosition(problem, query);
  if (causal && key > p) return false;
  const offset = key - p;
  const inWindow = offset >= -left && offset <= right && offset % dilation === 0;
  return inWindow || key < globalTokens || p < globalTokens;
}

/** Keys `start, start + step, …` below `end`. Empty when `start >= end`. */
export interface KeyRun {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The keys query `i` sees as at most two disjoint ascending runs: the global prefix, then the window. Empty runs are left out. */
export function visibleRuns(problem: ResolvedProblem, query: number): KeyRun[] {
  const { causal, left, right, dilation, globalTokens } = problem.mask;
  const p = queryPosition(problem, query);
  const limit = causal ? Math.min(problem.keyLength, p + 1) : problem.keyLength;
  if (limit <= 0) return [];
  if (p < globalTokens) return [{ start: 0, end: limit, step: 1 }];
  const runs: KeyRun[] = [];
  const prefix = Math.min(globalTokens, limit);
  if (prefix > 0) runs.push({ start: 0, end: prefix, step: 1 });
  // The window's first key at or after both its left edge and the prefix, congruent to p modulo the dilation.
  const from = Math.max(p - left, prefix);
  const start = from + ((((p - from) % dilation) + dilation) % dilation);
  const end = Math.min(p + right + 1, limit);
  if (start < end) runs.push({ start, end, step: dilation });
  return runs;
}

/** How many keys query `i` sees. */
export function visibleCount(problem: ResolvedProblem, query: number): number {
  let count = 0;
  for (const { start, end, step } of visibleRuns(problem, query)) count += Math.ceil((end - start) / step);
  return count;
}

/** Visible (query, key) pairs of one head: what cost is counted from. */
export function visiblePairs(problem: ResolvedProblem): number {
  let pairs = 0;
  for (let query = 0; query < problem.queryLength; query++) pairs += visibleCount(problem, query);
  return pairs;
}

/** True when no pair is hidden: neither causality nor a window bites. */
export function isFullyVisible(problem: ResolvedProblem): boolean {
  const { causal, left, right, dilation } = problem.mask;
  return (
    !causal &&
    dilation === 1 &&
    left >= problem.keyLength + problem.queryLength &&
    right >= problem.keyLength + problem.queryLength
  );
}
