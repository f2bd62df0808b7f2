// The numbers behind the pictures: attention of 12 heads over a sentence of 24 tokens, from the reference in `math/` on a seeded signal.
// Small enough to draw in a test, honest enough to look like the page. Called by the views.
import { resolveProblem, type AttentionProblem, type ResolvedProblem } from '../../src/contract/problem.ts';
import type { RowSteps } from '../../src/contract/workbench.ts';
import { drawSignal } from '../../src/data/synthetic.ts';
import { isVisible, visiblePairs } from '../../src/contract/visibility.ts';
import { referenceAttention, referenceRow } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { topKeys } from '../../src/viz/row-summary.ts';

export const WORDS =
  '▁The ▁cat ▁sat ▁on ▁the ▁warm ▁mat ▁by ▁the ▁door ▁because ▁it ▁was ▁tired ▁of ▁all ▁the ▁rain ▁that ▁fell ▁out side ▁today .'.split(
    ' ',
  );
export const CHARACTERS = [...'猫坐在温暖的垫子上因为它厌倦了那一天外面下的雨。'];
export const HEADS = 12;
const HEAD_DIM = 16;

export interface Attention {
  problem: ResolvedProblem;
  tensors: { q: Float32Array; k: Float32Array; v: Float32Array };
}

/** Attention over `length` positions; a text's are 24. */
export function attentionOver(length: number, more: Partial<AttentionProblem> = {}): Attention {
  return {
    problem: resolveProblem({ heads: HEADS, queryLength: length, headDim: HEAD_DIM, ...more }),
    tensors: drawSignal('clusters', 7, { heads: HEADS, length, headDim: HEAD_DIM }),
  };
}

/** Weights of one head, largest of each block, `[size, size]`. */
export function weightsOf({ problem, tensors }: Attention, head: number, size: number): Float32Array {
  const rows: [number, number] = [0, problem.queryLength];
  const columns: [number, number] = [0, problem.keyLength];
  const picture = { head, rows, columns, height: size, width: size, pooling: 'max' } as const;
  return Float32Array.from(referenceWeights(problem, tensors, picture));
}

export const pairsOf = ({ problem }: Attention) => visiblePairs(problem);

/** Mean entropy (nats) and mean distance (positions) of each head. */
export function headNumbers({ problem, tensors }: Attention): { entropy: number; distance: number }[] {
  const { entropy, meanDistance } = referenceAttention(problem, tensors);
  const N = problem.queryLength;
  const mean = (values: Float64Array, head: number) =>
    values.subarray(head * N, (head + 1) * N).reduce((sum, x) => sum + x, 0) / N;
  return Array.from({ length: problem.heads }, (_, head) => ({
    entropy: mean(entropy, head),
    distance: mean(meanDistance, head),
  }));
}

/** Every number of one query, as the workbench hands it to the step view. */
export function stepsOf({ problem, tensors }: Attention, head: number, query: number): RowSteps {
  const { headDim: D, keyLength: M } = problem;
  const row = (of: Float32Array, position: number) =>
    of.slice((head * M + position) * D, (head * M + position + 1) * D);
  const q = row(tensors.q, query);
  const keys = Array.from({ length: M }, (_, j) => j);
  const dots = Float32Array.from(keys, (j) => row(tensors.k, j).reduce((sum, x, d) => sum + x * q[d]!, 0));
  const scores = dots.map((dot) => dot * problem.scale);
  const visible = Uint8Array.from(keys, (j) => (isVisible(problem, query, j) ? 1 : 0));
  const max = Math.max(...scores.filter((_, j) => visible[j]));
  const weights = Float32Array.from(referenceRow(problem, tensors, head, query).weights);
  const output = referenceAttention(problem, tensors).output.slice((head * M + query) * D, (head * M + query + 1) * D);
  return {
    generation: 1,
    variant: 'full',
    head,
    query,
    scale: problem.scale,
    dots,
    scores,
    visible,
    max,
    sum: scores.reduce((sum, score, j) => sum + (visible[j] ? Math.exp(score - max) : 0), 0),
    weights,
    q,
    strongest: topKeys(weights, 8, visible).map((key) => ({ key, k: row(tensors.k, key), v: row(tensors.v, key) })),
    output: Float32Array.from(output),
  };
}
