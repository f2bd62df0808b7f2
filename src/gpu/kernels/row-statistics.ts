// Entropy and mean distance per row. Host side of `shaders/row-statistics.wgsl`.
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import source from '#shaders/row-statistics.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/** Constants: VECTORS, ROWS, WORKGROUP. One unit of work is a tile of ROWS rows. */
export const ROW_STATISTICS: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'row-statistics',
  source: `${source}\n${rowWalk}`,
  params: ROW_WALK_PARAMS,
  bindings: [bound.read('queries'), bound.read('keys'), bound.read('log_sum_exp'), bound.write('statistics')],
};
