// Matrices in 8 bits: each column divided by its own scale, largest |number| / 127, and rounded (absmax; Dettmers et al. 2022, 2208.07339,
// call it vector-wise). An error is at most half a scale. Pure.

export interface Int8Matrix {
  /** `[rows, columns]`, −127…127. */
  values: Int8Array;
  /** `[columns]`; a number is `values · scales`. */
  scales: Float32Array;
}

export function quantiseColumns(matrix: Float32Array, rows: number, columns: number): Int8Matrix {
  const scales = new Float32Array(columns);
  for (let at = 0; at < rows * columns; at++) {
    const column = at % columns;
    scales[column] = Math.max(scales[column]!, Math.abs(matrix[at]!) / 127);
  }
  const values = Int8Array.from({ length: rows * columns }, (_, at) => {
    const scale = scales[at % columns]!;
    return scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(matrix[at]! / scale)));
  });
  return { values, scales };
}

/** The numbers that are really multiplied with. */
export function dequantise({ values, scales }: Int8Matrix): Float32Array {
  return Float32Array.from(values, (value, at) => value * scales[at % scales.length]!);
}
