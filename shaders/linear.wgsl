// activation(x · weight + bias). One thread per four rows and four columns of the result.

struct Params {
  rows: u32,
  in_columns: u32,
  in_vectors: u32,
  out_vectors: u32,
  has_bias: u32,
  activation: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, in_vectors]; padding is zero
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
// [in_columns, out_vectors]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
// [out_vectors]; not read without a bias
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
// [rows, out_vectors]
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let first = unit / params.out_vectors * 4u;
  let column = unit % params.out_vectors;
  // @repeat r 4
  let from$r = min(first + $ru, params.rows - 1u) * params.in_vectors;
  var sum$r = vec4f(0);
  // @end
  for (var i = 0u; i < params.in_vectors; i++) {
    // @repeat j 4
    let w$j = weight[min(4u * i + $ju, params.in_columns - 1u) * params.out_vectors + column];
    // @end
    // @repeat r 4
    let x$r = x[from$r + i];
    sum$r += x$r.x * w0 + x$r.y * w1 + x$r.z * w2 + x$r.w * w3;
    // @end
  }
  var offset = vec4f(0);
  if (params.has_bias == 1u) {
    offset = bias[column];
  }
  // @repeat r 4
  if (first + $ru < params.rows) {
    result[(first + $ru) * params.out_vectors + column] = activate(sum$r + offset, params.activation);
  }
  // @end
}
