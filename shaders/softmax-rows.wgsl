// Scores to weights, in place, and their log-sum-exp. One thread per row: maximum → exponentials and their sum → weights.

struct Params {
  key_vectors: u32,
  score_base: u32,
  row_base: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [rows, key_vectors] from score_base: scores in powers of two, then weights
@group(0) @binding(1) var<storage, read_write> scores: array<vec4f>;
// [rows] from row_base, base 2
@group(0) @binding(2) var<storage, read_write> log_sum_exp: array<f32>;

const HIDDEN: f32 = -1e30;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = params.unit_start + id.x;
  if (row >= params.unit_end) {
    return;
  }
  let row_at = params.score_base + row * params.key_vectors;
  var maxima = vec4f(HIDDEN);
  for (var j = 0u; j < params.key_vectors; j++) {
    maxima = max(maxima, scores[row_at + j]);
  }
  let maximum = max(max(maxima.x, maxima.y), max(maxima.z, maxima.w));
  let live = maximum > HIDDEN;
  var totals = vec4f(0);
  for (var j = 0u; j < params.key_vectors; j++) {
    let score = scores[row_at + j];
    let weight = select(vec4f(0), exp2(score - maximum), score > vec4f(HIDDEN));
    totals += weight;
    scores[row_at + j] = weight;
  }
  let total = dot(totals, vec4f(1));
  let share = select(0.0, 1 / total, live);
  for (var j = 0u; j < params.key_vectors; j++) {
    scores[row_at + j] *= share;
  }
  log_sum_exp[params.row_base + row] = select(HIDDEN, maximum + log2(max(total, 1e-30)), live);
}
