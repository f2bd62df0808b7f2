// Flash attention, one workgroup of ACROSS × DOWN threads per tile of ROWS query rows, KEYS keys at a time in workgroup memory.
// Thread (x, y) owns the rows y, y + DOWN, …, of their scores the keys x, x + ACROSS, …, of their output the vec4s x, x + ACROSS, …
// Passes per block of keys: scores → row maximum → exponentials and their sum → weighted sum. Base-2 exponents. Four barriers a block:
// keys and values take turns in the same memory. What a row has so far is carried between dispatches as flash-rows does.
// Joined with lib/row-maximum-*.wgsl, which say how the threads of a row agree on its maximum.

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

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;
// Maximum of a row that has seen no key: so far above HIDDEN that a hidden key's exponential is 0 without asking.
const UNSEEN: f32 = -1e29;
const THREADS = $ACROSSu * $DOWNu;
const BLOCK = $KEYSu * $VECTORSu;

// [ROWS, STRIDE], scaled. Strides are odd, so that threads on neighbouring rows use different banks
var<workgroup> query_tile: array<vec4f, $ROWS * $STRIDE>;
// [KEYS, STRIDE]: the block's keys, then its values
var<workgroup> block: array<vec4f, $KEYS * $STRIDE>;
// [ROWS, ACROSS]: the weights of each thread's own keys, one vector each, so that they are read as they were written
var<workgroup> weights: array<vec$WIDTHf, $ROWS * $ACROSS>;
// [ROWS, ACROSS]: what each thread knows of a row, to be reduced
var<workgroup> partial: array<f32, $ROWS * $ACROSS>;

// True when every row of the tile sees all of the visits [first, first + KEYS).
fn is_clear(tile: RowTile, first: i32) -> bool {
  let last = first + $KEYS - 1;
  let windowed = max(first, params.prefix);
  let is_inside =
    tile.begin + windowed - ($ROWS - 1) >= -params.left_steps && tile.begin + last <= params.right_steps;
  return last < tile.end && (last < params.prefix || is_inside);
}

