// Notes of rows to blocks of a picture. Host side of `shaders/overview-blocks.wgsl`; the blocks are chosen in `pooled-cells.ts`.
import source from '#shaders/overview-blocks.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const OVERVIEW_BLOCKS_PARAMS = {
  block_rows: 'u32',
  block_columns: 'u32',
  cell_start: 'u32',
  cell_end: 'u32',
  chunk_start: 'u32',
  chunk_rows: 'u32',
  row_base: 'u32',
  is_max: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a listed block. */
export const OVERVIEW_BLOCKS: Kernel<typeof OVERVIEW_BLOCKS_PARAMS> = {
  name: 'overview-blocks',
  source,
  params: OVERVIEW_BLOCKS_PARAMS,
  bindings: [
    bound.read('log_sum_exp'),
    bound.read('edges'),
    bound.read('cells'),
    bound.write('notes'),
    bound.write('pooled'),
  ],
};
