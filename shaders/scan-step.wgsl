// One step of a recurrence that no workgroup holds: a thread per four units, a dispatch per step.

struct Params {
  width: u32,
  vectors: u32,
  gate_row: u32,
  gate_block: u32,
  weight_row: u32,
  weight_block: u32,
  step: u32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// As in `scan-steps.wgsl`
@group(0) @binding(1) var<storage, read> gates: array<vec4f>;
@group(0) @binding(2) var<storage, read> recurrent: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
// [vectors]
@group(0) @binding(4) var<storage, read_write> cells: array<vec4f>;
// [steps, vectors]
@group(0) @binding(5) var<storage, read_write> states: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = params.unit_start + id.x;
  if (column >= params.unit_end) {
    return;
  }
  var cell = vec4f(0);
  var last = vec4f(0);
  // @repeat g GATES
  var sum$g = bias[$gu * params.vectors + column];
  // @end
  if (params.step > 0u) {
    cell = cells[column];
    let before_at = (params.step - 1u) * params.vectors;
    last = states[before_at + column];
    for (var i = 0u; i < params.vectors; i++) {
      let before = states[before_at + i];
      // @repeat j 4
      let at$j = min(4u * i + $ju, params.width - 1u) * params.weight_row + column;
      // @end
      // @repeat g GATES
      // @repeat j 4
      sum$g += before[$j] * recurrent[at$j + $gu * params.weight_block];
      // @end
      // @end
    }
  }
  var from_input = Gates();
  var from_state = Gates();
  // @repeat g GATES
  from_input[$g] = gates[params.step * params.gate_row + $gu * params.gate_block + column];
  from_state[$g] = sum$g;
  // @end
  states[params.step * params.vectors + column] = next_state(from_input, from_state, last, &cell);
  cells[column] = cell;
}