@compute @workgroup_size($ACROSS, $DOWN)
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
  let is_paired = are_paired(lane);
  for (var at = lane; at < $ROWSu * $VECTORSu; at += THREADS) {
    let r = at / $VECTORSu;
    let c = at % $VECTORSu;
    let source = params.query_base + (row_offset + row_query(tile, r)) * $VECTORSu + c;
    query_tile[r * $STRIDEu + c] = load(queries[source]) * params.scale;
  }
  // @repeat r OWN_ROWS
  let own$r = y + $ru * $DOWNu;
  let row$r = row_offset + row_query(tile, own$r);
  var maximum$r = UNSEEN;
  // Of the keys this thread scores; the rest of the row's sum is with its neighbours.
  var total$r = 0.0;
  if (!is_first) {
    maximum$r = log_sum_exp[params.row_base + row$r];
    total$r = select(0.0, totals[params.row_base + row$r], x == 0u);
  }
  // @repeat c OWN_COLUMNS
  let to$r_$c = params.output_base + row$r * $VECTORSu + min(x + $cu * $ACROSSu, $VECTORSu - 1u);
  var o$r_$c = vec4f(0);
  if (!is_first) {
    o$r_$c = output[to$r_$c];
  }
  // @end
  // @end
  for (var first = params.visit_start; first < tile.end; first += $KEYS) {
    workgroupBarrier();
    for (var n = 0u; n < $LOADSu; n++) {
      let at = lane + n * THREADS;
      if (BLOCK % THREADS == 0u || at < BLOCK) {
        let key = key_of(tile, first + i32(at / $VECTORSu));
        block[(at / $VECTORSu) * $STRIDEu + at % $VECTORSu] = load(keys[kv_offset + key * $VECTORSu + at % $VECTORSu]);
      }
    }
    workgroupBarrier();
    // @repeat r OWN_ROWS
    // @repeat k OWN_KEYS
    var s$r_$k = 0.0;
    // @end
    // @end
    for (var c = 0u; c < $VECTORSu; c++) {
      // @repeat k OWN_KEYS
      let key$k = block[(x + $ku * $ACROSSu) * $STRIDEu + c];
      // @end
      // @repeat r OWN_ROWS
      let q$r = query_tile[own$r * $STRIDEu + c];
      // @repeat k OWN_KEYS
      s$r_$k += dot(q$r, key$k);
      // @end
      // @end
    }
    // The same answer in the whole workgroup: inside a window nothing is asked of single keys.
    if (!is_clear(tile, first)) {
      // @repeat r OWN_ROWS
      // @repeat k OWN_KEYS
      s$r_$k = select(HIDDEN, s$r_$k, sees(tile, i32(own$r), first + i32(x + $ku * $ACROSSu)));
      // @end
      // @end
    }
    // @repeat r OWN_ROWS
    var top$r = maximum$r;
    // @repeat k OWN_KEYS
    top$r = max(top$r, s$r_$k);
    // @end
    tell_maximum(own$r, x, top$r, is_paired);
    // @end
    workgroupBarrier();
    for (var n = 0u; n < $LOADSu; n++) {
      let at = lane + n * THREADS;
      if (BLOCK % THREADS == 0u || at < BLOCK) {
        let key = key_of(tile, first + i32(at / $VECTORSu));
        block[(at / $VECTORSu) * $STRIDEu + at % $VECTORSu] = load(values[kv_offset + key * $VECTORSu + at % $VECTORSu]);
      }
    }
    // @repeat r OWN_ROWS
    top$r = row_maximum(own$r, top$r, is_paired);
    // The threads of a row agree: they compare the same numbers.
    if (top$r > maximum$r + SLACK) {
      let fade$r = exp2(maximum$r - top$r);
      maximum$r = top$r;
      total$r *= fade$r;
      // @repeat c OWN_COLUMNS
      o$r_$c *= fade$r;
      // @end
    }
    // @repeat k OWN_KEYS
    let weight$r_$k = exp2(s$r_$k - maximum$r);
    total$r += weight$r_$k;
    // @end
    weights[own$r * $ACROSSu + x] = vec$WIDTHf(
      // @repeat k OWN_KEYS
      weight$r_$k,
      // @end
    );
    // @end
    workgroupBarrier();
    for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
      // @repeat r OWN_ROWS
      let share$r = weights[own$r * $ACROSSu + from_x];
      // @end
      // @repeat k OWN_KEYS
      // @repeat c OWN_COLUMNS
      let value$k_$c = block[(from_x + $ku * $ACROSSu) * $STRIDEu + min(x + $cu * $ACROSSu, $VECTORSu - 1u)];
      // @repeat r OWN_ROWS
      o$r_$c += share$r[$k] * value$k_$c;
      // @end
      // @end
      // @end
    }
  }
  workgroupBarrier();
  // @repeat r OWN_ROWS
  partial[own$r * $ACROSSu + x] = total$r;
  // @end
  workgroupBarrier();
  // @repeat r OWN_ROWS
  var sum$r = 0.0;
  for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
    sum$r += partial[own$r * $ACROSSu + from_x];
  }
  if (has_row(tile, own$r)) {
    var scale$r = 1.0;
    var kept$r = maximum$r;
    if (tile.is_last) {
      let is_live = sum$r > 0;
      scale$r = select(0.0, 1 / sum$r, is_live);
      kept$r = select(HIDDEN, maximum$r + log2(max(sum$r, 1e-30)), is_live);
    }
    // @repeat c OWN_COLUMNS
    if (x + $cu * $ACROSSu < $VECTORSu) {
      output[to$r_$c] = o$r_$c * scale$r;
    }
    // @end
    if (x == 0u) {
      log_sum_exp[params.row_base + row$r] = kept$r;
      totals[params.row_base + row$r] = sum$r;
    }
  }
  // @end
}
