// A 1-D convolution of each column by itself; zeros beyond the ends. One thread per vec4 of the result.

struct Params {
  rows: u32,
  vectors: u32,
  taps: u32,
  dilation: u32,
  reach: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, vectors]; padding is zero
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
// [taps, vectors]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
// [rows, vectors]
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let column = unit % params.vectors;
  let start = i32(unit / params.vectors) - i32(params.reach);
  var sum = vec4f(0);
  for (var tap = 0u; tap < params.taps; tap++) {
    let row = start + i32(tap * params.dilation);
    if (row >= 0 && row < i32(params.rows)) {
      sum += x[u32(row) * params.vectors + column] * weight[tap * params.vectors + column];
    }
  }
  result[unit] = sum;
}
