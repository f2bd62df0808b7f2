// A 1-D convolution, every column to every column. Host side of `shaders/convolution.wgsl`.
import source from '#shaders/convolution.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const CONVOLUTION_PARAMS = {
  rows: 'u32',
  in_columns: 'u32',
  in_vectors: 'u32',
  out_vectors: 'u32',
  taps: 'u32',
  dilation: 'u32',
  reach: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is 4 rows × 4 columns of the result. */
export const CONVOLUTION: Kernel<typeof CONVOLUTION_PARAMS> = {
  name: 'convolution',
  source,
  params: CONVOLUTION_PARAMS,
  bindings: [bound.read('x'), bound.read('weight'), bound.read('bias'), bound.write('result')],
};
