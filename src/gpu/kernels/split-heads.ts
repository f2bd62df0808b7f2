// One third of a fused projection as a stack of heads. Host side of `shaders/split-heads.wgsl`.
import source from '#shaders/split-heads.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const SPLIT_HEADS_PARAMS = {
  fused_stride: 'u32',
  column_start: 'u32',
  row_start: 'u32',
  length: 'u32',
  head_columns: 'u32',
  head_vectors: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: WORKGROUP. One unit of work is a vec4 of the stack. */
export const SPLIT_HEADS: Kernel<typeof SPLIT_HEADS_PARAMS> = {
  name: 'split-heads',
  source,
  params: SPLIT_HEADS_PARAMS,
  bindings: [bound.read('fused'), bound.write('stack')],
};
