// Weights pooled over blocks. Host side of `shaders/pooled-weights.wgsl`; the blocks are chosen in `pooled-cells.ts`.
import visibility from '#shaders/lib/visibility.wgsl?raw';
import source from '#shaders/pooled-weights.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const POOLED_WEIGHTS_PARAMS = {
  query_base: 'u32',
  key_base: 'u32',
  row_base: 'u32',
  key_offset: 'i32',
  block_rows: 'u32',
  block_columns: 'u32',
  cell_start: 'u32',
  cell_end: 'u32',
  causal: 'u32',
  left: 'i32',
  right: 'i32',
  dilation: 'i32',
  global_tokens: 'i32',
  is_max: 'u32',
  scale: 'f32',
} as const satisfies ParamsLayout;

/** Constants: VECTORS, WORKGROUP, BLOCKS (per thread), ROWS and KEYS (in registers at a time). One unit of work is BLOCKS listed blocks. */
export const POOLED_WEIGHTS: Kernel<typeof POOLED_WEIGHTS_PARAMS> = {
  name: 'pooled-weights',
  source: `${source}\n${visibility}`,
  params: POOLED_WEIGHTS_PARAMS,
  bindings: [
    bound.read('queries'),
    bound.read('keys'),
    bound.read('log_sum_exp'),
    bound.read('edges'),
    bound.read('cells'),
    bound.write('pooled'),
  ],
};
