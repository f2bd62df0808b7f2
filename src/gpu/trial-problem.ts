// A problem on drawn tensors for the tuner: buffers of its own, and the answer in float64 to hold a plan's answer to.
import type { WeightsView } from '../contract/engine.ts';
import { tensorSizes, type AttentionTensors, type ResolvedProblem } from '../contract/problem.ts';
import { isVisible } from '../contract/visibility.ts';
import { roundToHalf } from '../theory/half-precision.ts';
import type { AttentionBuffers } from './attention-work.ts';
import { createBuffer, paddedColumns, readBuffer, unpadRows } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { uploadTensors } from './resident.ts';

const EPSILON = 2 ** -23;
/** What no kernel writes. */
const POISON = 1e30;

/** Evenly spread over ±2, from a generator of its own: the same numbers in every trial. */
function draw(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 4;
  });
}

/** Scores of a row in float64, straight from the definition; −∞ for a key it does not see. */
function exactScores(problem: ResolvedProblem, { q, k }: AttentionTensors, head: number, query: number): Float64Array {
  const { keyLength: M, queryLength: N, headDim: D, heads, kvHeads, scale } = problem;
  const kvHead = Math.floor(head / (heads / kvHeads));
  const from = (head * N + query) * D;
  return Float64Array.from({ length: M }, (_, key) => {
    if (!isVisible(problem, query, key)) return -Infinity;
    let dot = 0;
    for (let x = 0; x < D; x++) dot += q[from + x]! * k[(kvHead * M + key) * D + x]!;
    return dot * scale;
  });
}

interface RowAnswer {
  output: Float64Array;
  /** Base 2. */
  logSumExp: number;
  largestScore: number;
}

function exactRow(problem: ResolvedProblem, tensors: AttentionTensors, head: number, query: number): RowAnswer {
  const { keyLength: M, headDim: D, heads, kvHeads } = problem;
  const { v } = tensors;
  const kvHead = Math.floor(head / (heads / kvHeads));
  const scores = exactScores(problem, tensors, head, query);
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const output = new Float64Array(D);
  if (largest === -Infinity) return { output, logSumExp: -Infinity, largestScore: 0 };
  let sum = 0;
  for (let key = 0; key < M; key++) {
    const weight = Math.exp(scores[key]! - largest);
    sum += weight;
    for (let x = 0; x < D; x++) output[x]! += weight * v[(kvHead * M + key) * D + x]!;
  }
  const seen = scores.filter((score) => score > -Infinity);
  const largestScore = seen.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  return { output: output.map((x) => x / sum), logSumExp: (largest + Math.log(sum)) * Math.LOG2E, largestScore };
}

export class TrialProblem {
  readonly problem: ResolvedProblem;
  readonly buffers: AttentionBuffers;
  readonly #context: GpuContext;
  readonly #tensors: AttentionTensors;
  readonly #owned: { destroy(): void }[];
  #exact: RowAnswer[] | null = null;

  private constructor(
    context: GpuContext,
    problem: ResolvedProblem,
    tensors: AttentionTensors,
    buffers: AttentionBuffers,
  ) {
    this.#context = context;
    this.problem = problem;
    this.#tensors = tensors;
    this.buffers = buffers;
    this.#owned = Object.values(buffers);
  }

  static async create(context: GpuContext, problem: ResolvedProblem): Promise<TrialProblem> {
    const sizes = tensorSizes(problem);
    const tensors = { q: draw(sizes.q, 1), k: draw(sizes.k, 2), v: draw(sizes.v, 3) };
    const { q, k, v, dispose } = await uploadTensors(context, problem, tensors, {});
    const rows = problem.heads * problem.queryLength;
    const made: GPUBuffer[] = [];
    try {
      made.push(await createBuffer(context.open, 'trial.output', rows * paddedColumns(problem.headDim) * 4));
      made.push(await createBuffer(context.open, 'trial.log-sum-exp', rows * 4));
    } catch (error) {
      dispose();
      for (const buffer of made) buffer.destroy();
      throw error;
    }
    const [output, logSumExp] = made as [GPUBuffer, GPUBuffer];
    const round = problem.storage === 'f16' ? roundToHalf : (x: Float32Array) => x;
    const stored = { q: round(tensors.q), k: round(tensors.k), v: round(tensors.v) };
    return new TrialProblem(context, problem, stored, { q, k, v, output, logSumExp });
  }

