// What follows a matrix product: 0 nothing, 1 max(v, 0), 2 tanh, 3 GELU in its tanh form.
fn activate(v: vec4f, which: u32) -> vec4f {
  if (which == 1u) {
    return max(v, vec4f(0));
  }
  if (which == 2u) {
    return hyperbolic_tangent(v);
  }
  if (which == 3u) {
    return 0.5 * v * (1 + hyperbolic_tangent(0.7978845608 * (v + 0.044715 * v * v * v)));
  }
  return v;
}
