// What pooled-weights does, for blocks so small that a thread of their own is dear: a quad of threads computes the weights of a tile of
// whole blocks, at most ROWS queries × TILE_KEYS keys, keeps them in workgroup memory, and pools the tile's blocks from there.
// One workgroup of four per TILES listed tiles, neighbours mostly; tiles in which no query can see a key are not listed and stay 0.
// Passes per tile: score → weight = 2^(score − lse), four keys at a time → sum or maximum of each block.
// As flash-quads each thread owns OWN_ROWS rows and reads a quarter of every key for all four. Right only where a workgroup of four is a
// quad: used where subgroups have exactly four lanes.

enable subgroups;

struct Params {
  query_base: u32,
  key_base: u32,
  row_base: u32,
  key_offset: i32,
  block_rows: u32,
  block_columns: u32,
  tile_columns: u32,
  // Rows and columns of blocks in a tile.
  down: u32,
  across: u32,
  tile_start: u32,
  tile_end: u32,
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
// Tiles to compute: row · tile_columns + column, bit 31 set where no pair needs a mask test
@group(0) @binding(5) var<storage, read> tiles: array<u32>;
// [block_rows, block_columns]: sums, or maxima
@group(0) @binding(6) var<storage, read_write> pooled: array<f32>;

// [ROWS, TILE_KEYS]
var<workgroup> weights: array<vec4f, $ROWS * $TILE_KEYS / 4>;
// [OWN_ROWS, 4 · QUARTERS], scaled; zero past VECTORS
var<private> q: array<vec4f, $OWN_ROWS * $QUARTERS * 4>;
// [OWN_ROWS], base 2; 0 for a row that sees no key, whose pairs are all hidden
var<private> lse: array<f32, $OWN_ROWS>;

// Queries [top, bottom) and keys [first_key, last_key) of a tile, and the last query's and the first one's position.
struct Tile {
  top: u32,
  bottom: u32,
  first_key: u32,
  last_key: u32,
  first_position: i32,
  last_position: i32,
  is_clear: bool,
}

// 0 where no query of the tile sees one of the keys [key, key + 4), 2 where all see all, 1 where pairs must be asked.
fn visibility_of(tile: Tile, key: i32) -> u32 {
  let lowest = key - tile.last_position;
  let highest = key + 3 - tile.first_position;
  let is_late = params.causal == 1u && lowest > 0;
  let is_outside = lowest > params.right || highest < -params.left;
  let is_global = key < params.global_tokens || tile.first_position < params.global_tokens;
  if (is_late || (is_outside && !is_global)) {
    return 0u;
  }
  let is_inside = lowest >= -params.left && highest <= params.right && params.dilation == 1;
  let is_early = params.causal == 0u || highest <= 0;
  return select(1u, 2u, tile.is_clear || (is_inside && is_early));
}

// Bit r · 4 + k: row + r may see key + k. A loop, not written out, as in pooled-weights.
fn seen_pairs(row: u32, key: u32) -> u32 {
  var pairs = 0u;
  for (var r = 0u; r < $OWN_ROWSu; r++) {
    for (var k = 0u; k < 4u; k++) {
      if (is_visible(i32(row + r) + params.key_offset, i32(key + k))) {
        pairs |= 1u << (r * 4u + k);
      }
    }
  }
  return pairs;
}

fn hold_rows(tile: Tile, own: u32) {
  for (var r = 0u; r < $OWN_ROWSu; r++) {
    let source = min(tile.top + own + r, tile.bottom - 1u);
    for (var c = 0u; c < $VECTORSu; c++) {
      q[r * $QUARTERSu * 4u + c] = load(queries[params.query_base + source * $VECTORSu + c]) * params.scale;
    }
    let known = log_sum_exp[params.row_base + source];
    lse[r] = select(known, 0.0, known <= -1e29);
  }
}

// Weights of the rows held and the keys [key, key + 4) into the tile. Rows and keys past its end repeat its last and are not pooled.
fn weigh(tile: Tile, key: u32, lane: u32, own: u32) {
  let slot = own * $TILE_KEYSu / 4u + (key - tile.first_key) / 4u;
  let seen_by = visibility_of(tile, i32(key));
  if (seen_by == 0u) {
    // @repeat r OWN_ROWS
    weights[slot + $ru * $TILE_KEYSu / 4u] = vec4f(0);
    // @end
    return;
  }
  // @repeat k 4
  let at$k = params.key_base + min(key + $ku, tile.last_key - 1u) * $VECTORSu;
  // @repeat r OWN_ROWS
  var s$r_$k = -lse[$r];
  // @end
  // @end
  // @repeat c QUARTERS
  {
    // @repeat k 4
    let mine$k = load(keys[at$k + min($cu * 4u + lane, $VECTORSu - 1u)]);
    // @end
    // @repeat m 4
    {
      // @repeat k 4
      let key$k = quadBroadcast(mine$k, $mu);
      // @end
      // @repeat r OWN_ROWS
      let query$r = q[($r * $QUARTERS + $c) * 4 + $m];
      // @repeat k 4
      s$r_$k += dot(query$r, key$k);
      // @end
      // @end
    }
    // @end
  }
  // @end
  if (seen_by == 1u) {
    let seen = seen_pairs(tile.top + own, key);
    // @repeat r OWN_ROWS
    // @repeat k 4
    s$r_$k = select(HIDDEN, s$r_$k, (seen & (1u << ($ru * 4u + $ku))) != 0u);
    // @end
    // @end
  }
  // @repeat r OWN_ROWS
  weights[slot + $ru * $TILE_KEYSu / 4u] = exp2(vec4f(s$r_0, s$r_1, s$r_2, s$r_3));
  // @end
}

// Every fourth column of the tile's blocks.
fn pool(tile: Tile, tile_row: u32, tile_column: u32, lane: u32) {
  let block_bottom = min((tile_row + 1u) * params.down, params.block_rows);
  let block_right = min((tile_column + 1u) * params.across, params.block_columns);
  let first_edge = params.block_rows + 1u;
  for (var column = tile_column * params.across + lane; column < block_right; column += 4u) {
    let key_from = edges[first_edge + column] - tile.first_key;
    let key_to = edges[first_edge + column + 1u] - tile.first_key;
    var row = 0u;
    for (var block = tile_row * params.down; block < block_bottom; block++) {
      let row_to = edges[block + 1u] - tile.top;
      var total = 0.0;
      var largest = 0.0;
      for (; row < row_to; row++) {
        for (var key = key_from; key < key_to; key++) {
          let weight = weights[(row * $TILE_KEYSu + key) / 4u][key & 3u];
          total += weight;
          largest = max(largest, weight);
        }
      }
      pooled[block * params.block_columns + column] = select(total, largest, params.is_max == 1u);
    }
  }
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation & 3u;
  let own = lane * $OWN_ROWSu;
  let first = params.tile_start + workgroup.x * $TILESu;
  // Of the rows in `q`; none yet.
  var row_held = 0xffffffffu;
  for (var index = first; index < min(first + $TILESu, params.tile_end); index++) {
    let listed = tiles[index] & 0x7fffffffu;
    let tile_row = listed / params.tile_columns;
    let tile_column = listed % params.tile_columns;
    let first_edge = params.block_rows + 1u;
    let top = edges[tile_row * params.down];
    let bottom = edges[min((tile_row + 1u) * params.down, params.block_rows)];
    let tile = Tile(
      top,
      bottom,
      edges[first_edge + tile_column * params.across],
      edges[first_edge + min((tile_column + 1u) * params.across, params.block_columns)],
      i32(top) + params.key_offset,
      i32(bottom) - 1 + params.key_offset,
      tiles[index] >= 0x80000000u,
    );
    // Neighbouring tiles share their rows.
    if (tile_row != row_held) {
      hold_rows(tile, own);
    }
    row_held = tile_row;
    for (var key = tile.first_key; key < tile.last_key; key += 4u) {
      weigh(tile, key, lane, own);
    }
    workgroupBarrier();
    pool(tile, tile_row, tile_column, lane);
    workgroupBarrier();
  }
}
