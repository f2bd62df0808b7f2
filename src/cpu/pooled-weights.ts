// Pooled softmax weights of some queries of one head from Q, K and the log-sum-exp. Visits only visible cells of the view.
// A partial picture: blocks cut between two calls are added (mean) or maximised (max) by the caller.
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { exponential } from './exponential.ts';
import { effectiveMask } from './key-layout.ts';
import type { KeyPanels } from './panels.ts';
import { GROUP_ROWS, groupLength, segmentsOf } from './row-groups.ts';
import { forEachScoreTile, packQueries, TILE_KEYS } from './score-tile.ts';

/** Which of `blocks` blocks over `span` cells holds `cell`: block `b` starts at `floor(b · span / blocks)`. */
export function blockOf(cell: number, span: number, blocks: number): number {
  return Math.floor(((cell + 1) * blocks - 1) / span);
}

/**
 * q `[rows, D]`, logSumExp `[rows]`, both for the queries named by `rows` →
 * `[lastBlock − firstBlock + 1, width]`: sums (mean pooling) or maxima per block, for the block rows the queries fall in.
 */
export function pooledWeights(
  problem: ResolvedProblem,
  keys: KeyPanels,
  rows: Int32Array,
  q: Float32Array,
  logSumExp: Float32Array,
  view: WeightsView,
): Float32Array {
  const { headDim: D } = problem;
  const { height, width } = view;
  const rowSpan = view.rows[1] - view.rows[0];
  const columnSpan = view.columns[1] - view.columns[0];
  const mask = effectiveMask(problem);
  const { dilation } = keys.layout;
  const blockRows = rows.map((row) => blockOf(row - view.rows[0], rowSpan, height));
  const firstBlock = blockRows.reduce((least, block) => Math.min(least, block), height);
  const lastBlock = blockRows.reduce((most, block) => Math.max(most, block), 0);
  const values = new Float64Array((lastBlock - firstBlock + 1) * width);
  const queries = new Float64Array(D * GROUP_ROWS);
  const scores = new Float64Array(TILE_KEYS * GROUP_ROWS);
  const isMax = view.pooling === 'max';
  let count = 0;
  for (let first = 0; first < rows.length; first += count) {
    count = groupLength(problem, mask, rows, first);
    packQueries(q, first, count, D, problem.scale, queries);
    const segments = segmentsOf(problem, mask, keys.layout, rows.subarray(first, first + count), view.columns);
    forEachScoreTile(queries, keys.data, D, segments, scores, (segment, start, groups) => {
      for (let r = 0; r < count; r++) {
        const lse = logSumExp[first + r]!;
        const to = (blockRows[first + r]! - firstBlock) * width;
        const low = Math.max(start, segment.lows[r]!);
        const high = Math.min(start + groups * 4, segment.highs[r]!);
        for (let t = low; t < high; t++) {
          const weight = exponential(scores[(t - start) * GROUP_ROWS + r]! - lse);
          const cell = segment.residue + t * dilation - view.columns[0];
          const at = to + Math.floor(((cell + 1) * width - 1) / columnSpan);
          if (!isMax) values[at]! += weight;
          else if (weight > values[at]!) values[at] = weight;
        }
      }
    });
  }
  return Float32Array.from(values);
}
