// Flash attention with one quad of threads per tile of query rows. Host side of `shaders/flash-quads.wgsl`.
import source from '#shaders/flash-quads.wgsl?raw';
import quadVisit from '#shaders/lib/quad-visit.wgsl?raw';
import rowWalk from '#shaders/lib/row-walk.wgsl?raw';
import type { Constants } from '../specialise.ts';
import type { TileShape } from '../tile-shapes.ts';
import { bound, type Kernel } from './kernel.ts';
import { ROW_WALK_PARAMS } from './row-walk.ts';

/** Constants: those of {@link quadConstants}, and TOPS, 0. One unit of work is a tile of ROWS rows, four threads' worth. */
export const FLASH_QUADS: Kernel<typeof ROW_WALK_PARAMS> = {
  name: 'flash-quads',
  source: `${source}\n${quadVisit}\n${rowWalk}`,
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

/** VECTORS (vec4s per row), ROWS and KEYS of a tile, OWN_ROWS of a thread, QUARTERS (vec4s of a row that one thread reads). */
export function quadConstants({ rows, keys }: TileShape, vectors: number): Constants {
  return { VECTORS: vectors, ROWS: rows, KEYS: keys, OWN_ROWS: rows / 4, QUARTERS: Math.ceil(vectors / 4) };
}
