// Flash attention, one thread per ROWS query rows, KEYS keys at a time: no shared memory, no barriers.
// Passes per visit: scores → running maximum → exponentials and their sum → weighted sum. Base-2 exponents.
// What a row has so far is kept as it is (sums, running maximum, total), so a later dispatch goes on from there without rounding;
// the last one divides. Keeping the log-sum-exp instead cost a rounding per dispatch: 4e-6 after eight.
//
// Only the visits (lib/flash-visit.wgsl) are written out, row by row and vec4 by vec4: a CPU adapter pays for every access in the text that
// is not at a constant place (SwiftShader, D = 64: 2.0 s to compile with loading and storing rows written out too).

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<Stored>;
// [heads, queries, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [heads, queries], base 2; HIDDEN for a row that has seen no key. Before the last dispatch: the running maximum
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;
// [heads, queries]: sums of exponentials between dispatches
@group(0) @binding(6) var<storage, read_write> totals: array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = params.tile_start + id.x;
  if (index >= params.tile_end) {
    return;
  }
  let tile = row_tile(index, params.visit_end);
  if (is_done(tile, params.visit_start)) {
    return;
  }
  let is_first = params.visit_start == 0;
  kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  for (var r = 0u; r < $ROWSu; r++) {
    let row = row_offset + row_query(tile, r);
    maximum[r] = HIDDEN;
    total[r] = 0.0;
    if (!is_first) {
      maximum[r] = log_sum_exp[params.row_base + row];
      total[r] = totals[params.row_base + row];
    }
    for (var c = 0u; c < $VECTORSu; c++) {
      q[r * $VECTORSu + c] = load(queries[params.query_base + row * $VECTORSu + c]) * params.scale;
      var so_far = vec4f(0);
      if (!is_first) {
        so_far = output[params.output_base + row * $VECTORSu + c];
      }
      o[r * $VECTORSu + c] = so_far;
    }
  }
  for (var first = params.visit_start; first < tile.end; first += $KEYS) {
    visit(tile, first);
  }
  for (var r = 0u; r < $ROWSu && has_row(tile, r); r++) {
    let row = row_offset + row_query(tile, r);
    let is_live = total[r] > 0;
    var share = 1.0;
    var kept = maximum[r];
    if (tile.is_last) {
      share = select(0.0, 1 / total[r], is_live);
      kept = select(HIDDEN, maximum[r] + log2(max(total[r], 1e-30)), is_live);
    }
    for (var c = 0u; c < $VECTORSu; c++) {
      output[params.output_base + row * $VECTORSu + c] = o[r * $VECTORSu + c] * share;
    }
    log_sum_exp[params.row_base + row] = kept;
    totals[params.row_base + row] = total[r];
  }
}
