// All softmax weights of some queries of one head, row by row: for the short lengths of sentences, where N × M is small.
// Not for pictures of long sequences: those are `pooled-weights.ts`.
import type { ResolvedProblem } from '../contract/problem.ts';
import { exponential } from './exponential.ts';
import { effectiveMask, LANES } from './key-layout.ts';
import type { KeyPanels } from './panels.ts';
import { GROUP_ROWS, groupLength, segmentsOf } from './row-groups.ts';
import { forEachScoreTile, packQueries, TILE_KEYS } from './score-tile.ts';

/** Softmax of one row in place; `-Infinity` marks hidden keys. A row of nothing else becomes zeros. */
function softmaxRow(row: Float64Array): void {
  let max = -Infinity;
  for (let j = 0; j < row.length; j++) if (row[j]! > max) max = row[j]!;
  if (max === -Infinity) {
    row.fill(0);
    return;
  }
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += row[j] = exponential(row[j]! - max);
  for (let j = 0; j < row.length; j++) row[j]! /= sum;
}

/** q `[rows, D]`, the queries named by `rows` → weights `[rows, M]`. */
export function denseWeights(
  problem: ResolvedProblem,
  keys: KeyPanels,
  rows: Int32Array,
  q: Float32Array,
): Float32Array {
  const { headDim: D, keyLength: M } = problem;
  const mask = effectiveMask(problem);
  const { dilation } = keys.layout;
  const weights = new Float32Array(rows.length * M);
  const queries = new Float64Array(D * GROUP_ROWS);
  const scores = new Float64Array(TILE_KEYS * GROUP_ROWS);
  const whole = Array.from({ length: GROUP_ROWS }, () => new Float64Array(M));
  let count = 0;
  for (let first = 0; first < rows.length; first += count) {
    count = groupLength(problem, mask, rows, first);
    packQueries(q, first, count, D, problem.scale, queries);
    for (const row of whole) row.fill(-Infinity);
    const segments = segmentsOf(problem, mask, keys.layout, rows.subarray(first, first + count));
    forEachScoreTile(queries, keys.data, D, segments, scores, (segment, start, groups) => {
      for (let r = 0; r < count; r++) {
        const high = Math.min(start + groups * LANES, segment.highs[r]!);
        for (let t = Math.max(start, segment.lows[r]!); t < high; t++)
          whole[r]![segment.residue + t * dilation] = scores[(t - start) * GROUP_ROWS + r]!;
      }
    });
    for (let r = 0; r < count; r++) {
      softmaxRow(whole[r]!);
      weights.set(whole[r]!, (first + r) * M);
    }
  }
  return weights;
}
