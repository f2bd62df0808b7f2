// A 1-D convolution: bias + Σ over taps of x, shifted, times the tap's matrix; zeros beyond the ends. One thread per four rows and four
// columns of the result: a matrix product per tap.

struct Params {
  rows: u32,
  in_columns: u32,
  in_vectors: u32,
  out_vectors: u32,
  taps: u32,
  dilation: u32,
  reach: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, in_vectors]; padding is zero
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
// [taps · in_columns, out_vectors]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
// [out_vectors]
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
  let last_row = i32(params.rows) - 1;
  // @repeat r 4
  var sum$r = vec4f(0);
  // @end
  for (var tap = 0u; tap < params.taps; tap++) {
    let start = i32(first + tap * params.dilation) - i32(params.reach);
    let tap_at = tap * params.in_columns;
    // @repeat r 4
    let row$r = clamp(start + $r, 0, last_row);
    let is_inside$r = row$r == start + $r;
    let from$r = u32(row$r) * params.in_vectors;
    // @end
    for (var i = 0u; i < params.in_vectors; i++) {
      // @repeat j 4
      let w$j = weight[(tap_at + min(4u * i + $ju, params.in_columns - 1u)) * params.out_vectors + column];
      // @end
      // @repeat r 4
      let x$r = select(vec4f(0), x[from$r + i], is_inside$r);
      sum$r += x$r.x * w0 + x$r.y * w1 + x$r.z * w2 + x$r.w * w3;
      // @end
    }
  }
  let offset = bias[column];
  // @repeat r 4
  if (first + $ru < params.rows) {
    result[(first + $ru) * params.out_vectors + column] = sum$r + offset;
  }
  // @end
}
