// Weights times values. One thread per four rows and four columns of the output.

struct Params {
  score_base: u32,
  value_base: u32,
  output_base: u32,
  rows: u32,
  key_count: u32,
  key_vectors: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, key_vectors] from score_base; 0 in the padding
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
// The key head's [keys, VECTORS]
@group(0) @binding(2) var<storage, read> values: array<Stored>;
// [rows, VECTORS] from output_base
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let first = unit / $VECTORSu * 4u;
  let column = unit % $VECTORSu;
  // @repeat r 4
  let from$r = params.score_base + min(first + $ru, params.rows - 1u) * params.key_vectors;
  var sum$r = vec4f(0);
  // @end
  for (var j = 0u; j < params.key_vectors; j++) {
    // @repeat i 4
    let v$i = load(values[params.value_base + min(4u * j + $iu, params.key_count - 1u) * $VECTORSu + column]);
    // @end
    // @repeat r 4
    let w$r = weights[from$r + j];
    sum$r += w$r.x * v0 + w$r.y * v1 + w$r.z * v2 + w$r.w * v3;
    // @end
  }
  // @repeat r 4
  if (first + $ru < params.rows) {
    output[params.output_base + (first + $ru) * $VECTORSu + column] = sum$r;
  }
  // @end
}
