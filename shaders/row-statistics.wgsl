// Entropy and mean distance of four query rows per thread, streamed over the visible keys with the known log-sum-exp.
// Per key: score → weight = 2^(score − lse) → −weight·ln weight and weight·|key − position|.

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<vec4f>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
// [heads, queries], base 2
@group(0) @binding(3) var<storage, read> log_sum_exp: array<f32>;
// [heads, queries]: (entropy in nats, mean distance in positions)
@group(0) @binding(4) var<storage, read_write> statistics: array<vec2f>;

const LN2: f32 = 0.6931471805599453;

// @repeat r 4
var<private> q$r: array<vec4f, $VECTORS>;
// @end
var<private> lse: vec4f;
var<private> positions: vec4i;
var<private> entropy: vec4f;
var<private> distance_sum: vec4f;
var<private> kv_offset: u32;

fn visit(key: i32, visible: vec4<bool>) {
  let at = kv_offset + u32(key) * $VECTORSu;
  var s0 = vec4f(0);
  var s1 = vec4f(0);
  var s2 = vec4f(0);
  var s3 = vec4f(0);
  // @loop c VECTORS
  let key_part = keys[at + $cu];
  s0 += q0[$c] * key_part;
  s1 += q1[$c] * key_part;
  s2 += q2[$c] * key_part;
  s3 += q3[$c] * key_part;
  // @end
  let exponent = select(vec4f(HIDDEN), vec4f(sum(s0), sum(s1), sum(s2), sum(s3)) - lse, visible);
  let weight = select(vec4f(0), exp2(exponent), visible);
  entropy -= weight * max(exponent, vec4f(-1000)) * LN2;
  distance_sum += weight * vec4f(abs(vec4i(key) - positions));
}

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = params.tile_start + id.x;
  if (index >= params.tile_end) {
    return;
  }
  let tile = row_tile(index);
  if (tile.first >= params.row_end) {
    return;
  }
  kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  // @repeat r 4
  let query$r = row_query(tile, $ru);
  let from$r = params.query_base + (row_offset + query$r) * $VECTORSu;
  // @loop c VECTORS
  q$r[$c] = queries[from$r + $cu] * params.scale;
  // @end
  lse[$r] = log_sum_exp[params.row_base + row_offset + query$r];
  // @end
  positions = vec4i(tile.position) + vec4i(0, 1, 2, 3) * params.stride;
  entropy = vec4f(0);
  distance_sum = vec4f(0);
  walk_keys(tile.position);
  // @repeat r 4
  if (tile.first + $ru * u32(params.stride) < params.row_end) {
    statistics[params.output_base + row_offset + query$r] = vec2f(max(entropy[$r], 0.0), distance_sum[$r]);
  }
  // @end
}
