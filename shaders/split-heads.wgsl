// One third (q, k or v) of a fused projection as a stack of heads. One thread per vec4 of the stack.

struct Params {
  // Numbers per row of the fused projection, padding included.
  fused_stride: u32,
  // First number of this third: 0, H·D or 2·H·D.
  column_start: u32,
  row_start: u32,
  length: u32,
  head_columns: u32,
  head_vectors: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, fused_stride]
@group(0) @binding(1) var<storage, read> fused: array<f32>;
// [heads · length, head_vectors]
@group(0) @binding(2) var<storage, read_write> stack: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let column = unit % params.head_vectors * 4u;
  let stack_row = unit / params.head_vectors;
  let head = stack_row / params.length;
  let row = params.row_start + stack_row % params.length;
  let source_at = row * params.fused_stride + params.column_start + head * params.head_columns + column;
  var v = vec4f(0);
  for (var c = 0u; c < 4u; c++) {
    if (column + c < params.head_columns) {
      v[c] = fused[source_at + c];
    }
  }
  stack[unit] = v;
}
