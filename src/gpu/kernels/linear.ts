// A matrix product with bias and activation. Host side of `shaders/linear.wgsl`.
import activate from '#shaders/lib/activate.wgsl?raw';
import curves from '#shaders/lib/curves.wgsl?raw';
import source from '#shaders/linear.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const LINEAR_PARAMS = {
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
export const LINEAR: Kernel<typeof LINEAR_PARAMS> = {
  name: 'linear',
  source: `${source}\n${activate}\n${curves}`,
  params: LINEAR_PARAMS,
  bindings: [bound.read('x'), bound.read('weight'), bound.read('bias'), bound.write('result')],
};
