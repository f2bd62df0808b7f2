// A recurrence, one step after another, in one workgroup: the state lies in workgroup memory, and a barrier ends each step.
// Threads are SPLITS rows of VECTORS: a thread sums its share of the state's product for four units, the first row adds the shares
// and makes the new state. A dispatch takes steps [step_start, step_end) and begins from the row before.

struct Params {
  width: u32,
  // Distance in vec4s from a row to the next and from a gate to the next, of the gates and of the matrix.
  gate_row: u32,
  gate_block: u32,
  weight_row: u32,
  weight_block: u32,
  step_start: u32,
  step_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The input's share: step and gate as above, VECTORS each; padding is zero
@group(0) @binding(1) var<storage, read> gates: array<vec4f>;
// [width] rows, GATES blocks of VECTORS
@group(0) @binding(2) var<storage, read> recurrent: array<vec4f>;
// [GATES, VECTORS]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
// [VECTORS]: an LSTM's cell between dispatches
@group(0) @binding(4) var<storage, read_write> cells: array<vec4f>;
// [steps, VECTORS]
@group(0) @binding(5) var<storage, read_write> states: array<vec4f>;

var<workgroup> h: array<vec4f, $VECTORS>;
// [SPLITS, GATES, VECTORS]; a single element where one row of threads does it all
var<workgroup> shares: array<vec4f, $SHARES>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  let column = local % $VECTORSu;
  let split = local / $VECTORSu;
  var cell = vec4f(0);
  if (split == 0u) {
    var before = vec4f(0);
    if (params.step_start > 0u) {
      before = states[(params.step_start - 1u) * $VECTORSu + column];
      cell = cells[column];
    }
    h[column] = before;
  }
  workgroupBarrier();
  for (var step = params.step_start; step < params.step_end; step++) {
    // @repeat g GATES
    var sum$g = vec4f(0);
    // @end
    for (var i = split; i < $VECTORSu; i += $SPLITSu) {
      let before = h[i];
      // @repeat j 4
      // Beyond the width the state is zero; any row will do.
      let at$j = min(4u * i + $ju, params.width - 1u) * params.weight_row + column;
      // @end
      // @repeat g GATES
      // @repeat j 4
      sum$g += before[$j] * recurrent[at$j + $gu * params.weight_block];
      // @end
      // @end
    }
    if ($SPLITS > 1) {
      // @repeat g GATES
      shares[(split * $GATESu + $gu) * $VECTORSu + column] = sum$g;
      // @end
    }
    workgroupBarrier();
    if (split == 0u) {
      for (var other = 1u; other < $SPLITSu; other++) {
        // @repeat g GATES
        sum$g += shares[(other * $GATESu + $gu) * $VECTORSu + column];
        // @end
      }
      var from_input = Gates();
      var from_state = Gates();
      // @repeat g GATES
      from_input[$g] = gates[step * params.gate_row + $gu * params.gate_block + column];
      from_state[$g] = sum$g + bias[$gu * $VECTORSu + column];
      // @end
      let state = next_state(from_input, from_state, h[column], &cell);
      h[column] = state;
      states[step * $VECTORSu + column] = state;
    }
    workgroupBarrier();
  }
  if (split == 0u) {
    cells[column] = cell;
  }
}
