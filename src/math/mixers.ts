// The reference for the mixers: attention layers, recurrences and convolutions in float64, naive and readable. Not fast, used by no
// backend. Called by tests and benchmarks. Shapes as in `contract/mixers.ts`.
//
// Recurrences as PyTorch defines them (torch.nn.RNN, GRU, LSTM), from a state of zeros. Its GRU applies the reset gate after the
// recurrent product, n = tanh(W x + b + r ∘ (U h + c)); Cho et al. 2014 (1406.1078, eq. 8) applied it to h before: U (r ∘ h).
import {
  dilationOf,
  GATES,
  isAttention,
  isCore,
  isRecurrent,
  mixerAttention,
  reachLeft,
  type MixerProblem,
  type MixerWeights,
  type RecurrentKind,
} from '../contract/mixers.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { referenceAttention } from './attention.ts';

type Numbers = ArrayLike<number>;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x `[rows, I]`, weight `[I, O]`, bias `[O]` or none → `[rows, O]`. */
export function product(x: Numbers, weight: Numbers, rows: number, columns: number, bias?: Numbers): Float64Array {
  const inner = weight.length / columns;
  const result = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < columns; o++) {
      let sum = bias ? bias[o]! : 0;
      for (let i = 0; i < inner; i++) sum += x[r * inner + i]! * weight[i * columns + o]!;
      result[r * columns + o] = sum;
    }
  return result;
}

/** Heads of a fused projection `[n, (H + 2G)·D]` as stacks q `[H, n, D]`, k and v `[G, n, D]`. */
export function headStacks(fused: Numbers, { heads: H, kvHeads: G, queryLength: n, headDim: D }: ResolvedProblem) {
  const columns = (H + 2 * G) * D;
  const stack = (count: number, first: number) =>
    Float64Array.from({ length: count * n * D }, (_, at) => {
      const [head, row, x] = [Math.floor(at / (n * D)), Math.floor(at / D) % n, at % D];
      return fused[row * columns + (first + head) * D + x]!;
    });
  return { q: stack(H, 0), k: stack(G, H), v: stack(G, H + G) };
}

/** The heads' answers from a fused projection, side by side again: `[n, H·D]`, and the largest |score| on the way. */
export function attendHeads(fused: Numbers, problem: ResolvedProblem): { merged: Float64Array; largestScore: number } {
  const { heads: H, queryLength: n, headDim: D } = problem;
  const { output, largestScore } = referenceAttention(problem, headStacks(fused, problem));
  const merged = new Float64Array(n * H * D);
  for (let head = 0; head < H; head++)
    for (let row = 0; row < n; row++)
      for (let x = 0; x < D; x++) merged[(row * H + head) * D + x] = output[(head * n + row) * D + x]!;
  return { merged, largestScore };
}

/** One step: the input's share of the gates `[G·d]`, then the state's, then the new state `[d]`. `cell` is the LSTM's, changed in place. */
function step(kind: RecurrentKind, fromInput: Numbers, fromState: Numbers, h: Float64Array, cell: Float64Array) {
  const d = h.length;
  return Float64Array.from({ length: d }, (_, j) => {
    const gate = (g: number) => fromInput[g * d + j]! + fromState[g * d + j]!;
    if (kind === 'elman') return Math.tanh(gate(0));
    if (kind === 'gru') {
      const [reset, update] = [sigmoid(gate(0)), sigmoid(gate(1))];
      const fresh = Math.tanh(fromInput[2 * d + j]! + reset * fromState[2 * d + j]!);
      return (1 - update) * fresh + update * h[j]!;
    }
    cell[j] = sigmoid(gate(1)) * cell[j]! + sigmoid(gate(0)) * Math.tanh(gate(2));
    return sigmoid(gate(3)) * Math.tanh(cell[j]!);
  });
}

/** x `[n, d]` → every state `[n, d]`. */
function recurrence(kind: RecurrentKind, x: Numbers, n: number, d: number, weights: MixerWeights): Float64Array {
  const columns = GATES[kind] * d;
  const fromInput = product(x, weights['input']!, n, columns, weights['inputBias']!);
  const states = new Float64Array(n * d);
  const cell = new Float64Array(d);
  let h = new Float64Array(d);
  for (let t = 0; t < n; t++) {
    const fromState = product(h, weights['recurrent']!, 1, columns, weights['recurrentBias']!);
    h = step(kind, fromInput.subarray(t * columns, (t + 1) * columns), fromState, h, cell);
    states.set(h, t * d);
  }
  return states;
}

/** Calls back for every tap that falls on a position: output row, tap, input row. Zeros lie beyond both ends (same padding). */
function eachTap(
  n: number,
  k: number,
  dilation: number,
  visit: (row: number, tap: number, from: number) => void,
): void {
  for (let row = 0; row < n; row++)
    for (let tap = 0; tap < k; tap++) {
      const from = row + tap * dilation - reachLeft(k, dilation);
      if (from >= 0 && from < n) visit(row, tap, from);
    }
}

/** taps `[k·d, d]`, tap after tap. */
function convolution(x: Numbers, problem: MixerProblem, weights: MixerWeights): Float64Array {
  const { length: n, width: d, kernel: k } = problem;
  const result = new Float64Array(n * d);
  for (let at = 0; at < n * d; at++) result[at] = weights['bias']![at % d]!;
  eachTap(n, k, dilationOf(problem), (row, tap, from) => {
    for (let i = 0; i < d; i++)
      for (let o = 0; o < d; o++) result[row * d + o]! += x[from * d + i]! * weights['taps']![(tap * d + i) * d + o]!;
  });
  return result;
}

/** depthwise `[k, d]`, then pointwise `[d, d]` with the bias. */
function separable(x: Numbers, { length: n, width: d, kernel: k }: MixerProblem, weights: MixerWeights): Float64Array {
  const spread = new Float64Array(n * d);
  eachTap(n, k, 1, (row, tap, from) => {
    for (let c = 0; c < d; c++) spread[row * d + c]! += x[from * d + c]! * weights['depthwise']![tap * d + c]!;
  });
  return product(spread, weights['pointwise']!, n, d, weights['bias']!);
}

/** x `[n, d]` → `[n, d]`, and the largest |score| of an attention on the way. */
export function referenceMixer(
  problem: MixerProblem,
  x: Numbers,
  weights: MixerWeights,
): { values: Float64Array; largestScore: number } {
  const { kind, length: n, width: d } = problem;
  if (isRecurrent(kind)) return { values: recurrence(kind, x, n, d, weights), largestScore: 0 };
  if (kind === 'separable') return { values: separable(x, problem, weights), largestScore: 0 };
  if (!isAttention(kind)) return { values: convolution(x, problem, weights), largestScore: 0 };
  const { merged, largestScore } = attendHeads(product(x, weights['qkv']!, n, 3 * d), mixerAttention(problem));
  return { values: isCore(kind) ? merged : product(merged, weights['output']!, n, d), largestScore };
}
