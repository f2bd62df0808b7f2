// A matrix product with 8-bit weights. Host side of `shaders/linear-int8.wgsl`.
import activate from '#shaders/lib/activate.wgsl?raw';
import curves from '#shaders/lib/curves.wgsl?raw';
import source from '#shaders/linear-int8.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const LINEAR_INT8_PARAMS = {
  rows: 'u32',
  in_columns: 'u32',
  in_vectors: 'u32',
  out_vectors: 'u32',
  has_bias: 'u32',
  activation: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is 4 rows × 4 columns of the result. */
export const LINEAR_INT8: Kernel<typeof LINEAR_INT8_PARAMS> = {
  name: 'linear-int8',
  source: `${source}\n${activate}\n${curves}`,
  params: LINEAR_INT8_PARAMS,
  bindings: [bound.read('x'), bound.read('weight'), bound.read('scales'), bound.read('bias'), bound.write('result')],
};
