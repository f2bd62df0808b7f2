// Materialised weights times values. Host side of `shaders/weighted-sum.wgsl`.
import source from '#shaders/weighted-sum.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const WEIGHTED_SUM_PARAMS = {
  score_base: 'u32',
  value_base: 'u32',
  output_base: 'u32',
  rows: 'u32',
  key_count: 'u32',
  key_vectors: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: VECTORS, WORKGROUP. One unit of work is 4 rows × 4 columns. */
export const WEIGHTED_SUM: Kernel<typeof WEIGHTED_SUM_PARAMS> = {
  name: 'weighted-sum',
  source,
  params: WEIGHTED_SUM_PARAMS,
  bindings: [bound.read('weights'), bound.read('values'), bound.write('output')],
};
