// Some rows of a 1-D convolution. Every column to every column: the rows a position sees are laid side by side, and a matrix product does
// the rest. Each column by itself: plain sums. A job carries the rows it needs and no more.
import type { TapSpacing } from '../contract/sequence-operations.ts';
import { matrixMultiply } from './matrix-multiply.ts';
import type { MatrixPanels } from './panels.ts';

/** Positions `[from, to)` of a sequence of `length`, with the rows `[first, …)` of it that they see. */
export interface RowWindow {
  readonly data: Float32Array;
  readonly columns: number;
  readonly length: number;
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/** Rows laid side by side at a time: bounds the copy. */
const BLOCK_ROWS = 64;

/** The rows that positions `[from, to)` see, copied. */
export function cutWindow(
  data: Float32Array,
  columns: number,
  length: number,
  [from, to]: [number, number],
  { taps, dilation, reach }: TapSpacing,
): RowWindow {
  const first = Math.max(0, from - reach);
  const last = Math.min(length, to + dilation * (taps - 1) - reach);
  return { data: data.slice(first * columns, last * columns), columns, length, first, from, to };
}

/** weight `[k·I, O]` → rows `[to − from, O]`. */
export function convolutionRows(
  x: RowWindow,
  weight: MatrixPanels,
  bias: Float32Array,
  { taps, dilation, reach }: TapSpacing,
): Float32Array {
  const { columns: I } = x;
  const result = new Float32Array((x.to - x.from) * weight.columns);
  for (let block = x.from; block < x.to; block += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, x.to - block);
    const beside = new Float32Array(rows * taps * I);
    for (let row = 0; row < rows; row++)
      for (let tap = 0; tap < taps; tap++) {
        const source = block + row + tap * dilation - reach;
        if (source < 0 || source >= x.length) continue;
        const at = (source - x.first) * I;
        beside.set(x.data.subarray(at, at + I), (row * taps + tap) * I);
      }
    result.set(matrixMultiply(beside, rows, weight, bias, 'none'), (block - x.from) * weight.columns);
  }
  return result;
}

/** taps `[k, C]` → rows `[to − from, C]`. */
export function depthwiseRows(
  x: RowWindow,
  weights: Float32Array,
  { taps, dilation, reach }: TapSpacing,
): Float32Array {
  const { columns: C } = x;
  const result = new Float32Array((x.to - x.from) * C);
  const sums = new Float64Array(C);
  for (let row = x.from; row < x.to; row++) {
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const source = row + tap * dilation - reach;
      if (source < 0 || source >= x.length) continue;
      const at = (source - x.first) * C;
      for (let c = 0; c < C; c++) sums[c]! += x.data[at + c]! * weights[tap * C + c]!;
    }
    result.set(sums, (row - x.from) * C);
  }
  return result;
}
