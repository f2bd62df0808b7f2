// Flash attention of few rows over many keys: one thread per ROWS query rows and one part of the keys, KEYS keys at a time.
// Every part leaves its sums, maximum and total; merge-splits puts them together (Dao et al. 2023, "Flash-Decoding").
// Here a dispatch's `visit_end` is the length of a part: part s makes the visits [s · visit_end, (s + 1) · visit_end).

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<Stored>;
// [parts, heads, queries, VECTORS]: weighted sums
@group(0) @binding(4) var<storage, read_write> part_sums: array<vec4f>;
// [parts, heads, queries]: running maxima
@group(0) @binding(5) var<storage, read_write> part_maxima: array<f32>;
// [parts, heads, queries]: sums of exponentials; 0 where a part has seen nothing
@group(0) @binding(6) var<storage, read_write> part_totals: array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = params.tile_start + id.x;
  if (index >= params.tile_end) {
    return;
  }
  let part = index / params.tile_count;
  let visit_start = i32(part) * params.visit_end;
  let tile = row_tile(index % params.tile_count, visit_start + params.visit_end);
  if (is_done(tile, visit_start)) {
    return;
  }
  kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  for (var r = 0u; r < $ROWSu; r++) {
    let source = params.query_base + (row_offset + row_query(tile, r)) * $VECTORSu;
    maximum[r] = HIDDEN;
    total[r] = 0.0;
    for (var c = 0u; c < $VECTORSu; c++) {
      q[r * $VECTORSu + c] = load(queries[source + c]) * params.scale;
      o[r * $VECTORSu + c] = vec4f(0);
    }
  }
  for (var first = visit_start; first < tile.end; first += $KEYS) {
    visit(tile, first);
  }
  let part_offset = part * params.row_base + row_offset;
  for (var r = 0u; r < $ROWSu && has_row(tile, r); r++) {
    let row = part_offset + row_query(tile, r);
    for (var c = 0u; c < $VECTORSu; c++) {
      part_sums[row * $VECTORSu + c] = o[r * $VECTORSu + c];
    }
    part_maxima[row] = maximum[r];
    part_totals[row] = total[r];
  }
}
