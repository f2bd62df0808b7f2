// Masked scores, materialised. Host side of `shaders/scores.wgsl`.
import visibility from '#shaders/lib/visibility.wgsl?raw';
import source from '#shaders/scores.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const SCORES_PARAMS = {
  query_base: 'u32',
  key_base: 'u32',
  row_start: 'u32',
  row_end: 'u32',
  key_count: 'u32',
  key_vectors: 'u32',
  score_base: 'u32',
  key_offset: 'i32',
  causal: 'u32',
  left: 'i32',
  right: 'i32',
  dilation: 'i32',
  global_tokens: 'i32',
  scale: 'f32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: VECTORS, WORKGROUP. One unit of work is 4 rows × 4 keys. */
export const SCORES: Kernel<typeof SCORES_PARAMS> = {
  name: 'scores',
  source: `${source}\n${visibility}`,
  params: SCORES_PARAMS,
  bindings: [bound.read('queries'), bound.read('keys'), bound.write('scores')],
};
