// The reference: scaled dot-product attention in float64, naive and readable. Everything else is checked against it.
// Not fast, not used by any backend. Called by tests, fixtures and benchmarks.
//
// Passes, in the words the shaders use: scores → row maximum → exponentials and their sum → weighted sum.
import type { ResolvedProblem } from '../contract/problem.ts';
import { isVisible, queryPosition } from '../contract/visibility.ts';

export interface ReferenceAttention {
  /** `[H, N, D]` */
  output: Float64Array;
  /** `[H, N]`, natural logarithm; `-Infinity` for a row that sees no key. */
  logSumExp: Float64Array;
  /** `[H, N]`, nats. */
  entropy: Float64Array;
  /** `[H, N]`, positions. */
  meanDistance: Float64Array;
  /** Largest absolute scaled score: error bounds grow with it. */
  largestScore: number;
}

/** Scaled scores of one query. `-Infinity` where hidden. Shapes: q `[H, N, D]`, k `[G, M, D]` → `[M]`. */
export function referenceScores(
  problem: ResolvedProblem,
  tensors: { q: ArrayLike<number>; k: ArrayLike<number> },
  head: number,
  query: number,
): Float64Array {
  const { headDim: D, queryLength: N, keyLength: M } = problem;
  const kvHead = Math.floor(head / (problem.heads / problem.kvHeads));
  const scores = new Float64Array(M);
  for (let j = 0; j < M; j++) {
    if (!isVisible(problem, query, j)) {
      scores[j] = -Infinity;
      continue;
    }
    let dot = 0;
    for (let x = 0; x < D; x++) dot += tensors.q[(head * N + query) * D + x]! * tensors.k[(kvHead * M + j) * D + x]!;
    scores[j] = dot * problem.scale;
  }
  return scores;
}

/** Softmax weights of one query and their log-sum-exp. A row that sees no key gives zeros and `-Infinity`. */
export function referenceRow(
  problem: ResolvedProblem,
  tensors: { q: ArrayLike<number>; k: ArrayLike<number> },
  head: number,
  query: number,
): { weights: Float64Array; logSumExp: number; largestScore: number } {
  const weights = referenceScores(problem, tensors, head, query);
  let max = -Infinity;
  let largestScore = 0;
  for (const score of weights) {
    if (score === -Infinity) continue;
    max = Math.max(max, score);
    largestScore = Math.max(largestScore, Math.abs(score));
  }
  if (max === -Infinity) return { weights: weights.fill(0), logSumExp: -Infinity, largestScore };
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] = Math.exp(weights[j]! - max);
  for (let j = 0; j < weights.length; j++) weights[j]! /= sum;
  return { weights, logSumExp: max + Math.log(sum), largestScore };
}

/** `softmax(scale · Q Kᵀ + mask) V` (Vaswani et al. 2017, §3.2.1) and row statistics. Shapes as in `AttentionTensors`. */
export function referenceAttention(
  problem: ResolvedProblem,
  tensors: { q: ArrayLike<number>; k: ArrayLike<number>; v: ArrayLike<number> },
): ReferenceAttention {
  const { heads: H, kvHeads: G, queryLength: N, keyLength: M, headDim: D } = problem;
  const output = new Float64Array(H * N * D);
  const logSumExp = new Float64Array(H * N);
  const entropy = new Float64Array(H * N);
  const meanDistance = new Float64Array(H * N);
  let largestScore = 0;
  for (let h = 0; h < H; h++) {
    const g = Math.floor(h / (H / G));
    for (let i = 0; i < N; i++) {
      const row = referenceRow(problem, tensors, h, i);
      const position = queryPosition(problem, i);
      logSumExp[h * N + i] = row.logSumExp;
      largestScore = Math.max(largestScore, row.largestScore);
      for (let j = 0; j < M; j++) {
        const weight = row.weights[j]!;
        if (weight === 0) continue;
        entropy[h * N + i]! -= weight * Math.log(weight);
        meanDistance[h * N + i]! += weight * Math.abs(j - position);
        for (let x = 0; x < D; x++) output[(h * N + i) * D + x]! += weight * tensors.v[(g * M + j) * D + x]!;
      }
    }
  }
  return { output, logSumExp, entropy, meanDistance, largestScore };
}
