// How fast the device reads and writes its memory: RUN vec4s per thread from one buffer to another,
// neighbouring threads on neighbouring vec4s.

struct Params {
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// [vec4s]
@group(0) @binding(1) var<storage, read> from_here: array<vec4f>;
// [vec4s]
@group(0) @binding(2) var<storage, read_write> to_there: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let first = unit / $WORKGROUPu * $WORKGROUPu * $RUNu + unit % $WORKGROUPu;
  // @repeat i RUN
  to_there[first + $iu * $WORKGROUPu] = from_here[first + $iu * $WORKGROUPu];
  // @end
}
