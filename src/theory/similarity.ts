// Cosines between rows of numbers: how close two texts lie by their embeddings. Pure. Called by the labs and the text bench.

/** u·v / (‖u‖·‖v‖) of two vectors of one size, in float64; 0 where either is all zeros. */
export function cosine(u: ArrayLike<number>, v: ArrayLike<number>): number {
  let [dot, uu, vv] = [0, 0, 0];
  for (let x = 0; x < u.length; x++) {
    dot += u[x]! * v[x]!;
    uu += u[x]! * u[x]!;
    vv += v[x]! * v[x]!;
  }
  return uu === 0 || vv === 0 ? 0 : dot / Math.sqrt(uu * vv);
}

/** Lengths of the rows of `[rows, width]`. */
function lengths(values: Float32Array, width: number): Float64Array {
  const found = new Float64Array(values.length / width);
  for (let row = 0; row < found.length; row++) {
    let sum = 0;
    for (let x = row * width; x < (row + 1) * width; x++) sum += values[x]! * values[x]!;
    found[row] = Math.sqrt(sum);
  }
  return found;
}

/** Cosines `[A, B]` of the rows of a `[A, width]` with those of b `[B, width]`. */
export function cosineMatrix(a: Float32Array, b: Float32Array, width: number): Float32Array {
  const [aLengths, bLengths] = [lengths(a, width), lengths(b, width)];
  const columns = bLengths.length;
  const cosines = new Float32Array(aLengths.length * columns);
  for (let row = 0; row < aLengths.length; row++)
    for (let column = 0; column < columns; column++) {
      let dot = 0;
      for (let x = 0; x < width; x++) dot += a[row * width + x]! * b[column * width + x]!;
      const scale = aLengths[row]! * bLengths[column]!;
      cosines[row * columns + column] = scale === 0 ? 0 : dot / scale;
    }
  return cosines;
}
