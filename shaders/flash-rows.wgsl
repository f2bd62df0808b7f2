// Flash attention, one thread per four query rows: no shared memory, no barriers, every key read once per thread.
// Passes per key: scores → running maximum → exponential and its sum → weighted sum. Base-2 exponents.

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<vec4f>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
// [heads, queries, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [heads, queries], base 2; HIDDEN for a row that sees no key
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;

// @repeat r 4
var<private> q$r: array<vec4f, $VECTORS>;
var<private> o$r: array<vec4f, $VECTORS>;
// @end
var<private> maximum: vec4f;
var<private> total: vec4f;
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
  let score = select(vec4f(HIDDEN), vec4f(sum(s0), sum(s1), sum(s2), sum(s3)), visible);
  if (any(score > maximum + SLACK)) {
    let raised = max(maximum, score);
    let fade = exp2(maximum - raised);
    maximum = raised;
    total *= fade;
    // @loop c VECTORS
    o0[$c] *= fade.x;
    o1[$c] *= fade.y;
    o2[$c] *= fade.z;
    o3[$c] *= fade.w;
    // @end
  }
  let weight = select(vec4f(0), exp2(score - maximum), visible);
  total += weight;
  // @loop c VECTORS
  let value_part = values[at + $cu];
  o0[$c] += weight.x * value_part;
  o1[$c] += weight.y * value_part;
  o2[$c] += weight.z * value_part;
  o3[$c] += weight.w * value_part;
  // @end
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
  o$r[$c] = vec4f(0);
  // @end
  // @end
  maximum = vec4f(HIDDEN);
  total = vec4f(0);
  walk_keys(tile.position);
  // @repeat r 4
  if (tile.first + $ru * u32(params.stride) < params.row_end) {
    let live = total[$r] > 0;
    let share = select(0.0, 1 / total[$r], live);
    let to = params.output_base + (row_offset + query$r) * $VECTORSu;
    // @loop c VECTORS
    output[to + $cu] = o$r[$c] * share;
    // @end
    log_sum_exp[params.row_base + row_offset + query$r] = select(HIDDEN, maximum[$r] + log2(max(total[$r], 1e-30)), live);
  }
  // @end
}
