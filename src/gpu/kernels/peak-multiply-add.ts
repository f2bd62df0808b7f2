// Multiply-adds in registers and nothing else. Host side of `shaders/peak-multiply-add.wgsl`.
import source from '#shaders/peak-multiply-add.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const PEAK_MULTIPLY_ADD_PARAMS = {
  rounds: 'u32',
  factor: 'f32',
  step: 'f32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP, CHAINS (independent sums). One unit of work is a thread: `rounds · CHAINS · 16` multiply-adds. */
export const PEAK_MULTIPLY_ADD: Kernel<typeof PEAK_MULTIPLY_ADD_PARAMS> = {
  name: 'peak-multiply-add',
  source,
  params: PEAK_MULTIPLY_ADD_PARAMS,
  bindings: [bound.write('sums')],
};
