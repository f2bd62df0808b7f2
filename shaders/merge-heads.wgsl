// A stack of heads back side by side, into rows `row_start …` of the result. One thread per vec4 of those rows.

struct Params {
  length: u32,
  row_start: u32,
  columns: u32,
  vectors: u32,
  head_columns: u32,
  // Numbers per row of the stack, padding included.
  head_stride: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [heads · length, head_stride]
@group(0) @binding(1) var<storage, read> stack: array<f32>;
// [rows, vectors]
@group(0) @binding(2) var<storage, read_write> merged: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let first = unit % params.vectors * 4u;
  let row = unit / params.vectors;
  var v = vec4f(0);
  for (var c = 0u; c < 4u; c++) {
    let column = first + c;
    if (column < params.columns) {
      let head = column / params.head_columns;
      v[c] = stack[(head * params.length + row) * params.head_stride + column % params.head_columns];
    }
  }
  merged[(params.row_start + row) * params.vectors + first / 4u] = v;
}
