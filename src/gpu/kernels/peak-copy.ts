// A copy from buffer to buffer. Host side of `shaders/peak-copy.wgsl`.
import source from '#shaders/peak-copy.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const PEAK_COPY_PARAMS = {
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP, RUN (vec4s per thread). One unit of work is a thread; their number is a multiple of WORKGROUP. */
export const PEAK_COPY: Kernel<typeof PEAK_COPY_PARAMS> = {
  name: 'peak-copy',
  source,
  params: PEAK_COPY_PARAMS,
  bindings: [bound.read('from_here'), bound.write('to_there')],
};
