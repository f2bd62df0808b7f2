// Softmax weights summed or maximised over blocks of query × key cells, from Q, K and the log-sum-exp: no N × M memory.
// One thread per BLOCKS listed blocks, neighbours mostly; blocks that no query can see are not listed and stay 0.
// Per group of ROWS queries and of KEYS keys: score → weight = 2^(score − lse) → sum or maximum.

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

// The bits of all ROWS × KEYS pairs.
const ALL_PAIRS = (1u << ($ROWSu * $KEYSu)) - 1u;

// [ROWS, VECTORS], scaled
var<private> q: array<vec4f, $ROWS * $VECTORS>;

// Bit r · KEYS + k: row + r is a row of the block, key + k a key of it, and the row may see the key. A loop, not written out:
// a CPU adapter's compiler took over two minutes for sixteen copies of the test.
fn seen_pairs(row: u32, bottom: u32, key: u32, last_key: u32, is_clear: bool) -> u32 {
  var pairs = 0u;
  for (var r = 0u; r < min($ROWSu, bottom - row); r++) {
    for (var k = 0u; k < min($KEYSu, last_key - key); k++) {
      if (is_clear || is_visible(i32(row + r) + params.key_offset, i32(key + k))) {
        pairs |= 1u << (r * $KEYSu + k);
      }
    }
  }
  return pairs;
}

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = params.cell_start + id.x * $BLOCKSu;
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
      for (var r = 0u; r < $ROWSu && row != row_held; r++) {
        let source = params.query_base + min(row + r, bottom - 1u) * $VECTORSu;
        for (var c = 0u; c < $VECTORSu; c++) {
          q[r * $VECTORSu + c] = load(queries[source + c]) * params.scale;
        }
      }
      row_held = row;
      // @repeat r ROWS
      let row$r = min(row + $ru, bottom - 1u);
      let lse$r = log_sum_exp[params.row_base + row$r];
      // @end
      for (var key = first_key; key < last_key; key += $KEYSu) {
        // @repeat k KEYS
        let key$k = min(key + $ku, last_key - 1u);
        let at$k = params.key_base + key$k * $VECTORSu;
        // @repeat r ROWS
        var s$r_$k = 0.0;
        // @end
        // @end
        // @repeat c VECTORS
        {
          // @repeat k KEYS
          let part$k = load(keys[at$k + $cu]);
          // @end
          // @repeat r ROWS
          let query$r = q[$r * $VECTORS + $c];
          // @repeat k KEYS
          s$r_$k += dot(query$r, part$k);
          // @end
          // @end
        }
        // @end
        var seen = ALL_PAIRS;
        if (!is_clear || row + $ROWSu > bottom || key + $KEYSu > last_key) {
          seen = seen_pairs(row, bottom, key, last_key, is_clear);
        }
        // @repeat r ROWS
        // @repeat k KEYS
        let is_seen$r_$k = (seen & (1u << ($ru * $KEYSu + $ku))) != 0u;
        let weight$r_$k = select(0.0, exp2(select(HIDDEN, s$r_$k - lse$r, is_seen$r_$k)), is_seen$r_$k);
        total += weight$r_$k;
        largest = max(largest, weight$r_$k);
        // @end
        // @end
      }
    }
    pooled[cell] = select(total, largest, params.is_max == 1u);
  }
}
