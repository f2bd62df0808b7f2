// a + b, element by element. One thread per vec4.

struct Params {
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = params.unit_start + id.x;
  if (at < params.unit_end) {
    result[at] = a[at] + b[at];
  }
}