  /** Fills the answer's buffers with what no kernel writes, so that an earlier plan's answer is not taken for the next one's. */
  async poison(): Promise<void> {
    const { queue } = this.#context.open.device;
    for (const buffer of [this.buffers.output, this.buffers.logSumExp])
      queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(POISON));
  }

  /** The largest error over its gate (research: 8·ε·(4 + max|s|)·max|V| for outputs, 4·ε·(4 + max|s|) for log-sum-exp); NaN counts as infinite. */
  async errorShare(): Promise<number> {
    const { open } = this.#context;
    const { heads, queryLength: N, headDim: D } = this.problem;
    const rows = heads * N;
    const output = unpadRows(await readBuffer(open, this.buffers.output, rows * paddedColumns(D) * 4), D);
    const logSumExp = await readBuffer(open, this.buffers.logSumExp, rows * 4);
    this.#exact ??= Array.from({ length: rows }, (_, row) =>
      exactRow(this.problem, this.#tensors, Math.floor(row / N), row % N),
    );
    const largestScore = this.#exact.reduce((most, row) => Math.max(most, row.largestScore), 0);
    const largestValue = this.#tensors.v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const outputGate = 8 * EPSILON * (4 + largestScore) * largestValue;
    const logGate = 4 * EPSILON * (4 + largestScore) * Math.LOG2E;
    let worst = 0;
    const hold = (error: number, gate: number) => (worst = error <= gate * worst ? worst : error / gate || Infinity);
    this.#exact.forEach((row, index) => {
      for (let x = 0; x < D; x++) hold(Math.abs(output[index * D + x]! - row.output[x]!), outputGate);
      if (row.logSumExp === -Infinity) hold(logSumExp[index]! <= -1e29 ? 0 : Infinity, logGate);
      else hold(Math.abs(logSumExp[index]! - row.logSumExp), logGate);
    });
    return worst;
  }

  /** The largest error of a picture of mean weights of all rows and columns, over its gate; after `errorShare`. */
  pictureErrorShare({ head, height, width }: WeightsView, values: Float32Array): number {
    const { queryLength: N, keyLength: M } = this.problem;
    const rows = this.#exact!.slice(head * N, (head + 1) * N);
    const largestScore = rows.reduce((most, row) => Math.max(most, row.largestScore), 0);
    const edge = (block: number, blocks: number, length: number) => Math.floor((block * length) / blocks);
    const exact = new Float64Array(height * width);
    for (let down = 0; down < height; down++)
      for (let query = edge(down, height, N); query < edge(down + 1, height, N); query++) {
        const scores = exactScores(this.problem, this.#tensors, head, query);
        for (let across = 0; across < width; across++)
          for (let key = edge(across, width, M); key < edge(across + 1, width, M); key++)
            // A row that sees no key has −∞ for both.
            exact[down * width + across]! +=
              scores[key] === -Infinity ? 0 : 2 ** (scores[key]! * Math.LOG2E - rows[query]!.logSumExp);
      }
    const gate = 8 * EPSILON * (4 + largestScore);
    let worst = 0;
    exact.forEach((sum, at) => {
      const [down, across] = [Math.floor(at / width), at % width];
      const queries = edge(down + 1, height, N) - edge(down, height, N);
      const keys = edge(across + 1, width, M) - edge(across, width, M);
      const error = Math.abs(values[at]! - sum / (queries * keys));
      worst = error <= gate * worst ? worst : error / gate || Infinity;
    });
    return worst;
  }

  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }
}
