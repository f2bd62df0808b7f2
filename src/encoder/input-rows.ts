// The first layer's input on the host: token embeddings and sinusoidal positions (Vaswani et al. 2017, §3.5, with sines in the
// first half of a row and cosines in the second), and the matrix that averages each text's rows afterwards.
import type { EncoderWeights } from './weights-file.ts';

/** Makes rows `[L, width]` for token ids: `embeddingFactor · embedding + signal(position)`. */
export function inputRows(weights: EncoderWeights): (ids: readonly number[]) => Float32Array {
  const { width, embeddingFactor } = weights.config;
  const frequencies = weights.matrix('position.inverse_timescales').data;
  const half = frequencies.length;
  return (ids) => {
    const rows = new Float32Array(ids.length * width);
    ids.forEach((id, position) => {
      const embedding = weights.embedding(id);
      for (let x = 0; x < width; x++) {
        const angle = Math.fround(position * frequencies[x % half]!);
        const signal = x < half ? Math.sin(angle) : Math.cos(angle);
        rows[position * width + x] = embeddingFactor * embedding[x]! + signal;
      }
    });
    return rows;
  };
}

/** `[T, R]`: row t holds `1 / max(length, smallestDivisor)` over the rows of text t, 0 elsewhere. */
export function poolingMatrix(texts: readonly [start: number, end: number][], smallestDivisor: number): Float32Array {
  const rowCount = texts.at(-1)?.[1] ?? 0;
  const matrix = new Float32Array(texts.length * rowCount);
  texts.forEach(([start, end], text) =>
    matrix.fill(1 / Math.max(end - start, smallestDivisor), text * rowCount + start, text * rowCount + end),
  );
  return matrix;
}

/** Brings each row of `width` numbers to unit length, in place. */
export function normalizeRows(rows: Float32Array, width: number, smallestSquaredLength: number): Float32Array {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const squared = row.reduce((sum, value) => sum + value * value, 0);
    const factor = 1 / Math.sqrt(Math.max(squared, smallestSquaredLength));
    for (let x = 0; x < width; x++) row[x]! *= factor;
  }
  return rows;
}
