// The curves of activations and gates on the softmax's exponential: an error of some 1e-9, several times faster than Math.tanh.
import { exponential } from './exponential.ts';

export function sigmoid(x: number): number {
  const e = exponential(x < 0 ? x : -x);
  return (x < 0 ? e : 1) / (1 + e);
}

export function hyperbolicTangent(x: number): number {
  const e = exponential(x < 0 ? 2 * x : -2 * x);
  const value = (1 - e) / (1 + e);
  return x < 0 ? -value : value;
}

/** x·Φ(x) in its tanh form (Hendrycks & Gimpel 2016, §2), which is x·σ(2·√(2/π)·(x + 0.044715·x³)). */
export function gelu(x: number): number {
  return x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x));
}
