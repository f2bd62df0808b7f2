// Layer normalisation of rows (Ba et al. 2016): mean 0 and variance 1 per row, then gamma and beta. Two passes, float64 sums.

/** x `[rows, C]`, gamma and beta `[C]` → `[rows, C]`. Population variance with `epsilon` added. */
export function layerNorm(
  x: Float32Array,
  rows: number,
  gamma: Float32Array,
  beta: Float32Array,
  epsilon: number,
): Float32Array {
  const C = gamma.length;
  const normalised = new Float32Array(x.length);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let c = 0; c < C; c++) sum += x[row * C + c]!;
    const mean = sum / C;
    let squares = 0;
    for (let c = 0; c < C; c++) squares += (x[row * C + c]! - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / C + epsilon);
    for (let c = 0; c < C; c++) normalised[row * C + c] = (x[row * C + c]! - mean) * factor * gamma[c]! + beta[c]!;
  }
  return normalised;
}
