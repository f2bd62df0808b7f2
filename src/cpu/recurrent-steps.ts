// Some steps of a recurrence, one after another: the state's product with the packed matrix, then the gates. Never split over threads:
// every step waits for the one before, and posting a part of a step would take longer than computing it.
import { GATES, type RecurrentKind } from '../contract/mixers.ts';
import { hyperbolicTangent, sigmoid } from './curves.ts';
import { LANES } from './key-layout.ts';
import type { MatrixPanels } from './panels.ts';

export interface ScanJob {
  readonly cell: RecurrentKind;
  /** The input's share `[steps, g·d]`. */
  readonly gates: Float32Array;
  readonly steps: number;
  /** `[g·d]` */
  readonly bias: Float32Array;
  /** State and cell `[2, d]` before the first step. */
  readonly carried: Float32Array;
}

/** `sums[o] = Σ_i h[i] · matrix[i, o]`, eight columns at a time. */
function multiplyState(matrix: Float64Array, h: Float64Array, groups: number, sums: Float64Array): void {
  const block = h.length * LANES;
  let group = 0;
  for (; group + 1 < groups; group += 2) {
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0; // prettier-ignore
    let a = group * block;
    let b = a + block;
    for (let i = 0; i < h.length; i++) {
      const x = h[i]!;
      s0 += x * matrix[a]!;
      s1 += x * matrix[a + 1]!;
      s2 += x * matrix[a + 2]!;
      s3 += x * matrix[a + 3]!;
      s4 += x * matrix[b]!;
      s5 += x * matrix[b + 1]!;
      s6 += x * matrix[b + 2]!;
      s7 += x * matrix[b + 3]!;
      a += LANES;
      b += LANES;
    }
    const to = group * LANES;
    sums[to] = s0;
    sums[to + 1] = s1;
    sums[to + 2] = s2;
    sums[to + 3] = s3;
    sums[to + 4] = s4;
    sums[to + 5] = s5;
    sums[to + 6] = s6;
    sums[to + 7] = s7;
  }
  if (group === groups) return;
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0; // prettier-ignore
  let a = group * block;
  for (let i = 0; i < h.length; i++) {
    const x = h[i]!;
    s0 += x * matrix[a]!;
    s1 += x * matrix[a + 1]!;
    s2 += x * matrix[a + 2]!;
    s3 += x * matrix[a + 3]!;
    a += LANES;
  }
  sums.set([s0, s1, s2, s3], group * LANES);
}

/** The new state in place of `h`, from the state's share of the gates and the input's, which begins at `at`. */
function applyGates(
  cell: RecurrentKind,
  input: Float32Array,
  at: number,
  state: Float64Array,
  h: Float64Array,
  c: Float64Array,
): void {
  const d = h.length;
  for (let j = 0; j < d; j++) {
    const a = at + j;
    const first = input[a]! + state[j]!;
    if (cell === 'elman') {
      h[j] = hyperbolicTangent(first);
      continue;
    }
    const second = sigmoid(input[a + d]! + state[d + j]!);
    if (cell === 'gru') {
      const fresh = hyperbolicTangent(input[a + 2 * d]! + sigmoid(first) * state[2 * d + j]!);
      h[j] = (1 - second) * fresh + second * h[j]!;
      continue;
    }
    c[j] = second * c[j]! + sigmoid(first) * hyperbolicTangent(input[a + 2 * d]! + state[2 * d + j]!);
    h[j] = sigmoid(input[a + 3 * d]! + state[3 * d + j]!) * hyperbolicTangent(c[j]!);
  }
}

/** → states `[steps, d]` and what the next steps need `[2, d]`. */
export function scanSteps(job: ScanJob, matrix: MatrixPanels): { states: Float32Array; carried: Float32Array } {
  const { cell, gates, steps, bias, carried } = job;
  const columns = matrix.columns;
  const d = columns / GATES[cell];
  const groups = Math.ceil(columns / LANES);
  const h = Float64Array.from(carried.subarray(0, d));
  const c = Float64Array.from(carried.subarray(d));
  const sums = new Float64Array(groups * LANES);
  const states = new Float32Array(steps * d);
  for (let step = 0; step < steps; step++) {
    multiplyState(matrix.data, h, groups, sums);
    for (let o = 0; o < columns; o++) sums[o]! += bias[o]!;
    applyGates(cell, gates, step * columns, sums, h, c);
    states.set(h, step * d);
  }
  const last = new Float32Array(2 * d);
  last.set(h);
  last.set(c, d);
  return { states, carried: last };
}
