// Materialised scores to weights. Host side of `shaders/softmax-rows.wgsl`.
import source from '#shaders/softmax-rows.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const SOFTMAX_ROWS_PARAMS = {
  key_vectors: 'u32',
  score_base: 'u32',
  row_base: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a row. */
export const SOFTMAX_ROWS: Kernel<typeof SOFTMAX_ROWS_PARAMS> = {
  name: 'softmax-rows',
  source,
  params: SOFTMAX_ROWS_PARAMS,
  bindings: [bound.write('scores'), bound.write('log_sum_exp')],
};
