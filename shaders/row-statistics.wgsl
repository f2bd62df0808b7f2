// Entropy, mean distance and strongest key of ROWS query rows per thread, streamed over the visible keys with the known log-sum-exp.
// Per key: score → weight = 2^(score − lse) → −weight·ln weight, weight·|key − position| and the largest weight. Later dispatches add to earlier ones.

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [heads, queries], base 2
@group(0) @binding(3) var<storage, read> log_sum_exp: array<f32>;
// [heads, queries]: (entropy in nats, mean distance in positions, largest weight, its first key or −1)
@group(0) @binding(4) var<storage, read_write> statistics: array<vec4f>;

const LN2: f32 = 0.6931471805599453;

// @repeat r ROWS
var<private> q$r: array<vec4f, $VECTORS>;
// @end

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
  let kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  // @repeat r ROWS
  let row$r = row_offset + row_query(tile, $ru);
  let from$r = params.query_base + row$r * $VECTORSu;
  for (var c = 0u; c < $VECTORSu; c++) {
    q$r[c] = load(queries[from$r + c]) * params.scale;
  }
  let lse$r = log_sum_exp[params.row_base + row$r];
  let position$r = tile.position + $r * params.stride;
  var entropy$r = 0.0;
  var distance$r = 0.0;
  var top_weight$r = 0.0;
  var top_key$r = -1.0;
  // @end
  for (var visit = params.visit_start; visit < tile.end; visit++) {
    let key = key_of(tile, visit);
    let at = kv_offset + key * $VECTORSu;
    // @repeat r ROWS
    var s$r = 0.0;
    // @end
    // @repeat c VECTORS
    {
      let key_part = load(keys[at + $cu]);
      // @repeat r ROWS
      s$r += dot(q$r[$c], key_part);
      // @end
    }
    // @end
    // @repeat r ROWS
    let seen$r = sees(tile, $r, visit);
    let exponent$r = select(HIDDEN, s$r - lse$r, seen$r);
    let weight$r = select(0.0, exp2(exponent$r), seen$r);
    entropy$r -= weight$r * max(exponent$r, -1000.0) * LN2;
    distance$r += weight$r * f32(abs(i32(key) - position$r));
    if (weight$r > top_weight$r) {
      top_weight$r = weight$r;
      top_key$r = f32(key);
    }
    // @end
  }
  // @repeat r ROWS
  if (has_row(tile, $ru)) {
    let to = params.output_base + row$r;
    var earlier = vec4f(0, 0, 0, -1);
    if (params.visit_start > 0) {
      earlier = statistics[to];
    }
    let is_new$r = top_weight$r > earlier.z;
    statistics[to] = vec4f(
      earlier.x + max(entropy$r, 0.0),
      earlier.y + distance$r,
      select(earlier.z, top_weight$r, is_new$r),
      select(earlier.w, top_key$r, is_new$r),
    );
  }
  // @end
}
