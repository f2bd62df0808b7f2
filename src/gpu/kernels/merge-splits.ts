// The parts of split-keys or flash-panels put together. Host side of `shaders/merge-splits.wgsl`.
import source from '#shaders/merge-splits.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const MERGE_SPLITS_PARAMS = {
  rows: 'u32',
  parts: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: VECTORS, WORKGROUP. One unit of work is a vec4 of the output. */
export const MERGE_SPLITS: Kernel<typeof MERGE_SPLITS_PARAMS> = {
  name: 'merge-splits',
  source,
  params: MERGE_SPLITS_PARAMS,
  bindings: [
    bound.read('part_sums'),
    bound.read('part_maxima'),
    bound.read('part_totals'),
    bound.write('output'),
    bound.write('log_sum_exp'),
  ],
};
