// Attention of some queries of one head over packed K and V, with a streaming softmax: no row of scores is ever held whole.
// Passes per tile of keys: scores → hidden keys of edge tiles → (running maximum →) exponentials and their sum → weighted sum of V.
// In float64 a maximum is only needed against overflow: rows whose scores cannot exceed `LIMIT` (by the norms of q and k) do without.
// For the others it is a reference that moves only when exceeded by `SLACK`, so rescaling almost never happens.
import type { ResolvedProblem } from '../contract/problem.ts';
import { exponential, exponentiateTile, HIDDEN_STEPS, STEPS_PER_NAT } from './exponential.ts';
import { effectiveMask, LANES, paddedLength } from './key-layout.ts';
import type { KeyPanels, ValuePanels } from './panels.ts';
import { GROUP_ROWS, groupLength, segmentsOf, type KeySegment } from './row-groups.ts';
import { forEachScoreTile, largestNorm, packQueries, TILE_KEYS } from './score-tile.ts';

/** Both in nats. Sums of e^±LIMIT over any number of keys stay far inside float64. */
const LIMIT = 300;
const SLACK = 100 * STEPS_PER_NAT;

/** Hides from each row the keys of the tile outside its part of the segment. */
function maskEdges(segment: KeySegment, start: number, groups: number, scores: Float64Array, hidden: number): void {
  const end = start + groups * LANES;
  if (start >= segment.clearFrom && end <= segment.clearTo) return;
  for (let r = 0; r < GROUP_ROWS; r++) {
    const low = Math.min(segment.lows[r]!, end);
    const high = Math.max(segment.highs[r]!, start);
    for (let t = start; t < low; t++) scores[(t - start) * GROUP_ROWS + r] = hidden;
    for (let t = high; t < end; t++) scores[(t - start) * GROUP_ROWS + r] = hidden;
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

/** The running softmax of four rows. Scores and references are in steps. */
class RunningSoftmax {
  readonly references = new Float64Array(GROUP_ROWS);
  readonly sums = new Float64Array(GROUP_ROWS);
  readonly output: Float64Array;
  private readonly maxima = new Float64Array(GROUP_ROWS);
  private isBounded = false;

  constructor(headDim: number) {
    this.output = new Float64Array(Math.ceil(headDim / LANES) * LANES * GROUP_ROWS);
  }

  /** For rows whose scores lie within ±`bound` nats. */
  reset(bound: number): void {
    this.isBounded = bound <= LIMIT;
    this.references.fill(this.isBounded ? 0 : -Infinity);
    this.sums.fill(0);
    this.output.fill(0);
  }

  /** What a hidden score must hold when the tile is absorbed. */
  get hidden(): number {
    return this.isBounded ? HIDDEN_STEPS : -Infinity;
  }

  /** Turns a tile's scores into exponentials in place and adds them up. */
  absorb(scores: Float64Array, keys: number): void {
    const end = keys * GROUP_ROWS;
    if (!this.isBounded) this.subtractReferences(scores, end);
    exponentiateTile(scores, end, this.sums);
  }

  private subtractReferences(scores: Float64Array, end: number): void {
    const { maxima, references } = this;
    maxima.fill(-Infinity);
    for (let a = 0; a < end; a++) if (scores[a]! > maxima[a % GROUP_ROWS]!) maxima[a % GROUP_ROWS] = scores[a]!;
    for (let r = 0; r < GROUP_ROWS; r++) if (maxima[r]! > references[r]! + SLACK) this.moveReference(r, maxima[r]!);
    for (let a = 0; a < end; a++) {
      const difference = scores[a]! - references[a % GROUP_ROWS]!;
      // Also when the row has seen no key yet: −Infinity less −Infinity is no number.
      scores[a] = difference > HIDDEN_STEPS ? difference : HIDDEN_STEPS;
    }
  }

  private moveReference(r: number, max: number): void {
    const factor = exponential((this.references[r]! - max) / STEPS_PER_NAT);
    this.references[r] = max;
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
  const { headDim: D, scale } = problem;
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
    packQueries(q, first, count, D, scale * STEPS_PER_NAT, queries);
    softmax.reset((largestNorm(queries) * keys.largestNorm) / STEPS_PER_NAT);
    const { hidden } = softmax;
    const segments = segmentsOf(problem, mask, keys.layout, rows.subarray(first, first + count));
    forEachScoreTile(queries, keys.data, D, segments, scores, (segment, start, groups) => {
      maskEdges(segment, start, groups, scores, hidden);
      softmax.absorb(scores, groups * LANES);
      accumulateValues(scores, groups * LANES, values.data, padded, segment.base + start, dimGroups, softmax.output);
    });
    for (let r = 0; r < count; r++) {
      const sum = softmax.sums[r]!;
      logSumExp[first + r] = sum === 0 ? -Infinity : softmax.references[r]! / STEPS_PER_NAT + Math.log(sum);
      if (sum === 0) continue;
      for (let x = 0; x < D; x++)
        output[(first + r) * D + x] = softmax.output[(x >> 2) * 16 + (x & 3) * GROUP_ROWS + r]! / sum;
    }
  }
  return { output, logSumExp };
}
