// Flash attention of few rows, the keys cut into parts. Host side of `shaders/split-keys.wgsl`.
import visit from '#shaders/lib/flash-visit.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import source from '#shaders/split-keys.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/** Constants: VECTORS, ROWS (per thread), KEYS (at a time), WORKGROUP. One unit of work is a tile's part of the keys. `row_base` holds the rows of a part. */
export const SPLIT_KEYS: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'split-keys',
  source: `${source}\n${visit}\n${rowWalk}`,
  params: ROW_WALK_PARAMS,
  bindings: [
    bound.read('queries'),
    bound.read('keys'),
    bound.read('values'),
    bound.write('part_sums'),
    bound.write('part_maxima'),
    bound.write('part_totals'),
  ],
};
