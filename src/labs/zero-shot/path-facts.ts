// What the pipeline panel says of one text's way through the encoder. Pure.
import type { LayerAttention } from '../../contract/encoder.ts';

/** `[L, L]`: the softmax weights of a layer, averaged over its heads. */
export function meanWeights({ heads, weights }: LayerAttention, length: number): Float32Array {
  const cells = length * length;
  const mean = new Float32Array(cells);
  for (let head = 0; head < heads; head++)
    for (let cell = 0; cell < cells; cell++) mean[cell]! += weights[head * cells + cell]! / heads;
  return mean;
}

/** What each token is given by all queries together: column sums; 1 is as much as it would give itself. */
export function receivedBy(mean: Float32Array, length: number): Float32Array {
  const received = new Float32Array(length);
  mean.forEach((weight, cell) => (received[cell % length]! += weight));
  return received;
}

/** The pair of different tokens with the largest weight; null for a text of one token. */
export function strongestPair(
  mean: Float32Array,
  length: number,
): { query: number; key: number; weight: number } | null {
  let best: { query: number; key: number; weight: number } | null = null;
  mean.forEach((weight, cell) => {
    const [query, key] = [Math.floor(cell / length), cell % length];
    if (query !== key && (best === null || weight > best.weight)) best = { query, key, weight };
  });
  return best;
}

/** Euclidean length. */
export const norm = (vector: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += vector[at]! ** 2;
  return Math.sqrt(sum);
};

/** A piece as it is read: the mark of a space before it becomes one. */
export const pieceText = (piece: string): string => piece.replaceAll('▁', ' ').trim() || '␣';
