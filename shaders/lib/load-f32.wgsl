// Four stored numbers of Q, K or V as they are computed with. Kept as float32.
alias Stored = vec4f;

fn load(stored: Stored) -> vec4f {
  return stored;
}
