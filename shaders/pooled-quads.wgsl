// What pooled-weights does, with four threads to a block as in flash-quads: each owns OWN_ROWS of every ROWS queries of the block, and
// reads a quarter of every key for all four. One workgroup of four per BLOCKS listed blocks, neighbours mostly.
// Per group of ROWS queries and of KEYS keys: score → weight = 2^(score − lse) → sum or maximum; at the end of a block the four are put
// together. Right only where a workgroup of four is a quad: used where subgroups have exactly four lanes.

enable subgroups;

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

// [OWN_ROWS, 4 · QUARTERS], scaled; zero past VECTORS
var<private> q: array<vec4f, $OWN_ROWS * $QUARTERS * 4>;
// [OWN_ROWS], base 2; 0 for a row that sees no key, whose pairs are all hidden
var<private> lse: array<f32, $OWN_ROWS>;

// Bit r · KEYS + k: row + r is a row of the block, key + k a key of it, and the row may see the key. A loop, not written out, as in
// pooled-weights.
fn seen_pairs(row: u32, bottom: u32, key: u32, last_key: u32, is_clear: bool) -> u32 {
  var pairs = 0u;
  for (var r = 0u; r < $OWN_ROWSu && row + r < bottom; r++) {
    for (var k = 0u; k < min($KEYSu, last_key - key); k++) {
      if (is_clear || is_visible(i32(row + r) + params.key_offset, i32(key + k))) {
        pairs |= 1u << (r * $KEYSu + k);
      }
    }
  }
  return pairs;
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation & 3u;
  let own = lane * $OWN_ROWSu;
  let first = params.cell_start + workgroup.x * $BLOCKSu;
  // First of the rows in `q`; none yet.
  var row_held = 0xffffffffu;
  for (var index = first; index < min(first + $BLOCKSu, params.cell_end); index++) {
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
      // Neighbouring blocks share their rows.
      for (var r = 0u; r < $OWN_ROWSu && row != row_held; r++) {
        let source = min(row + own + r, bottom - 1u);
        for (var c = 0u; c < $VECTORSu; c++) {
          q[r * $QUARTERSu * 4u + c] = load(queries[params.query_base + source * $VECTORSu + c]) * params.scale;
        }
        let known = log_sum_exp[params.row_base + source];
        lse[r] = select(known, 0.0, known <= -1e29);
      }
      row_held = row;
      for (var key = first_key; key < last_key; key += $KEYSu) {
        // @repeat k KEYS
        let at$k = params.key_base + min(key + $ku, last_key - 1u) * $VECTORSu;
        // @repeat r OWN_ROWS
        var s$r_$k = 0.0;
        // @end
        // @end
        // @repeat c QUARTERS
        {
          // @repeat k KEYS
          let mine$k = load(keys[at$k + min($cu * 4u + lane, $VECTORSu - 1u)]);
          // @end
          // @repeat m 4
          {
            // @repeat k KEYS
            let key$k = quadBroadcast(mine$k, $mu);
            // @end
            // @repeat r OWN_ROWS
            let query$r = q[($r * $QUARTERS + $c) * 4 + $m];
            // @repeat k KEYS
            s$r_$k += dot(query$r, key$k);
            // @end
            // @end
          }
          // @end
        }
        // @end
        if (!is_clear || row + $ROWSu > bottom || key + $KEYSu > last_key) {
          let seen = seen_pairs(row + own, bottom, key, last_key, is_clear);
          // @repeat r OWN_ROWS
          // @repeat k KEYS
          s$r_$k = select(HIDDEN, s$r_$k, (seen & (1u << ($ru * $KEYSu + $ku))) != 0u);
          // @end
          // @end
        }
        // @repeat r OWN_ROWS
        // @repeat k KEYS
        let weight$r_$k = exp2(s$r_$k - lse[$r]);
        total += weight$r_$k;
        largest = max(largest, weight$r_$k);
        // @end
        // @end
      }
    }
    var all = 0.0;
    var most = 0.0;
    // @repeat m 4
    all += quadBroadcast(total, $mu);
    most = max(most, quadBroadcast(largest, $mu));
    // @end
    if (lane == 0u) {
      pooled[cell] = select(all, most, params.is_max == 1u);
    }
  }
}
