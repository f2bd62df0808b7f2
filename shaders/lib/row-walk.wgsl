// Four query rows in one thread and the keys they see: hidden ones are not visited.
// Joined after a shader that defines `visit(key, visible)`; used by flash-rows and row-statistics.
//
// The rows are `first, first + stride, …`: one residue class of the dilation, so their window is dense in steps of `stride`.
// A segment's rows see: keys [0, prefix), then keys p + s·stride at or after the prefix with −left_steps ≤ s ≤ right_steps.

struct Params {
  query_count: u32,
  key_count: u32,
  group_size: u32,
  head_start: u32,
  kv_head_start: u32,
  row_start: u32,
  row_end: u32,
  classes: u32,
  tiles_per_head: u32,
  tile_start: u32,
  tile_end: u32,
  stride: i32,
  left_steps: i32,
  right_steps: i32,
  prefix: i32,
  query_base: u32,
  key_base: u32,
  output_base: u32,
  row_base: u32,
  scale: f32,
}

const HIDDEN: f32 = -1e30;
const ALL = vec4<bool>(true, true, true, true);

struct RowTile {
  // Relative to the bound head group.
  head: u32,
  kv_head: u32,
  // Query of the first row; the tile is empty when it is at or past `row_end`.
  first: u32,
  // Its position on the key axis.
  position: i32,
}

fn row_tile(tile: u32) -> RowTile {
  let head = tile / params.tiles_per_head;
  let index = tile % params.tiles_per_head;
  let residue = index % params.classes;
  let block = index / params.classes;
  let first = params.row_start + residue + block * 4u * u32(params.stride);
  let kv_head = (head + params.head_start) / params.group_size - params.kv_head_start;
  return RowTile(head, kv_head, first, i32(first) + i32(params.key_count) - i32(params.query_count));
}

// Query of row r; rows past the segment's end repeat the first and are not written.
fn row_query(tile: RowTile, r: u32) -> u32 {
  let query = tile.first + r * u32(params.stride);
  return select(tile.first, query, query < params.row_end);
}

fn sum(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

// One loop and one call of `visit`, so that a driver that inlines it compiles it once.
fn walk_keys(position: i32) {
  let lowest = (params.prefix - position) / params.stride;
  let highest = (i32(params.key_count) - 1 - position) / params.stride;
  let begin = max(-params.left_steps, lowest);
  let end = min(3 + params.right_steps, highest) + 1;
  let count = params.prefix + max(0, end - begin);
  for (var n = 0; n < count; n++) {
    let step = begin + n - params.prefix;
    let offset = vec4i(step) - vec4i(0, 1, 2, 3);
    let seen = (offset >= vec4i(-params.left_steps)) & (offset <= vec4i(params.right_steps));
    let is_global = n < params.prefix;
    visit(select(position + step * params.stride, n, is_global), select(seen, ALL, is_global));
  }
}
