// A 1-D convolution of each column by itself. Host side of `shaders/depthwise.wgsl`.
import source from '#shaders/depthwise.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const DEPTHWISE_PARAMS = {
  rows: 'u32',
  vectors: 'u32',
  taps: 'u32',
  dilation: 'u32',
  reach: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a vec4 of the result. */
export const DEPTHWISE: Kernel<typeof DEPTHWISE_PARAMS> = {
  name: 'depthwise',
  source,
  params: DEPTHWISE_PARAMS,
  bindings: [bound.read('x'), bound.read('weight'), bound.write('result')],
};
