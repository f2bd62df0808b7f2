// `activation(x · weight + bias)` for some rows of x over a packed weight matrix: the same 4×4 blocks as the scores,
// because packed columns of a weight are to a row what packed keys are to a query.
import type { Activation } from '../contract/backend.ts';
import { gelu } from './curves.ts';
import { LANES } from './key-layout.ts';
import type { MatrixPanels } from './panels.ts';
import { GROUP_ROWS } from './row-groups.ts';
import { packQueries, scoreTile, TILE_KEYS } from './score-tile.ts';

export function activate(value: number, activation: Activation): number {
  if (activation === 'relu') return value > 0 ? value : 0;
  if (activation === 'gelu') return gelu(value);
  return activation === 'tanh' ? Math.tanh(value) : value;
}

/** x `[rows, I]`, bias `[O]` or none → `[rows, O]`. */
export function matrixMultiply(
  x: Float32Array,
  rows: number,
  weight: MatrixPanels,
  bias: Float32Array | null,
  activation: Activation,
): Float32Array {
  const { rows: I, columns: O } = weight;
  const product = new Float32Array(rows * O);
  const packed = new Float64Array(I * GROUP_ROWS);
  const tile = new Float64Array(TILE_KEYS * GROUP_ROWS);
  const columnGroups = Math.ceil(O / LANES);
  for (let first = 0; first < rows; first += GROUP_ROWS) {
    const count = Math.min(GROUP_ROWS, rows - first);
    packQueries(x, first, count, I, 1, packed);
    for (let group = 0; group < columnGroups; group += TILE_KEYS / LANES) {
      scoreTile(packed, weight.data, group, Math.min(columnGroups - group, TILE_KEYS / LANES), I, tile);
      const start = group * LANES;
      const end = Math.min(O, start + TILE_KEYS);
      for (let r = 0; r < count; r++)
        for (let o = start; o < end; o++)
          product[(first + r) * O + o] = activate(
            tile[(o - start) * GROUP_ROWS + r]! + (bias === null ? 0 : bias[o]!),
            activation,
          );
    }
  }
  return product;
}
