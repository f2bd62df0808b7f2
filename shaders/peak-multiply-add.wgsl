// What the device can compute at best: CHAINS independent vec4 sums per thread, nothing read, nothing shared.
// Every round adds `step` to each sum four times through a multiply-add, so the result counts the rounds.

struct Params {
  rounds: u32,
  factor: f32,
  step: f32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [threads]
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let factor = vec4f(params.factor);
  let step = vec4f(params.step);
  // @repeat c CHAINS
  var x$c = vec4f(0);
  // @end
  for (var round = 0u; round < params.rounds; round++) {
    // @repeat i 4
    // @repeat c CHAINS
    x$c = fma(x$c, factor, step);
    // @end
    // @end
  }
  var all = vec4f(0);
  // @repeat c CHAINS
  all += x$c;
  // @end
  sums[unit] = (all.x + all.y + all.z + all.w) / f32($CHAINS * 4);
}
