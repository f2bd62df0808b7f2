// Entropy, mean distance and strongest key of some queries' weights, streamed over the visible keys with the known log-sum-exp. Holds no row.
import type { ResolvedProblem } from '../contract/problem.ts';
import { queryPosition } from '../contract/visibility.ts';
import { exponential } from './exponential.ts';
import { effectiveMask, LANES } from './key-layout.ts';
import type { KeyPanels } from './panels.ts';
import { GROUP_ROWS, groupLength, segmentsOf } from './row-groups.ts';
import { forEachScoreTile, packQueries, TILE_KEYS } from './score-tile.ts';

/** q `[rows, D]`, logSumExp `[rows]` → `[rows]` each: entropy in nats, mean distance in positions, largest weight, its first key (−1: none). */
export function rowStatistics(
  problem: ResolvedProblem,
  keys: KeyPanels,
  rows: Int32Array,
  q: Float32Array,
  logSumExp: Float32Array,
): { entropy: Float32Array; meanDistance: Float32Array; topWeight: Float32Array; topKey: Float32Array } {
  const { headDim: D } = problem;
  const mask = effectiveMask(problem);
  const { dilation } = keys.layout;
  const entropy = new Float64Array(rows.length);
  const meanDistance = new Float64Array(rows.length);
  const topLogWeight = new Float64Array(rows.length).fill(-Infinity);
  const topKey = new Float32Array(rows.length).fill(-1);
  const queries = new Float64Array(D * GROUP_ROWS);
  const scores = new Float64Array(TILE_KEYS * GROUP_ROWS);
  let count = 0;
  for (let first = 0; first < rows.length; first += count) {
    count = groupLength(problem, mask, rows, first);
    packQueries(q, first, count, D, problem.scale, queries);
    const segments = segmentsOf(problem, mask, keys.layout, rows.subarray(first, first + count));
    forEachScoreTile(queries, keys.data, D, segments, scores, (segment, start, groups) => {
      for (let r = 0; r < count; r++) {
        const lse = logSumExp[first + r]!;
        const position = queryPosition(problem, rows[first + r]!);
        const low = Math.max(start, segment.lows[r]!);
        const high = Math.min(start + groups * LANES, segment.highs[r]!);
        for (let t = low; t < high; t++) {
          const logWeight = scores[(t - start) * GROUP_ROWS + r]! - lse;
          const weight = exponential(logWeight);
          entropy[first + r]! -= weight * logWeight;
          const key = segment.residue + t * dilation;
          meanDistance[first + r]! += weight * Math.abs(key - position);
          const top = topLogWeight[first + r]!;
          if (logWeight < top || (logWeight === top && key > topKey[first + r]!)) continue;
          topLogWeight[first + r] = logWeight;
          topKey[first + r] = key;
        }
      }
    });
  }
  return {
    entropy: Float32Array.from(entropy),
    meanDistance: Float32Array.from(meanDistance),
    topWeight: Float32Array.from(topLogWeight, exponential),
    topKey,
  };
}
