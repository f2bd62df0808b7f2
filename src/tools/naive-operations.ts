// `TensorOperations` in plain loops: sums in float64, results stored as float32. Runs in Node, where there is neither a GPU nor a pool
// of workers: it makes the recorded example at build time and is what tests compare backends with. Counts its living tensors.
import type { Activation, BackendTensor, TensorOperations } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { referenceRow } from '../math/attention.ts';
import { gelu } from '../math/encoder-stack.ts';

interface HostTensor extends BackendTensor {
  readonly data: Float32Array;
}

export interface NaiveOperations extends TensorOperations {
  /** Tensors made and not yet disposed of. */
  readonly living: number;
}

const ACTIVATIONS: Record<Activation, (x: number) => number> = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  gelu,
};

/** Copies head columns to head stacks or back. `stack` is `[H·L, D]`, `wide` has `width` columns, the heads from `column` on. */
function eachHeadRow(heads: number, length: number, visit: (head: number, row: number) => void): void {
  for (let head = 0; head < heads; head++) for (let row = 0; row < length; row++) visit(head, row);
}

export function naiveOperations(): NaiveOperations {
  const living = new Set<HostTensor>();

  const make = (rows: number, columns: number, data: Float32Array): HostTensor => {
    const tensor = { rows, columns, data, dispose: () => void living.delete(tensor) };
    living.add(tensor);
    return tensor;
  };
  const dataOf = (tensor: BackendTensor): Float32Array => {
    const host = tensor as HostTensor;
    if (!living.has(host)) throw new AttentionError('disposed', { field: 'tensor' });
    return host.data;
  };

  return {
    get living() {
      return living.size;
    },
    async upload(data, rows, columns) {
      if (data.length !== rows * columns || data.length === 0)
        throw new AttentionError('shape-mismatch', {
          field: 'upload',
          value: data.length,
          allowed: `${rows * columns}`,
        });
      return make(rows, columns, data.slice());
    },
    async read(tensor) {
      return dataOf(tensor).slice();
    },
    async linear(x, weight, bias, activation) {
      if (x.columns !== weight.rows || (bias !== null && bias.columns !== weight.columns))
        throw new AttentionError('shape-mismatch', { field: 'linear', value: x.columns, allowed: `${weight.rows}` });
      const [input, matrix, offsets] = [dataOf(x), dataOf(weight), bias === null ? null : dataOf(bias)];
      const columns = weight.columns;
      const output = new Float32Array(x.rows * columns);
      const sums = new Float64Array(columns);
      for (let row = 0; row < x.rows; row++) {
        sums.fill(0);
        for (let inner = 0; inner < x.columns; inner++) {
          const factor = input[row * x.columns + inner]!;
          for (let column = 0; column < columns; column++) sums[column]! += factor * matrix[inner * columns + column]!;
        }
        for (let column = 0; column < columns; column++)
          output[row * columns + column] = ACTIVATIONS[activation](sums[column]! + (offsets?.[column] ?? 0));
      }
      return make(x.rows, columns, output);
    },
    async layerNorm(x, gamma, beta, epsilon) {
      const [input, scales, offsets] = [dataOf(x), dataOf(gamma), dataOf(beta)];
      const output = new Float32Array(input.length);
      for (let start = 0; start < input.length; start += x.columns) {
        const row = input.subarray(start, start + x.columns);
        const mean = row.reduce((sum, value) => sum + value, 0) / x.columns;
        const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.columns;
        const factor = 1 / Math.sqrt(variance + epsilon);
        for (let column = 0; column < x.columns; column++)
          output[start + column] = (row[column]! - mean) * factor * scales[column]! + offsets[column]!;
      }
      return make(x.rows, x.columns, output);
    },
    async add(a, b) {
      const [left, right] = [dataOf(a), dataOf(b)];
      if (a.rows !== b.rows || a.columns !== b.columns)
        throw new AttentionError('shape-mismatch', { field: 'add', value: b.rows, allowed: `${a.rows}` });
      return make(
        a.rows,
        a.columns,
        left.map((value, x) => value + right[x]!),
      );
    },
    async splitHeads(fused, [start, end], heads, kvHeads = heads) {
      const input = dataOf(fused);
      const headDim = fused.columns / (heads + 2 * kvHeads);
      const length = end - start;
      const part = (first: number, count: number) => {
        const stack = new Float32Array(count * length * headDim);
        eachHeadRow(count, length, (head, row) => {
          const from = (start + row) * fused.columns + (first + head) * headDim;
          stack.set(input.subarray(from, from + headDim), (head * length + row) * headDim);
        });
        return make(count * length, headDim, stack);
      };
      return { q: part(0, heads), k: part(heads, kvHeads), v: part(heads + kvHeads, kvHeads) };
    },
    async mergeHeads(parts, heads) {
      const headDim = parts[0]!.columns;
      const width = heads * headDim;
      const total = parts.reduce((sum, part) => sum + part.rows / heads, 0);
      const merged = new Float32Array(total * width);
      let below = 0;
      for (const part of parts) {
        const stack = dataOf(part);
        const length = part.rows / heads;
        eachHeadRow(heads, length, (head, row) => {
          const from = (head * length + row) * headDim;
          merged.set(stack.subarray(from, from + headDim), (below + row) * width + head * headDim);
        });
        below += length;
      }
      return make(total, width, merged);
    },
    async attend(problem, q, k, v, control) {
      const { heads, kvHeads, queryLength, keyLength, headDim } = problem;
      const tensors = { q: dataOf(q), k: dataOf(k) };
      const values = dataOf(v);
      const output = new Float32Array(heads * queryLength * headDim);
      eachHeadRow(heads, queryLength, (head, query) => {
        throwIfAborted(control.signal);
        const { weights } = referenceRow(problem, tensors, head, query);
        const kvHead = Math.floor(head / (heads / kvHeads));
        const sums = new Float64Array(headDim);
        weights.forEach((weight, key) => {
          const from = (kvHead * keyLength + key) * headDim;
          for (let x = 0; x < headDim; x++) sums[x]! += weight * values[from + x]!;
        });
        output.set(sums, (head * queryLength + query) * headDim);
      });
      return make(heads * queryLength, headDim, output);
    },
    async attentionWeights(problem, q, k, control) {
      const { heads, queryLength, keyLength } = problem;
      const tensors = { q: dataOf(q), k: dataOf(k) };
      const all = new Float32Array(heads * queryLength * keyLength);
      eachHeadRow(heads, queryLength, (head, query) => {
        throwIfAborted(control.signal);
        all.set(referenceRow(problem, tensors, head, query).weights, (head * queryLength + query) * keyLength);
      });
      return make(heads * queryLength, keyLength, all);
    },
  };
}
