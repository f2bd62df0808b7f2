// The curves of activations and gates on the softmax's exponential: an error of some 1e-9, several times faster than Math.tanh.
import { exponential, exponentiateTile, STEPS_PER_NAT } from './exponential.ts';

export function sigmoid(x: number): number {
  const e = exponential(x < 0 ? x : -x);
  return (x < 0 ? e : 1) / (1 + e);
}

/** Beyond this σ is 0 or 1 to the last bit of a float32. */
const FARTHEST = 100;
const unused = new Float64Array(4);

/**
 * In place: the first `count` numbers to σ(x), all at once and without a branch on the way, a third of the time. The array's length is a
 * multiple of four. tanh(x) is 2·σ(2x) − 1.
 */
export function sigmoidAll(x: Float64Array, count: number): void {
  for (let a = 0; a < count; a++) x[a] = Math.max(-FARTHEST, Math.min(FARTHEST, -x[a]!)) * STEPS_PER_NAT;
  x.fill(0, count);
  exponentiateTile(x, count, unused);
  for (let a = 0; a < count; a++) x[a] = 1 / (1 + x[a]!);
}

/** x·Φ(x) in its tanh form (Hendrycks & Gimpel 2016, §2), which is x·σ(2·√(2/π)·(x + 0.044715·x³)). */
export function gelu(x: number): number {
  return x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x));
}
