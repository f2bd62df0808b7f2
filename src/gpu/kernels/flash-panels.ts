// Flash attention with one workgroup per tile of query rows, for devices with many registers. Host side of `shaders/flash-panels.wgsl`.
import source from '#shaders/flash-panels.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/**
 * Constants: those of `panelConstants` in `panel-tiles.ts`. One unit of work is a tile of ROWS rows, or with PART a tile's part of the keys;
 * `row_base` then holds the rows of a part.
 */
export const FLASH_PANELS: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-panels',
  source: `${source}\n${rowWalk}`,
  params: ROW_WALK_PARAMS,
  bindings: [
    bound.read('queries'),
    bound.read('keys'),
    bound.read('values'),
    bound.write('output'),
    bound.write('log_sum_exp'),
    bound.write('totals'),
  ],
};
