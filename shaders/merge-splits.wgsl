// The parts of split-keys or flash-panels put together. One thread per vec4 of the output: largest maximum → scaled totals and sums → quotient.

struct Params {
  rows: u32,
  parts: u32,
  unit_start: u32,
  unit_end: u32,
}

const HIDDEN: f32 = -1e30;

@group(0) @binding(0) var<uniform> params: Params;
// [parts, rows, VECTORS]
@group(0) @binding(1) var<storage, read> part_sums: array<vec4f>;
// [parts, rows]: running maxima
@group(0) @binding(2) var<storage, read> part_maxima: array<f32>;
// [parts, rows]: sums of exponentials; 0 where a part has seen nothing
@group(0) @binding(3) var<storage, read> part_totals: array<f32>;
// [rows, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [rows], base 2; HIDDEN for a row that has seen no key
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let row = unit / $VECTORSu;
  var maximum = HIDDEN;
  for (var part = 0u; part < params.parts; part++) {
    let at = part * params.rows + row;
    maximum = max(maximum, select(HIDDEN, part_maxima[at], part_totals[at] > 0));
  }
  var total = 0.0;
  var sum = vec4f(0);
  for (var part = 0u; part < params.parts; part++) {
    let at = part * params.rows + row;
    let part_total = part_totals[at];
    if (part_total > 0) {
      let share = exp2(part_maxima[at] - maximum);
      total += share * part_total;
      sum += share * part_sums[part * params.rows * $VECTORSu + unit];
    }
  }
  let is_live = total > 0;
  output[unit] = sum * select(0.0, 1 / total, is_live);
  if (unit % $VECTORSu == 0u) {
    log_sum_exp[row] = select(HIDDEN, maximum + log2(max(total, 1e-30)), is_live);
  }
}
