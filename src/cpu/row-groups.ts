// Cuts queries into groups of four that walk the same keys, and says which keys: the mask, once per group instead of once per pair.
// A query's keys are, in every residue class of the dilation, at most two runs: the global prefix and its window.
import type { ResolvedMask, ResolvedProblem } from '../contract/problem.ts';
import { queryPosition, visibleCount } from '../contract/visibility.ts';
import { effectiveMask, keysBelow, type KeyLayout } from './key-layout.ts';

/** Rows per group: the register block of the kernels. */
export const GROUP_ROWS = 4;

/** One run of keys inside one class, walked by a whole group; each row sees its own part of it. Indices count within the class. */
export interface KeySegment {
  /** Key `t` of the segment is key `residue + t · dilation` of the problem. */
  readonly residue: number;
  /** Panel position of the class's first key. */
  readonly base: number;
  /** `[4]` half-open: what each row sees. `0, 0` when nothing. */
  readonly lows: number[];
  readonly highs: number[];
  /** The union of the rows' parts. */
  readonly from: number;
  readonly to: number;
  /** The keys all four rows see: a tile inside needs no mask. */
  readonly clearFrom: number;
  readonly clearTo: number;
}

const residueOf = (position: number, dilation: number) => ((position % dilation) + dilation) % dilation;

/** Rows whose position lies before the last global token see every key they may. */
const isGlobal = (mask: ResolvedMask, position: number) => position < mask.globalTokens;

/**
 * The queries `[start, end)` in walking order: neighbours of one residue class side by side, so that groups fill up.
 * Bands of `16 · dilation` rows keep the order close to natural (pictures merge few blocks, windows stay in cache).
 */
export function orderRows(problem: ResolvedProblem, start: number, end: number): Int32Array {
  const { dilation, globalTokens } = effectiveMask(problem);
  const order = new Int32Array(end - start);
  let next = 0;
  const firstWindowed = Math.max(start, Math.min(end, globalTokens - queryPosition(problem, 0)));
  for (let row = start; row < firstWindowed; row++) order[next++] = row;
  const band = 4 * GROUP_ROWS * dilation;
  for (let top = firstWindowed; top < end; top += band)
    for (let c = 0; c < dilation && top + c < end; c++)
      for (let row = top + c; row < Math.min(top + band, end); row += dilation) order[next++] = row;
  return order;
}

/** What one row costs: multiply-adds over the keys it sees, with the padding of a group's edges. */
export function rowCost(problem: ResolvedProblem, row: number): number {
  return (visibleCount(problem, row) + 8) * problem.headDim;
}

/** How many of `rows` from `from` on walk together: at most four, all global or all of one residue class. */
export function groupLength(problem: ResolvedProblem, mask: ResolvedMask, rows: Int32Array, from: number): number {
  const first = queryPosition(problem, rows[from]!);
  let length = 1;
  while (length < GROUP_ROWS && from + length < rows.length) {
    const position = queryPosition(problem, rows[from + length]!);
    if (isGlobal(mask, position) !== isGlobal(mask, first)) break;
    if (!isGlobal(mask, first) && residueOf(position, mask.dilation) !== residueOf(first, mask.dilation)) break;
    length++;
  }
  return length;
}

function segmentOf(
  layout: KeyLayout,
  residue: number,
  runs: [number, number][],
  columns: [number, number],
): KeySegment | null {
  const { dilation } = layout;
  const lows = [0, 0, 0, 0];
  const highs = [0, 0, 0, 0];
  let from = Infinity;
  let to = 0;
  runs.forEach(([start, end], r) => {
    const low = keysBelow(Math.max(start, columns[0]), residue, dilation);
    const high = keysBelow(Math.min(end, columns[1]), residue, dilation);
    if (low >= high) return;
    lows[r] = low;
    highs[r] = high;
    from = Math.min(from, low);
    to = Math.max(to, high);
  });
  if (to === 0) return null;
  const clearFrom = Math.max(...lows);
  const clearTo = Math.min(...highs);
  return { residue, base: layout.bases[residue]!, lows, highs, from, to, clearFrom, clearTo };
}

/**
 * The segments a group walks, restricted to the keys `columns`. `rows` holds the group's queries, as cut by {@link groupLength};
 * `mask` is the problem's effective mask, `layout` that of its key panels.
 */
export function segmentsOf(
  problem: ResolvedProblem,
  mask: ResolvedMask,
  layout: KeyLayout,
  rows: Int32Array,
  columns: [number, number] = [0, problem.keyLength],
): KeySegment[] {
  const positions = Array.from(rows, (row) => queryPosition(problem, row));
  const limits = positions.map((p) => (mask.causal ? Math.min(problem.keyLength, p + 1) : problem.keyLength));
  const segments: KeySegment[] = [];
  const add = (residue: number, runs: [number, number][]) => {
    const segment = segmentOf(layout, residue, runs, columns);
    if (segment !== null) segments.push(segment);
  };
  const first = positions[0]!;
  if (isGlobal(mask, first)) {
    const runs = limits.map((limit): [number, number] => [0, limit]);
    for (let c = 0; c < layout.classes; c++) add(c, runs);
    return segments;
  }
  const prefixes = limits.map((limit) => Math.min(mask.globalTokens, limit));
  const prefixRuns = prefixes.map((prefix): [number, number] => [0, prefix]);
  for (let c = 0; c < Math.min(layout.classes, Math.max(...prefixes)); c++) add(c, prefixRuns);
  const own = residueOf(first, mask.dilation);
  if (own < layout.classes)
    add(
      own,
      positions.map((p, r) => [Math.max(p - mask.left, prefixes[r]!), Math.min(p + mask.right + 1, limits[r]!)]),
    );
  return segments;
}
