// A ready attention matrix as a pair: the full picture as the file gives it, the windowed one with hidden cells taken out
// and each row scaled back to its share. No tensors, so no output, no timing and no steps. Runs on the host in slices.
import type { RowStatistics, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, type AttentionMask, type ResolvedProblem } from '../contract/problem.ts';
import { isVisible, queryPosition, visiblePairs } from '../contract/visibility.ts';
import type { Variant } from '../contract/workbench.ts';
import { cutKeyLength } from './cut-source.ts';
import type { RowArithmetic } from './row-steps.ts';
import type { ShownPair } from './shown-pair.ts';

/** Weights `[H, N, M]` as a file holds them. */
export interface SourceMatrix {
  readonly heads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly weights: Float32Array;
}

const SLICE_MS = 10;

/** Lets other work in every {@link SLICE_MS}, and ends when the caller has given up. */
function createBreather({ signal, onProgress }: RunControl): (done: number) => Promise<void> {
  let lastMs = performance.now();
  return async (done) => {
    if (performance.now() - lastMs < SLICE_MS) return;
    onProgress?.(done);
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(signal);
    lastMs = performance.now();
  };
}

export class MatrixPair implements ShownPair {
  readonly heads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly #matrix: SourceMatrix;
  readonly #windowed: ResolvedProblem;

  constructor(matrix: SourceMatrix, length: number, heads: number, mask: AttentionMask) {
    this.heads = heads;
    this.queryLength = length;
    this.keyLength = cutKeyLength(length, matrix.queryLength, matrix.keyLength);
    this.#matrix = matrix;
    const shape = { heads, queryLength: length, keyLength: this.keyLength, headDim: 1 };
    this.#windowed = resolveProblem({ ...shape, mask });
  }

  pairs(variant: Variant): number {
    return variant === 'full' ? this.queryLength * this.keyLength : visiblePairs(this.#windowed);
  }

  /** One row of weights `[M]` and its share of the full row. */
  #row(variant: Variant, head: number, query: number): { row: Float32Array; sum: number } {
    const { queryLength: N, keyLength: M, weights } = this.#matrix;
    const start = (head * N + query) * M;
    const row = weights.slice(start, start + this.keyLength);
    const isHidden = (key: number) => variant === 'windowed' && !isVisible(this.#windowed, query, key);
    let sum = 0;
    for (let key = 0; key < row.length; key++) {
      if (isHidden(key)) row[key] = 0;
      sum += row[key]!;
    }
    if (variant === 'full') return { row, sum };
    for (let key = 0; key < row.length; key++) row[key] = sum > 0 ? row[key]! / sum : 0;
    return { row, sum };
  }

  async weights(variant: Variant, view: WeightsView, control: RunControl): Promise<Float32Array> {
    const { height, width, rows, columns, pooling } = view;
    const values = new Float32Array(height * width).fill(pooling === 'max' ? -Infinity : 0);
    const breathe = createBreather(control);
    const columnSpan = columns[1] - columns[0];
    for (let r = 0; r < height; r++) {
      const top = rows[0] + Math.floor((r * (rows[1] - rows[0])) / height);
      const bottom = rows[0] + Math.floor(((r + 1) * (rows[1] - rows[0])) / height);
      for (let query = top; query < bottom; query++) {
        const { row } = this.#row(variant, view.head, query);
        for (let c = 0; c < width; c++) {
          const left = columns[0] + Math.floor((c * columnSpan) / width);
          const right = columns[0] + Math.floor(((c + 1) * columnSpan) / width);
          const cell = r * width + c;
          for (let key = left; key < right; key++) {
            if (pooling === 'max') values[cell] = Math.max(values[cell]!, row[key]!);
            else values[cell]! += row[key]! / ((bottom - top) * (right - left));
          }
        }
        await breathe(r / height);
      }
    }
    return values;
  }

  async statistics(variant: Variant, control: RunControl): Promise<RowStatistics> {
    const { heads: H, queryLength: N } = this;
    const entropy = new Float32Array(H * N);
    const meanDistance = new Float32Array(H * N);
    const topWeight = new Float32Array(H * N);
    const topKey = new Int32Array(H * N).fill(-1);
    const breathe = createBreather(control);
    for (let index = 0; index < H * N; index++) {
      const query = index % N;
      const { row } = this.#row(variant, Math.floor(index / N), query);
      const position = queryPosition(this.#windowed, query);
      for (let key = 0; key < row.length; key++) {
        const weight = row[key]!;
        if (weight > 0) entropy[index]! -= weight * Math.log(weight);
        meanDistance[index]! += weight * Math.abs(key - position);
        if (weight <= topWeight[index]!) continue;
        topWeight[index] = weight;
        topKey[index] = key;
      }
      await breathe(index / (H * N));
    }
    return { entropy, meanDistance, topWeight, topKey };
  }

  /** The logarithm of the row's visible share: what it would be if the scores were the weights' logarithms. */
  logSumExp(variant: Variant, head: number, query: number): number {
    return Math.log(Math.max(0, this.#row(variant, head, query).sum));
  }

  steps(): RowArithmetic {
    const allowed = 'a source with queries, keys and values';
    throw new AttentionError('invalid-problem', { field: 'source', value: 'matrix', allowed, reason: 'matrix-only' });
  }

  scores(): null {
    return null;
  }

  dispose(): void {}
}
