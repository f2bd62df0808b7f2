// Every number between one query and its output, in float64 from the tensors themselves: what the step view shows.
// One row only, so plain loops will do. Passes: dot products → scores → maximum → exponentials and sum → weighted sum.
import type { AttentionTensors, ResolvedProblem } from '../contract/problem.ts';
import { isVisible } from '../contract/visibility.ts';
import type { RowSteps } from '../contract/workbench.ts';

const STRONGEST = 8;

/** Indices of the `count` largest weights, largest first; ties keep the earlier key. */
function strongestKeys(weights: Float64Array, count: number): number[] {
  const kept: number[] = [];
  for (let key = 0; key < weights.length; key++) {
    const weight = weights[key]!;
    if (weight === 0 || (kept.length === count && weight <= weights[kept[count - 1]!]!)) continue;
    const place = kept.findIndex((other) => weights[other]! < weight);
    kept.splice(place < 0 ? kept.length : place, 0, key);
    kept.length = Math.min(kept.length, count);
  }
  return kept;
}

/** scale · q·k of one query and the keys `[start, end)`, whatever the mask. */
export function scoresOfRow(
  { heads, kvHeads, queryLength: N, keyLength: M, headDim: D, scale }: ResolvedProblem,
  { q, k }: AttentionTensors,
  head: number,
  query: number,
  [start, end]: readonly [number, number],
): Float32Array {
  const queryStart = (head * N + query) * D;
  const keyStart = Math.floor(head / (heads / kvHeads)) * M * D;
  const scores = new Float32Array(end - start);
  for (let key = start; key < end; key++) {
    let dot = 0;
    for (let x = 0; x < D; x++) dot += q[queryStart + x]! * k[keyStart + key * D + x]!;
    scores[key - start] = dot * scale;
  }
  return scores;
}

export type RowArithmetic = Omit<RowSteps, 'generation' | 'variant'>;

export function rowSteps(
  problem: ResolvedProblem,
  { q, k, v }: AttentionTensors,
  head: number,
  query: number,
): RowArithmetic {
  const { heads, kvHeads, queryLength: N, keyLength: M, headDim: D, scale } = problem;
  const queryStart = (head * N + query) * D;
  const keyStart = Math.floor(head / (heads / kvHeads)) * M * D;
  const rowOf = (data: Float32Array, key: number) => data.slice(keyStart + key * D, keyStart + (key + 1) * D);

  const dots = new Float64Array(M);
  const visible = new Uint8Array(M);
  let max = -Infinity;
  for (let key = 0; key < M; key++) {
    let dot = 0;
    for (let x = 0; x < D; x++) dot += q[queryStart + x]! * k[keyStart + key * D + x]!;
    dots[key] = dot;
    if (!isVisible(problem, query, key)) continue;
    visible[key] = 1;
    max = Math.max(max, dot * scale);
  }

  const weights = new Float64Array(M);
  let sum = 0;
  for (let key = 0; key < M; key++) if (visible[key]) sum += weights[key] = Math.exp(dots[key]! * scale - max);
  const output = new Float64Array(D);
  for (let key = 0; key < M; key++) {
    if (!visible[key]) continue;
    weights[key]! /= sum;
    for (let x = 0; x < D; x++) output[x]! += weights[key]! * v[keyStart + key * D + x]!;
  }

  return {
    head,
    query,
    scale,
    dots: Float32Array.from(dots),
    scores: Float32Array.from(dots, (dot) => dot * scale),
    visible,
    max,
    sum,
    weights: Float32Array.from(weights),
    q: q.slice(queryStart, queryStart + D),
    strongest: strongestKeys(weights, STRONGEST).map((key) => ({ key, k: rowOf(k, key), v: rowOf(v, key) })),
    output: Float32Array.from(output),
  };
}
