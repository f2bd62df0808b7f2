// Flash attention of one head with its picture in passing. Host side of `shaders/flash-quads-overview.wgsl`.
import source from '#shaders/flash-quads-overview.wgsl?raw';
import quadVisit from '#shaders/lib/quad-visit.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import { FLASH_QUADS } from './flash-quads.ts';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/** Constants: those of flash-quads, and TOPS and SUMS, one of them 1: what a row notes of a block. One unit of work is a tile. */
export const FLASH_QUADS_OVERVIEW: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-quads-overview',
  source: `${source}\n${quadVisit}\n${rowWalk}`,
  params: ROW_WALK_PARAMS,
  bindings: [...FLASH_QUADS.bindings, bound.write('notes')],
};
