// Softmax weights summed or maximised over blocks of query × key cells, from Q, K and the log-sum-exp: no N × M memory.
// One thread per listed block; blocks that no query can see are not listed and stay 0.
// Per group of ROWS queries and per key: score → weight = 2^(score − lse) → sum or maximum.

struct Params {
  query_base: u32,
  key_base: u32,
  row_base: u32,
  key_offset: i32,
  block_rows: u32,
  block_columns: u32,
  cell_start: u32,
  cell_end: u32,
  causal: u32,
  left: i32,
  right: i32,
  dilation: i32,
  global_tokens: i32,
  is_max: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
// This head's [queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// Its key head's [keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// This head's [queries], base 2
@group(0) @binding(3) var<storage, read> log_sum_exp: array<f32>;
// First query of each row of blocks and the end, then first key of each column of blocks and the end
@group(0) @binding(4) var<storage, read> edges: array<u32>;
// Blocks to compute: row · block_columns + column, bit 31 set where no pair needs a mask test
@group(0) @binding(5) var<storage, read> cells: array<u32>;
// [block_rows, block_columns]: sums, or maxima
@group(0) @binding(6) var<storage, read_write> pooled: array<f32>;

// @repeat r ROWS
var<private> q$r: array<vec4f, $VECTORS>;
// @end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = params.cell_start + id.x;
  if (index >= params.cell_end) {
    return;
  }
  let cell = cells[index] & 0x7fffffffu;
  let is_clear = cells[index] >= 0x80000000u;
  let block_row = cell / params.block_columns;
  let block_column = cell % params.block_columns;
  let bottom = edges[block_row + 1u];
  let first_key = edges[params.block_rows + 1u + block_column];
  let last_key = edges[params.block_rows + 2u + block_column];
  var total = 0.0;
  var largest = 0.0;
  for (var row = edges[block_row]; row < bottom; row += $ROWSu) {
    // @repeat r ROWS
    let row$r = min(row + $ru, bottom - 1u);
    let from$r = params.query_base + row$r * $VECTORSu;
    for (var c = 0u; c < $VECTORSu; c++) {
      q$r[c] = load(queries[from$r + c]) * params.scale;
    }
    let lse$r = log_sum_exp[params.row_base + row$r];
    let position$r = i32(row$r) + params.key_offset;
    let is_row$r = row + $ru < bottom;
    // @end
    for (var key = first_key; key < last_key; key++) {
      // @repeat r ROWS
      let seen$r = is_row$r && (is_clear || is_visible(position$r, i32(key)));
      var s$r = 0.0;
      // @end
      var is_any_seen = false;
      // @repeat r ROWS
      is_any_seen = is_any_seen || seen$r;
      // @end
      if (!is_any_seen) {
        continue;
      }
      let at = params.key_base + key * $VECTORSu;
      // @repeat c VECTORS
      {
        let key_part = load(keys[at + $cu]);
        // @repeat r ROWS
        s$r += dot(q$r[$c], key_part);
        // @end
      }
      // @end
      // @repeat r ROWS
      let weight$r = select(0.0, exp2(select(HIDDEN, s$r - lse$r, seen$r)), seen$r);
      total += weight$r;
      largest = max(largest, weight$r);
      // @end
    }
  }
  pooled[cell] = select(total, largest, params.is_max == 1u);
}
