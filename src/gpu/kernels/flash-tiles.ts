// Flash attention with one workgroup per tile of query rows. Host side of `shaders/flash-tiles.wgsl`.
import source from '#shaders/flash-tiles.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/**
 * Constants: VECTORS (vec4s per row), ROWS and KEYS of a tile, and what a thread of 8 × 8 owns of them: OWN_ROWS, OWN_KEYS,
 * OWN_COLUMNS (vec4s of the output). One unit of work is a tile of ROWS rows.
 */
export const FLASH_TILES: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-tiles',
  source: `${source}\n${rowWalk}`,
  params: ROW_WALK_PARAMS,
  bindings: [
    bound.read('queries'),
    bound.read('keys'),
    bound.read('values'),
    bound.write('output'),
    bound.write('log_sum_exp'),
  ],
};
