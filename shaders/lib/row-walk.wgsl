// Tiles of query rows and the keys they see: hidden ones are not visited.
// Joined after a shader that is told `ROWS`, the rows of a tile; used by flash-rows, split-keys, flash-tiles and row-statistics.
//
// The rows are `first, first + stride, …`: one residue class of the dilation, so their window is dense in steps of `stride`.
// A segment's rows see: keys [0, prefix), then keys p + s·stride at or after the prefix with −left_steps ≤ s ≤ right_steps.
// A tile's visits are numbered: first the prefix, then the union of its rows' windows. A dispatch makes the visits
// [visit_start, visit_end) and goes on from what an earlier one left.

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
  tile_count: u32,
  tile_start: u32,
  tile_end: u32,
  stride: i32,
  left_steps: i32,
  right_steps: i32,
  prefix: i32,
  visit_start: i32,
  visit_end: i32,
  query_base: u32,
  key_base: u32,
  output_base: u32,
  row_base: u32,
  scale: f32,
  // Of flash-quads-overview: key blocks of the picture, first of the rows whose notes are kept, and how many.
  blocks: u32,
  chunk_start: u32,
  chunk_rows: u32,
}

const HIDDEN: f32 = -1e30;

struct RowTile {
  // Relative to the bound head group.
  head: u32,
  kv_head: u32,
  // Query of the first row; the tile is empty when it is at or past `row_end`.
  first: u32,
  // Its position on the key axis.
  position: i32,
  // Steps from the first row's position to the key of visit 0, were there no prefix.
  begin: i32,
  // Visits end before this number.
  end: i32,
  // No later dispatch has more of them.
  is_last: bool,
}

// Its visits before `visit_end`.
fn row_tile(tile: u32, visit_end: i32) -> RowTile {
  let head = tile / params.tiles_per_head;
  let index = tile % params.tiles_per_head;
  let residue = index % params.classes;
  let block = index / params.classes;
  let first = params.row_start + residue + block * $ROWSu * u32(params.stride);
  let kv_head = (head + params.head_start) / params.group_size - params.kv_head_start;
  let position = i32(first) + i32(params.key_count) - i32(params.query_count);
  let lowest = (params.prefix - position) / params.stride;
  let highest = (i32(params.key_count) - 1 - position) / params.stride;
  let begin = max(-params.left_steps, lowest);
  let end = min($ROWS - 1 + params.right_steps, highest) + 1;
  let visits = params.prefix + max(0, end - begin);
  return RowTile(head, kv_head, first, position, begin - params.prefix, min(visits, visit_end), visits <= visit_end);
}

// Nothing for this dispatch to do: no rows, or all its visits were made by earlier ones.
fn is_done(tile: RowTile, visit_start: i32) -> bool {
  return tile.first >= params.row_end || (visit_start > 0 && visit_start >= tile.end);
}

fn has_row(tile: RowTile, r: u32) -> bool {
  return tile.first + r * u32(params.stride) < params.row_end;
}

// Query of row r; rows past the segment's end repeat the first and are not written.
fn row_query(tile: RowTile, r: u32) -> u32 {
  return select(tile.first, tile.first + r * u32(params.stride), has_row(tile, r));
}

// The key of a visit; past the end, the last visit's.
fn key_of(tile: RowTile, visit: i32) -> u32 {
  let n = min(visit, tile.end - 1);
  return u32(select(tile.position + (tile.begin + n) * params.stride, n, n < params.prefix));
}

// Without `&&` and `||`, which are branches: a CPU adapter's compiler takes many seconds over those of eight rows.
fn sees(tile: RowTile, r: i32, visit: i32) -> bool {
  let step = tile.begin + visit - r;
  let in_window = (step >= -params.left_steps) & (step <= params.right_steps);
  return (visit < tile.end) & (in_window | (visit < params.prefix));
}
