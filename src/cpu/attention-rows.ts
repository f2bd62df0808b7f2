// Attention of some queries of one head over packed K and V, with a streaming softmax: no row of scores is ever held whole.
// Passes per tile of keys: scores → mask at the edges → running maximum → exponentials and their sum → weighted sum of V.
// The maximum is a reference that moves only when exceeded by `SLACK`: in float64 nothing is lost, and rescaling almost never happens.
import type { ResolvedProblem } from '../contract/problem.ts';
import { exponential } from './exponential.ts';
import { effectiveMask, LANES, paddedLength } from './key-layout.ts';
import type { KeyPanels, ValuePanels } from './panels.ts';
import { GROUP_ROWS, groupLength, segmentsOf, type KeySegment } from './row-groups.ts';
import { forEachScoreTile, packQueries, TILE_KEYS } from './score-tile.ts';

const SLACK = 100;

/** Hides from each row the keys of the tile outside its part of the segment. */
export function maskEdges(segment: KeySegment, start: number, groups: number, scores: Float64Array): void {
  const end = start + groups * LANES;
  for (let r = 0; r < GROUP_ROWS; r++) {
    const low = Math.min(segment.lows[r]!, end);
    const high = Math.max(segment.highs[r]!, start);
    for (let t = start; t < low; t++) scores[(t - start) * GROUP_ROWS + r] = -Infinity;
    for (let t = high; t < end; t++) scores[(t - start) * GROUP_ROWS + r] = -Infinity;
  }
}

/** `sums[d/4][d%4][row] += Σ_key weights[key][row] · values[d/4][key][d%4]` over one tile: 4×4 register blocks. */
function accumulateValues(
  weights: Float64Array,
  keys: number,
  values: Float64Array,
  padded: number,
  firstKey: number,
  dimGroups: number,
  sums: Float64Array,
): void {
  for (let g = 0; g < dimGroups; g++) {
    const to = g * 16;
    let o00 = sums[to]!;
    let o01 = sums[to + 1]!;
    let o02 = sums[to + 2]!;
    let o03 = sums[to + 3]!;
    let o10 = sums[to + 4]!;
    let o11 = sums[to + 5]!;
    let o12 = sums[to + 6]!;
    let o13 = sums[to + 7]!;
    let o20 = sums[to + 8]!;
    let o21 = sums[to + 9]!;
    let o22 = sums[to + 10]!;
    let o23 = sums[to + 11]!;
    let o30 = sums[to + 12]!;
    let o31 = sums[to + 13]!;
    let o32 = sums[to + 14]!;
    let o33 = sums[to + 15]!;
    let b = (g * padded + firstKey) * LANES;
    const end = keys * GROUP_ROWS;
    for (let a = 0; a < end; a += 4) {
      const w0 = weights[a]!;
      const w1 = weights[a + 1]!;
      const w2 = weights[a + 2]!;
      const w3 = weights[a + 3]!;
      const v0 = values[b]!;
      o00 += w0 * v0;
      o01 += w1 * v0;
      o02 += w2 * v0;
      o03 += w3 * v0;
      const v1 = values[b + 1]!;
      o10 += w0 * v1;
      o11 += w1 * v1;
      o12 += w2 * v1;
      o13 += w3 * v1;
      const v2 = values[b + 2]!;
      o20 += w0 * v2;
      o21 += w1 * v2;
      o22 += w2 * v2;
      o23 += w3 * v2;
      const v3 = values[b + 3]!;
      o30 += w0 * v3;
      o31 += w1 * v3;
      o32 += w2 * v3;
      o33 += w3 * v3;
      b += 4;
    }
    sums[to] = o00;
    sums[to + 1] = o01;
    sums[to + 2] = o02;
    sums[to + 3] = o03;
    sums[to + 4] = o10;
    sums[to + 5] = o11;
    sums[to + 6] = o12;
    sums[to + 7] = o13;
    sums[to + 8] = o20;
    sums[to + 9] = o21;
    sums[to + 10] = o22;
    sums[to + 11] = o23;
    sums[to + 12] = o30;
    sums[to + 13] = o31;
    sums[to + 14] = o32;
    sums[to + 15] = o33;
  }
}

/** The running softmax of four rows. */
class RunningSoftmax {
  readonly maxima = new Float64Array(GROUP_ROWS);
  readonly sums = new Float64Array(GROUP_ROWS);
  readonly output: Float64Array;

  constructor(headDim: number) {
    this.output = new Float64Array(Math.ceil(headDim / LANES) * LANES * GROUP_ROWS);
  }

  reset(): void {
    this.maxima.fill(-Infinity);
    this.sums.fill(0);
    this.output.fill(0);
  }

  /** Turns a tile's scores into exponentials in place and adds them up. */
  absorb(scores: Float64Array, keys: number): void {
    for (let r = 0; r < GROUP_ROWS; r++) {
      const end = keys * GROUP_ROWS;
      let tileMax = -Infinity;
      for (let a = r; a < end; a += GROUP_ROWS) if (scores[a]! > tileMax) tileMax = scores[a]!;
      if (tileMax > this.maxima[r]! + SLACK) this.moveReference(r, tileMax);
      const reference = this.maxima[r]!;
      let sum = 0;
      if (tileMax === -Infinity) for (let a = r; a < end; a += GROUP_ROWS) scores[a] = 0;
      else for (let a = r; a < end; a += GROUP_ROWS) sum += scores[a] = exponential(scores[a]! - reference);
      this.sums[r]! += sum;
    }
  }

  private moveReference(r: number, max: number): void {
    const factor = exponential(this.maxima[r]! - max);
    this.maxima[r] = max;
    this.sums[r]! *= factor;
    for (let a = r; a < this.output.length; a += GROUP_ROWS) this.output[a]! *= factor;
  }
}

/** q `[rows, D]`, the queries named by `rows` → output `[rows, D]` and log-sum-exp `[rows]`. */
export function attentionRows(
  problem: ResolvedProblem,
  keys: KeyPanels,
  values: ValuePanels,
  rows: Int32Array,
  q: Float32Array,
): { output: Float32Array; logSumExp: Float32Array } {
  const { headDim: D } = problem;
  const mask = effectiveMask(problem);
  const padded = paddedLength(values.layout);
  const dimGroups = Math.ceil(D / LANES);
  const output = new Float32Array(rows.length * D);
  const logSumExp = new Float32Array(rows.length);
  const queries = new Float64Array(D * GROUP_ROWS);
  const scores = new Float64Array(TILE_KEYS * GROUP_ROWS);
  const softmax = new RunningSoftmax(D);
  let count = 0;
  for (let first = 0; first < rows.length; first += count) {
    count = groupLength(problem, mask, rows, first);
    packQueries(q, first, count, D, problem.scale, queries);
    softmax.reset();
    const segments = segmentsOf(problem, mask, keys.layout, rows.subarray(first, first + count));
    forEachScoreTile(queries, keys.data, D, segments, scores, (segment, start, groups) => {
      maskEdges(segment, start, groups, scores);
      softmax.absorb(scores, groups * LANES);
      accumulateValues(scores, groups * LANES, values.data, padded, segment.base + start, dimGroups, softmax.output);
    });
    for (let r = 0; r < count; r++) {
      const sum = softmax.sums[r]!;
      logSumExp[first + r] = sum === 0 ? -Infinity : softmax.maxima[r]! + Math.log(sum);
      if (sum === 0) continue;
      for (let x = 0; x < D; x++)
        output[(first + r) * D + x] = softmax.output[(x >> 2) * 16 + (x & 3) * GROUP_ROWS + r]! / sum;
    }
  }
  return { output, logSumExp };
}
