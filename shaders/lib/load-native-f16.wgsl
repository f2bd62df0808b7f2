// Four stored numbers of Q, K or V as they are computed with. The bytes of load-f16, read where the device has halves of its own.
alias Stored = vec4<f16>;

fn load(stored: Stored) -> vec4f {
  return vec4f(stored);
}
