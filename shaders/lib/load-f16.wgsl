// Four stored numbers of Q, K or V as they are computed with. Kept as two pairs of halves; core WGSL, no feature needed.
alias Stored = vec2u;

fn load(stored: Stored) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}
