// Some steps of a recurrence, one after another: the state's product with the packed matrix, then the gates. Never split over threads:
// every step waits for the one before, and posting a part of a step would take longer than computing it.
import { GATES, type RecurrentKind } from '../contract/mixers.ts';
import { sigmoidAll } from './curves.ts';
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

/** What a step works on. */
interface Cell {
  /** State and, of an LSTM, cell `[d]`. */
  readonly h: Float64Array;
  readonly c: Float64Array;
  /** The state's share of the gates with its bias `[g·d]`. */
  readonly state: Float64Array;
  /** Gates on their way through the curves `[g·d]`, and the last curve's `[d]`; padded to whole fours. */
  readonly gates: Float64Array;
  readonly last: Float64Array;
}

const padded = (count: number) => new Float64Array(Math.ceil(count / LANES) * LANES);

function elman({ h, state, last }: Cell, input: Float32Array, at: number): void {
  const d = h.length;
  for (let j = 0; j < d; j++) last[j] = 2 * (input[at + j]! + state[j]!);
  sigmoidAll(last, d);
  for (let j = 0; j < d; j++) h[j] = 2 * last[j]! - 1;
}

/** Gates: reset, update, new. Reset multiplies the state's share, its bias included. */
function gru({ h, state, gates, last }: Cell, input: Float32Array, at: number): void {
  const d = h.length;
  for (let j = 0; j < 2 * d; j++) gates[j] = input[at + j]! + state[j]!;
  sigmoidAll(gates, 2 * d);
  for (let j = 0; j < d; j++) last[j] = 2 * (input[at + 2 * d + j]! + gates[j]! * state[2 * d + j]!);
  sigmoidAll(last, d);
  for (let j = 0; j < d; j++) {
    const update = gates[d + j]!;
    h[j] = (1 - update) * (2 * last[j]! - 1) + update * h[j]!;
  }
}

/** Gates: input, forget, cell, output. */
function lstm({ h, c, state, gates, last }: Cell, input: Float32Array, at: number): void {
  const d = h.length;
  for (let j = 0; j < 4 * d; j++) gates[j] = input[at + j]! + state[j]!;
  for (let j = 2 * d; j < 3 * d; j++) gates[j]! *= 2;
  sigmoidAll(gates, 4 * d);
  for (let j = 0; j < d; j++) {
    c[j] = gates[d + j]! * c[j]! + gates[j]! * (2 * gates[2 * d + j]! - 1);
    last[j] = 2 * c[j]!;
  }
  sigmoidAll(last, d);
  for (let j = 0; j < d; j++) h[j] = gates[3 * d + j]! * (2 * last[j]! - 1);
}

const STEP: Record<RecurrentKind, (cell: Cell, input: Float32Array, at: number) => void> = { elman, gru, lstm };

/** → states `[steps, d]` and what the next steps need `[2, d]`. */
export function scanSteps(job: ScanJob, matrix: MatrixPanels): { states: Float32Array; carried: Float32Array } {
  const { gates, steps, bias, carried } = job;
  const columns = matrix.columns;
  const d = columns / GATES[job.cell];
  const groups = Math.ceil(columns / LANES);
  const cell: Cell = {
    h: Float64Array.from(carried.subarray(0, d)),
    c: Float64Array.from(carried.subarray(d)),
    state: padded(columns),
    gates: padded(columns),
    last: padded(d),
  };
  const { h, c, state } = cell;
  const states = new Float32Array(steps * d);
  for (let step = 0; step < steps; step++) {
    multiplyState(matrix.data, h, groups, state);
    for (let o = 0; o < columns; o++) state[o]! += bias[o]!;
    STEP[job.cell](cell, gates, step * columns);
    for (let j = 0; j < d; j++) states[step * d + j] = h[j]!;
  }
  const last = new Float32Array(2 * d);
  last.set(h);
  last.set(c, d);
  return { states, carried: last };
}
