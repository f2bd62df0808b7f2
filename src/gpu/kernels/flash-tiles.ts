// Flash attention with one workgroup per tile of query rows. Host side of `shaders/flash-tiles.wgsl`.
import source from '#shaders/flash-tiles.wgsl?raw';
import bySubgroup from '#shaders/lib/row-maximum-subgroup.wgsl?raw';
import byWorkgroup from '#shaders/lib/row-maximum-workgroup.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import { bound, type Kernel } from './kernel.ts';
import { withLoad, type Load } from './load.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/**
 * Constants: VECTORS (vec4s per row), ROWS and KEYS of a tile, and the rest of `tileConstants` in `shared-tiles.ts`.
 * One unit of work is a tile of ROWS rows.
 */
export const FLASH_TILES: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-tiles',
  source: `${source}\n${byWorkgroup}\n${rowWalk}`,
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

/** The kernel with its way to read, and to find a row's maximum: by exchange inside subgroups where the device has them. */
export function flashTiles(load: Load, usesSubgroups: boolean): Kernel<typeof ROW_WALK_PARAMS> {
  if (!usesSubgroups) return withLoad(FLASH_TILES, load);
  const text = `enable subgroups;\n${source}\n${bySubgroup}\n${rowWalk}`;
  return { ...withLoad({ ...FLASH_TILES, source: text }, load), variant: `${load} subgroups` };
}
