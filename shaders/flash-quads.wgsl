// Flash attention, one workgroup of four threads per tile of ROWS query rows, KEYS keys at a time: no shared memory, no barriers.
// Each thread owns OWN_ROWS of the rows. It reads every fourth vec4 of a key or value and hands it to the other three by exchange inside
// the quad: where four threads that read the same place still read it four times (CPU adapters gather), that is a quarter of the reading.
// Passes per visit: scores → running maximum → exponentials and their sum → weighted sum. Base-2 exponents.
// Right only where a workgroup of four is a quad: offered where subgroups have exactly four lanes. Rows are carried as flash-rows does.

enable subgroups;

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

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) invocation: u32) {
  let tile = row_tile(params.tile_start + workgroup.x, params.visit_end);
  if (is_done(tile, params.visit_start)) {
    return;
  }
  let lane = invocation & 3u;
  let own = lane * $OWN_ROWSu;
  begin_rows(tile, own, params.visit_start == 0);
  for (var first = params.visit_start; first < tile.end; first += $KEYS) {
    visit(tile, first, lane, own);
  }
  end_rows(tile, own);
}
