// KEYS keys against the ROWS query rows of a thread: scores → running maximum → exponentials and their sum → weighted sum.
// Joined after flash-rows and split-keys, which bind `keys` and `values` and begin and end the rows.

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;

// [ROWS, VECTORS], scaled
var<private> q: array<vec4f, $ROWS * $VECTORS>;
// [ROWS, VECTORS]: weighted sums of values
var<private> o: array<vec4f, $ROWS * $VECTORS>;
// [ROWS]: running maximum and sum of exponentials
var<private> maximum: array<f32, $ROWS>;
var<private> total: array<f32, $ROWS>;
// [ROWS]: what the sums are multiplied by when the maximum rises
var<private> fade: array<f32, $ROWS>;
var<private> kv_offset: u32;

fn visit(tile: RowTile, first: i32) {
  // @repeat k KEYS
  let at$k = kv_offset + key_of(tile, first + $k) * $VECTORSu;
  // @repeat r ROWS
  var s$r_$k = 0.0;
  // @end
  // @end
  // @repeat c VECTORS
  {
    // @repeat k KEYS
    let key$k = load(keys[at$k + $cu]);
    // @end
    // @repeat r ROWS
    let query$r = q[$r * $VECTORS + $c];
    // @repeat k KEYS
    s$r_$k += dot(query$r, key$k);
    // @end
    // @end
  }
  // @end
  var is_above = false;
  // @repeat r ROWS
  var top$r = maximum[$r];
  // @repeat k KEYS
  let seen$r_$k = sees(tile, $r, first + $k);
  s$r_$k = select(HIDDEN, s$r_$k, seen$r_$k);
  top$r = max(top$r, s$r_$k);
  // @end
  is_above = is_above | (top$r > maximum[$r] + SLACK);
  // @end
  if (is_above) {
    // @repeat r ROWS
    fade[$r] = exp2(maximum[$r] - top$r);
    maximum[$r] = top$r;
    total[$r] *= fade[$r];
    // @end
    for (var at = 0u; at < $ROWSu * $VECTORSu; at++) {
      o[at] *= fade[at / $VECTORSu];
    }
  }
  // @repeat r ROWS
  // @repeat k KEYS
  let weight$r_$k = select(0.0, exp2(s$r_$k - maximum[$r]), seen$r_$k);
  total[$r] += weight$r_$k;
  // @end
  // @end
  // @repeat c VECTORS
  {
    // @repeat k KEYS
    let value$k = load(values[at$k + $cu]);
    // @end
    // @repeat r ROWS
    var sum$r = o[$r * $VECTORS + $c];
    // @repeat k KEYS
    sum$r += weight$r_$k * value$k;
    // @end
    o[$r * $VECTORS + $c] = sum$r;
    // @end
  }
  // @end
}
