// The curves of activations and gates. Written out, because WGSL allows its own tanh an error of 1e-5 and some drivers give NaN for
// large arguments. Exponents are at most 0, so nothing overflows.

fn hyperbolic_tangent(v: vec4f) -> vec4f {
  let e = exp(-2 * abs(v));
  return sign(v) * (1 - e) / (1 + e);
}

fn sigmoid(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1), v >= vec4f(0)) / (1 + e);
}
