// Weights pooled over small blocks, four threads to a tile of them. Host side of `shaders/pooled-tiles.wgsl`; the tiles are chosen in
// `pooled-cells.ts`.
import visibility from '#shaders/lib/visibility.wgsl?raw';
import source from '#shaders/pooled-tiles.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const POOLED_TILES_PARAMS = {
  query_base: 'u32',
  key_base: 'u32',
  row_base: 'u32',
  key_offset: 'i32',
  block_rows: 'u32',
  block_columns: 'u32',
  tile_columns: 'u32',
  down: 'u32',
  across: 'u32',
  tile_start: 'u32',
  tile_end: 'u32',
  causal: 'u32',
  left: 'i32',
  right: 'i32',
  dilation: 'i32',
  global_tokens: 'i32',
  is_max: 'u32',
  scale: 'f32',
} as const satisfies ParamsLayout;

/** Constants: `quadConstants` of flash-quads, TILE_KEYS (of a tile at most, whole fours), TILES (per workgroup). One unit of work is TILES listed tiles. */
export const POOLED_TILES: Kernel<typeof POOLED_TILES_PARAMS> = {
  name: 'pooled-tiles',
  source: `${source}\n${visibility}`,
  params: POOLED_TILES_PARAMS,
  bindings: [
    bound.read('queries'),
    bound.read('keys'),
    bound.read('log_sum_exp'),
    bound.read('edges'),
    bound.read('tiles'),
    bound.write('pooled'),
  ],
};
