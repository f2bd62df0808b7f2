// Flash attention, one workgroup of 8 × 8 threads per tile of ROWS query rows, KEYS keys at a time in workgroup memory.
// Thread (x, y) owns the rows y, y + 8, …, of their scores the keys x, x + 8, …, of their output the vec4s x, x + 8, …
// Passes per block of keys: scores → row maximum → exponentials and their sum → weighted sum. Base-2 exponents.
// What a row has so far is kept as its output and log-sum-exp, so a later dispatch can go on from there.

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<Stored>;
// [heads, queries, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [heads, queries], base 2; HIDDEN for a row that has seen no key
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;
// Rows in workgroup memory are one vec4 longer, so that threads on neighbouring rows use different banks.
const ROW = $VECTORSu + 1u;
const THREADS = 64u;

// [ROWS, ROW], scaled
var<workgroup> query_tile: array<vec4f, $ROWS * ($VECTORS + 1)>;
// [KEYS, ROW]: the block's keys, then its values
var<workgroup> block: array<vec4f, $KEYS * ($VECTORS + 1)>;
// [ROWS, KEYS]
var<workgroup> weights: array<f32, $ROWS * $KEYS>;
// [ROWS, 8]: what each thread knows of a row, to be reduced
var<workgroup> partial: array<f32, $ROWS * 8>;

// True when every row of the tile sees all of the visits [first, first + KEYS).
fn is_clear(tile: RowTile, first: i32) -> bool {
  let last = first + $KEYS - 1;
  let windowed = max(first, params.prefix);
  let is_inside =
    tile.begin + windowed - ($ROWS - 1) >= -params.left_steps && tile.begin + last <= params.right_steps;
  return last < tile.end && (last < params.prefix || is_inside);
}

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = row_tile(params.tile_start + workgroup.x, params.visit_end);
  if (is_done(tile, params.visit_start)) {
    return;
  }
  let x = thread.x;
  let y = thread.y;
  let is_first = params.visit_start == 0;
  let kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  for (var at = lane; at < $ROWSu * $VECTORSu; at += THREADS) {
    let r = at / $VECTORSu;
    let c = at % $VECTORSu;
    let source = params.query_base + (row_offset + row_query(tile, r)) * $VECTORSu + c;
    query_tile[r * ROW + c] = load(queries[source]) * params.scale;
  }
  // @repeat r OWN_ROWS
  let own$r = y + $ru * 8u;
  let row$r = row_offset + row_query(tile, own$r);
  var maximum$r = HIDDEN;
  if (!is_first) {
    maximum$r = log_sum_exp[params.row_base + row$r];
  }
  // Of the keys this thread scores; the rest of the row's sum is with its neighbours.
  var total$r = select(0.0, 1.0, x == 0u && maximum$r > HIDDEN);
  // @repeat c OWN_COLUMNS
  let to$r_$c = params.output_base + row$r * $VECTORSu + min(x + $cu * 8u, $VECTORSu - 1u);
  var o$r_$c = vec4f(0);
  if (!is_first) {
    o$r_$c = output[to$r_$c];
  }
  // @end
  // @end
  for (var first = params.visit_start; first < tile.end; first += $KEYS) {
    workgroupBarrier();
    for (var at = lane; at < $KEYSu * $VECTORSu; at += THREADS) {
      let key = key_of(tile, first + i32(at / $VECTORSu));
      block[(at / $VECTORSu) * ROW + at % $VECTORSu] = load(keys[kv_offset + key * $VECTORSu + at % $VECTORSu]);
    }
    workgroupBarrier();
    // @repeat r OWN_ROWS
    // @repeat k OWN_KEYS
    var s$r_$k = 0.0;
    // @end
    // @end
    for (var c = 0u; c < $VECTORSu; c++) {
      // @repeat k OWN_KEYS
      let key$k = block[(x + $ku * 8u) * ROW + c];
      // @end
      // @repeat r OWN_ROWS
      let q$r = query_tile[own$r * ROW + c];
      // @repeat k OWN_KEYS
      s$r_$k += dot(q$r, key$k);
      // @end
      // @end
    }
    let clear = is_clear(tile, first);
    // @repeat r OWN_ROWS
    var top$r = maximum$r;
    // @repeat k OWN_KEYS
    let seen$r_$k = clear | sees(tile, i32(own$r), first + i32(x + $ku * 8u));
    s$r_$k = select(HIDDEN, s$r_$k, seen$r_$k);
    top$r = max(top$r, s$r_$k);
    // @end
    partial[own$r * 8u + x] = top$r;
    // @end
    workgroupBarrier();
    for (var at = lane; at < $KEYSu * $VECTORSu; at += THREADS) {
      let key = key_of(tile, first + i32(at / $VECTORSu));
      block[(at / $VECTORSu) * ROW + at % $VECTORSu] = load(values[kv_offset + key * $VECTORSu + at % $VECTORSu]);
    }
    // @repeat r OWN_ROWS
    for (var lane_x = 0u; lane_x < 8u; lane_x++) {
      top$r = max(top$r, partial[own$r * 8u + lane_x]);
    }
    // The eight threads of a row agree: they compare the same numbers.
    if (top$r > maximum$r + SLACK) {
      let fade$r = exp2(maximum$r - top$r);
      maximum$r = top$r;
      total$r *= fade$r;
      // @repeat c OWN_COLUMNS
      o$r_$c *= fade$r;
      // @end
    }
    // @repeat k OWN_KEYS
    let weight$r_$k = select(0.0, exp2(s$r_$k - maximum$r), seen$r_$k);
    total$r += weight$r_$k;
    weights[own$r * $KEYSu + x + $ku * 8u] = weight$r_$k;
    // @end
    // @end
    workgroupBarrier();
    for (var k = 0u; k < $KEYSu; k++) {
      // @repeat c OWN_COLUMNS
      let value$c = block[k * ROW + min(x + $cu * 8u, $VECTORSu - 1u)];
      // @end
      // @repeat r OWN_ROWS
      let share$r = weights[own$r * $KEYSu + k];
      // @repeat c OWN_COLUMNS
      o$r_$c += share$r * value$c;
      // @end
      // @end
    }
  }
  workgroupBarrier();
  // @repeat r OWN_ROWS
  partial[own$r * 8u + x] = total$r;
  // @end
  workgroupBarrier();
  // @repeat r OWN_ROWS
  var sum$r = 0.0;
  for (var lane_x = 0u; lane_x < 8u; lane_x++) {
    sum$r += partial[own$r * 8u + lane_x];
  }
  if (has_row(tile, own$r)) {
    let is_live = sum$r > 0;
    let scale$r = select(0.0, 1 / sum$r, is_live);
    // @repeat c OWN_COLUMNS
    if (x + $cu * 8u < $VECTORSu) {
      output[to$r_$c] = o$r_$c * scale$r;
    }
    // @end
    if (x == 0u) {
      log_sum_exp[params.row_base + row$r] = select(HIDDEN, maximum$r + log2(max(sum$r, 1e-30)), is_live);
    }
  }
  // @end
}
