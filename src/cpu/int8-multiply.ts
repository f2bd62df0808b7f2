// `activation(x · (weight · scale) + bias)` with weights in 8 bits: the 4×4 blocks of `score-tile.ts` over a panel an eighth of the size.
// A function of its own, because one that reads both kinds of panel is compiled for neither.
import type { Activation } from '../contract/backend.ts';
import { LANES } from './key-layout.ts';
import { activate } from './matrix-multiply.ts';
import type { Int8Panels } from './panels.ts';
import { GROUP_ROWS } from './row-groups.ts';
import { packQueries } from './score-tile.ts';

/** Four packed rows times one group of four columns: `sums[(lane · 4) + row]`. */
function multiplyGroup(rows: Float64Array, weights: Int8Array, from: number, sums: Float64Array): void {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0; // prettier-ignore
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0; // prettier-ignore
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0; // prettier-ignore
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0; // prettier-ignore
  let b = from;
  for (let a = 0; a < rows.length; a += 4) {
    const x0 = rows[a]!;
    const x1 = rows[a + 1]!;
    const x2 = rows[a + 2]!;
    const x3 = rows[a + 3]!;
    const w0 = weights[b]!;
    s00 += x0 * w0;
    s01 += x1 * w0;
    s02 += x2 * w0;
    s03 += x3 * w0;
    const w1 = weights[b + 1]!;
    s10 += x0 * w1;
    s11 += x1 * w1;
    s12 += x2 * w1;
    s13 += x3 * w1;
    const w2 = weights[b + 2]!;
    s20 += x0 * w2;
    s21 += x1 * w2;
    s22 += x2 * w2;
    s23 += x3 * w2;
    const w3 = weights[b + 3]!;
    s30 += x0 * w3;
    s31 += x1 * w3;
    s32 += x2 * w3;
    s33 += x3 * w3;
    b += 4;
  }
  sums.set([s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33]);
}

/** x `[rows, I]`, bias `[O]` or none → `[rows, O]`. */
export function int8Multiply(
  x: Float32Array,
  rows: number,
  weight: Int8Panels,
  bias: Float32Array | null,
  activation: Activation,
): Float32Array {
  const { rows: I, columns: O, scales } = weight;
  const product = new Float32Array(rows * O);
  const packed = new Float64Array(I * GROUP_ROWS);
  const sums = new Float64Array(LANES * GROUP_ROWS);
  for (let first = 0; first < rows; first += GROUP_ROWS) {
    const count = Math.min(GROUP_ROWS, rows - first);
    packQueries(x, first, count, I, 1, packed);
    for (let start = 0; start < O; start += LANES) {
      multiplyGroup(packed, weight.data, start * I, sums);
      const end = Math.min(O, start + LANES);
      for (let r = 0; r < count; r++)
        for (let o = start; o < end; o++)
          product[(first + r) * O + o] = activate(
            sums[(o - start) * GROUP_ROWS + r]! * scales[o]! + (bias === null ? 0 : bias[o]!),
            activation,
          );
    }
  }
  return product;
}
