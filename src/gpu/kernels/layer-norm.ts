// Layer normalisation. Host side of `shaders/layer-norm.wgsl`.
import source from '#shaders/layer-norm.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const LAYER_NORM_PARAMS = {
  columns: 'u32',
  vectors: 'u32',
  epsilon: 'f32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a row. */
export const LAYER_NORM: Kernel<typeof LAYER_NORM_PARAMS> = {
  name: 'layer-norm',
  source,
  params: LAYER_NORM_PARAMS,
  bindings: [bound.read('x'), bound.read('gamma'), bound.read('beta'), bound.write('result')],
};
