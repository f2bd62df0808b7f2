// One step of four units of a recurrent layer from its gates: KIND 0 Elman, 1 GRU (gates reset, update, new), 2 LSTM (input, forget, cell,
// output). `input` and `state` are the shares of the input and of the last state; GRU's reset gate multiplies the latter.
// A unit of zeros in the padding stays zero.
alias Gates = array<vec4f, $GATES>;

fn next_state(input: Gates, state: Gates, before: vec4f, cell: ptr<function, vec4f>) -> vec4f {
  if ($KIND == 0) {
    return hyperbolic_tangent(input[0] + state[0]);
  }
  if ($KIND == 1) {
    let reset = sigmoid(input[0] + state[0]);
    let update = sigmoid(input[$SECOND] + state[$SECOND]);
    let fresh = hyperbolic_tangent(input[$LAST] + reset * state[$LAST]);
    return (1 - update) * fresh + update * before;
  }
  let entering = sigmoid(input[0] + state[0]) * hyperbolic_tangent(input[$THIRD] + state[$THIRD]);
  *cell = sigmoid(input[$SECOND] + state[$SECOND]) * *cell + entering;
  return sigmoid(input[$LAST] + state[$LAST]) * hyperbolic_tangent(*cell);
}
