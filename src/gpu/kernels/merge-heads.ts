// A stack of heads back side by side. Host side of `shaders/merge-heads.wgsl`.
import source from '#shaders/merge-heads.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const MERGE_HEADS_PARAMS = {
  length: 'u32',
  row_start: 'u32',
  columns: 'u32',
  vectors: 'u32',
  head_columns: 'u32',
  head_stride: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a vec4 of the rows written. */
export const MERGE_HEADS: Kernel<typeof MERGE_HEADS_PARAMS> = {
  name: 'merge-heads',
  source,
  params: MERGE_HEADS_PARAMS,
  bindings: [bound.read('stack'), bound.write('merged')],
};
