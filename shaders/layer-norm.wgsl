// Each row to mean 0 and variance 1, times gamma, plus beta. One thread per row: mean → variance → result.

struct Params {
  columns: u32,
  vectors: u32,
  epsilon: f32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, vectors]; padding is zero
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
// [vectors]
@group(0) @binding(2) var<storage, read> gamma: array<vec4f>;
// [vectors]
@group(0) @binding(3) var<storage, read> beta: array<vec4f>;
// [rows, vectors]
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = params.unit_start + id.x;
  if (row >= params.unit_end) {
    return;
  }
  let row_at = row * params.vectors;
  var sums = vec4f(0);
  for (var c = 0u; c < params.vectors; c++) {
    sums += x[row_at + c];
  }
  let mean = dot(sums, vec4f(1)) / f32(params.columns);
  var squares = vec4f(0);
  for (var c = 0u; c < params.vectors; c++) {
    let is_column = vec4u(4u * c) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.columns);
    let centred = select(vec4f(0), x[row_at + c] - mean, is_column);
    squares += centred * centred;
  }
  let share = 1 / sqrt(dot(squares, vec4f(1)) / f32(params.columns) + params.epsilon);
  for (var c = 0u; c < params.vectors; c++) {
    // Gamma and beta are zero in the padding, so the result is too.
    result[row_at + c] = (x[row_at + c] - mean) * share * gamma[c] + beta[c];
  }
}
