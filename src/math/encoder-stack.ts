// The reference for the encoder stack in float64: pre-norm layers, x + Attention(norm(x)), then x + FeedForward(norm(x))
// (Xiong et al. 2020, Figure 1b; the last norm before a head is left out, as in the pretrained encoder). Grouped keys and values,
// windows and global tokens, shared layers, factored matrices. 8-bit weights come dequantised. Naive, used by no backend.
import {
  STACK_EPSILON,
  stackAttention,
  type StackLayerWeights,
  type StackMatrix,
  type StackShape,
} from '../contract/stack.ts';
import { attendHeads, product } from './mixers.ts';

type Numbers = ArrayLike<number>;

/** Rows to mean 0 and variance 1, times gain plus offset (Ba et al. 2016). */
export function layerNorm(x: Numbers, gain: Numbers, offset: Numbers, epsilon: number): Float64Array {
  const d = gain.length;
  const result = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += d) {
    const row = Array.from({ length: d }, (_, c) => x[start + c]!);
    const mean = row.reduce((sum, value) => sum + value, 0) / d;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    row.forEach((value, c) => {
      result[start + c] = ((value - mean) / Math.sqrt(variance + epsilon)) * gain[c]! + offset[c]!;
    });
  }
  return result;
}

/** The tanh form of the Gaussian error linear unit (Hendrycks & Gimpel 2016, 1606.08415, §2). */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** x through one factor or two, then the bias. */
function through(x: Numbers, factors: readonly Numbers[], rows: number, columns: number, bias: Numbers): Float64Array {
  const [first, second] = factors as [Numbers, Numbers?];
  if (!second) return product(x, first, rows, columns, bias);
  const rank = second.length / columns;
  return product(product(x, first, rows, rank), second, rows, columns, bias);
}

/** x `[n, d]` → `[n, d]`. `layers` holds one set of weights per layer, or a single one that all share. */
export function referenceStack(
  shape: StackShape,
  x: Numbers,
  layers: readonly StackLayerWeights[],
): { values: Float64Array; largestScore: number } {
  const { length: n, width: d, heads, kvHeads, headDim, feedForward } = shape;
  const columns: Record<StackMatrix, number> = {
    qkv: (heads + 2 * kvHeads) * headDim,
    output: d,
    up: feedForward,
    down: d,
  };
  const activate = shape.activation === 'gelu' ? gelu : (value: number) => Math.max(0, value);
  let values = Float64Array.from(x);
  let largestScore = 0;
  for (let index = 0; index < shape.layers; index++) {
    const { matrices, biases, norms } = layers[shape.sharedLayers ? 0 : index]!;
    const apply = (name: StackMatrix, input: Numbers) => through(input, matrices[name], n, columns[name], biases[name]);
    const fused = apply('qkv', layerNorm(values, norms[0], norms[1], STACK_EPSILON));
    const attended = attendHeads(fused, stackAttention(shape));
    largestScore = Math.max(largestScore, attended.largestScore);
    const output = apply('output', attended.merged);
    const middle = values.map((value, at) => value + output[at]!);
    const inner = apply('up', layerNorm(middle, norms[2], norms[3], STACK_EPSILON)).map(activate);
    const outer = apply('down', inner);
    values = middle.map((value, at) => value + outer[at]!);
  }
  return { values, largestScore };
}
