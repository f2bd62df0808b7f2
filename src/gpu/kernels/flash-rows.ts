// Flash attention with one thread per tile of query rows. Host side of `shaders/flash-rows.wgsl`.
import source from '#shaders/flash-rows.wgsl?raw';
import visit from '#shaders/lib/flash-visit.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/** Constants: VECTORS (vec4s per row), ROWS (per thread), KEYS (at a time), WORKGROUP (threads). One unit of work is a tile. */
export const FLASH_ROWS: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-rows',
  source: `${source}\n${visit}\n${rowWalk}`,
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
