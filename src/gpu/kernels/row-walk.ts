// The numbers of every kernel that walks the keys of a tile of query rows. Twin of `shaders/lib/row-walk.wgsl`.
import type { ParamsLayout } from '../params.ts';

export const ROW_WALK_PARAMS = {
  query_count: 'u32',
  key_count: 'u32',
  group_size: 'u32',
  head_start: 'u32',
  kv_head_start: 'u32',
  row_start: 'u32',
  row_end: 'u32',
  classes: 'u32',
  tiles_per_head: 'u32',
  tile_count: 'u32',
  tile_start: 'u32',
  tile_end: 'u32',
  stride: 'i32',
  left_steps: 'i32',
  right_steps: 'i32',
  prefix: 'i32',
  visit_start: 'i32',
  visit_end: 'i32',
  query_base: 'u32',
  key_base: 'u32',
  output_base: 'u32',
  row_base: 'u32',
  scale: 'f32',
} as const satisfies ParamsLayout;
