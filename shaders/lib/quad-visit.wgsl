// What four threads of a quad do with a tile of ROWS query rows: begin them, visit KEYS keys, end them. Each owns OWN_ROWS of the rows.
// Joined with row-walk after flash-quads and flash-quads-overview, which bind `queries`, `keys`, `values`, `output`, `log_sum_exp`, `totals`.
// TOPS is 1 where the largest score since somebody reset it is wanted, else 0.

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;
// Maximum of a row that has seen no key: so far above HIDDEN that a hidden key's exponential is 0 without asking.
const UNSEEN: f32 = -1e29;

// [OWN_ROWS, 4 · QUARTERS], scaled; zero past VECTORS
var<private> q: array<vec4f, $OWN_ROWS * $QUARTERS * 4>;
// [OWN_ROWS, 4 · QUARTERS]: weighted sums of values
var<private> o: array<vec4f, $OWN_ROWS * $QUARTERS * 4>;
// [OWN_ROWS]: running maximum, sum of exponentials, and what the sums are multiplied by when the maximum rises
var<private> maximum: array<f32, $OWN_ROWS>;
var<private> total: array<f32, $OWN_ROWS>;
var<private> fade: array<f32, $OWN_ROWS>;
// [OWN_ROWS]: largest score, where it is wanted
var<private> best: array<f32, $OWN_ROWS>;
var<private> kv_offset: u32;

// True when every row of the tile sees all of the visits [first, first + KEYS).
fn is_clear(tile: RowTile, first: i32) -> bool {
  let last = first + $KEYS - 1;
  let windowed = max(first, params.prefix);
  let is_inside =
    tile.begin + windowed - ($ROWS - 1) >= -params.left_steps && tile.begin + last <= params.right_steps;
  return last < tile.end && (last < params.prefix || is_inside);
}

fn begin_rows(tile: RowTile, own: u32, is_first: bool) {
  kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  for (var r = 0u; r < $OWN_ROWSu; r++) {
    let row = row_offset + row_query(tile, own + r);
    maximum[r] = UNSEEN;
    total[r] = 0.0;
    if (!is_first) {
      maximum[r] = log_sum_exp[params.row_base + row];
      total[r] = totals[params.row_base + row];
    }
    for (var c = 0u; c < $VECTORSu; c++) {
      q[r * $QUARTERSu * 4u + c] = load(queries[params.query_base + row * $VECTORSu + c]) * params.scale;
      var so_far = vec4f(0);
      if (!is_first) {
        so_far = output[params.output_base + row * $VECTORSu + c];
      }
      o[r * $QUARTERSu * 4u + c] = so_far;
    }
  }
}

// Scores → running maximum → exponentials and their sum → weighted sum. All four threads make the same visits.
fn visit(tile: RowTile, first: i32, lane: u32, own: u32) {
  // @repeat k KEYS
  let at$k = kv_offset + key_of(tile, first + $k) * $VECTORSu;
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
  // The same answer in all four threads: inside a window nothing is asked of single keys.
  if (!is_clear(tile, first)) {
    // @repeat r OWN_ROWS
    // @repeat k KEYS
    s$r_$k = select(HIDDEN, s$r_$k, sees(tile, i32(own + $ru), first + $k));
    // @end
    // @end
  }
  var is_above = false;
  // @repeat r OWN_ROWS
  var top$r = maximum[$r];
  // @repeat k KEYS
  top$r = max(top$r, s$r_$k);
  // @repeat t TOPS
  best[$r] = max(best[$r], s$r_$k);
  // @end
  // @end
  is_above = is_above | (top$r > maximum[$r] + SLACK);
  // @end
  if (is_above) {
    // @repeat r OWN_ROWS
    fade[$r] = exp2(maximum[$r] - top$r);
    maximum[$r] = top$r;
    total[$r] *= fade[$r];
    // @end
    for (var at = 0u; at < $OWN_ROWSu * $QUARTERSu * 4u; at++) {
      o[at] *= fade[at / ($QUARTERSu * 4u)];
    }
  }
  // @repeat r OWN_ROWS
  // @repeat k KEYS
  let weight$r_$k = exp2(s$r_$k - maximum[$r]);
  total[$r] += weight$r_$k;
  // @end
  // @end
  // @repeat c QUARTERS
  {
    // @repeat k KEYS
    let mine$k = load(values[at$k + min($cu * 4u + lane, $VECTORSu - 1u)]);
    // @end
    // @repeat m 4
    {
      // @repeat k KEYS
      let value$k = quadBroadcast(mine$k, $mu);
      // @end
      // @repeat r OWN_ROWS
      var sum$r = o[($r * $QUARTERS + $c) * 4 + $m];
      // @repeat k KEYS
      sum$r += weight$r_$k * value$k;
      // @end
      o[($r * $QUARTERS + $c) * 4 + $m] = sum$r;
      // @end
    }
    // @end
  }
  // @end
}

fn end_rows(tile: RowTile, own: u32) {
  let row_offset = tile.head * params.query_count;
  for (var r = 0u; r < $OWN_ROWSu && has_row(tile, own + r); r++) {
    let row = row_offset + row_query(tile, own + r);
    let is_live = total[r] > 0;
    var share = 1.0;
    var kept = maximum[r];
    if (tile.is_last) {
      share = select(0.0, 1 / total[r], is_live);
      kept = select(HIDDEN, maximum[r] + log2(max(total[r], 1e-30)), is_live);
    }
    for (var c = 0u; c < $VECTORSu; c++) {
      output[params.output_base + row * $VECTORSu + c] = o[r * $QUARTERSu * 4u + c] * share;
    }
    log_sum_exp[params.row_base + row] = kept;
    totals[params.row_base + row] = total[r];
  }
}
