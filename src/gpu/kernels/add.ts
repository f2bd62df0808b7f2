// An element-wise sum. Host side of `shaders/add.wgsl`.
import source from '#shaders/add.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const ADD_PARAMS = {
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a vec4. */
export const ADD: Kernel<typeof ADD_PARAMS> = {
  name: 'add',
  source,
  params: ADD_PARAMS,
  bindings: [bound.read('a'), bound.read('b'), bound.write('result')],
};
