// The operations of an encoder layer on the device. Tensors are row-major, rows padded with zeros to whole vec4s.
// Nothing here waits for the device but `read`: operations queue up behind each other.
import type { Activation } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { SequenceOperations } from '../contract/sequence-operations.ts';
import { attentionWork } from './attention-work.ts';
import { padRows, paddedColumns, readBuffer, unpadRows, uploadBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { ADD, ADD_PARAMS } from './kernels/add.ts';
import type { Kernel } from './kernels/kernel.ts';
import { LAYER_NORM, LAYER_NORM_PARAMS } from './kernels/layer-norm.ts';
import { LINEAR, LINEAR_PARAMS } from './kernels/linear.ts';
import { MERGE_HEADS, MERGE_HEADS_PARAMS } from './kernels/merge-heads.ts';
import { denseWeightsWork } from './materialised-work.ts';
import { createSequenceOperations, isInt8, linearInt8 } from './sequence-operations.ts';
import { bufferOf, immediateDesk, splitWork, unitWork, vectorsOf, wrap, type Desk } from './tensors.ts';

const ACTIVATIONS: Record<Activation, number> = { none: 0, relu: 1, tanh: 2, gelu: 3 };

/** `desk` says where results lie and when work runs: by default at once. */
export function createOperations(context: GpuContext, desk: Desk = immediateDesk(context)): SequenceOperations {
  const { open } = context;
  const { empty, produce } = desk;

  return {
    ...createSequenceOperations(context, desk),

    async upload(data, rows, columns) {
      if (data.length !== rows * columns)
        throw new AttentionError('shape-mismatch', { field: 'data', value: data.length, allowed: `${rows * columns}` });
      return wrap(await uploadBuffer(open, 'operations.upload', padRows(data, columns)), rows, columns);
    },

    async read(tensor) {
      const padded = await readBuffer(open, bufferOf(tensor), tensor.rows * paddedColumns(tensor.columns) * 4);
      return unpadRows(padded, tensor.columns);
    },

    async linear(x, weight, bias, activation) {
      if (isInt8(weight)) return linearInt8(context, desk, x, weight, bias, ACTIVATIONS[activation]);
      const result = await empty('linear.result', x.rows, weight.columns);
      const units = Math.ceil(x.rows / 4) * vectorsOf(weight);
      const buffers = [bufferOf(x), bufferOf(weight), bufferOf(bias ?? weight), result.buffer];
      const values = {
        rows: x.rows,
        in_columns: x.columns,
        in_vectors: vectorsOf(x),
        out_vectors: vectorsOf(weight),
        has_bias: bias ? 1 : 0,
        activation: ACTIVATIONS[activation],
      };
      const kernel: Kernel<typeof LINEAR_PARAMS> = LINEAR;
      await produce([result], async () => [
        await unitWork(context, kernel, buffers, units, 16 * x.columns + 32, values),
      ]);
      return result;
    },

    async layerNorm(x, gamma, beta, epsilon) {
      const result = await empty('layer-norm.result', x.rows, x.columns);
      const buffers = [bufferOf(x), bufferOf(gamma), bufferOf(beta), result.buffer];
      const values = { columns: x.columns, vectors: vectorsOf(x), epsilon };
      const kernel: Kernel<typeof LAYER_NORM_PARAMS> = LAYER_NORM;
      await produce([result], async () => [
        await unitWork(context, kernel, buffers, x.rows, 12 * x.columns + 32, values),
      ]);
      return result;
    },

    async add(a, b) {
      const result = await empty('add.result', a.rows, a.columns);
      const buffers = [bufferOf(a), bufferOf(b), result.buffer];
      const kernel: Kernel<typeof ADD_PARAMS> = ADD;
      await produce([result], async () => [await unitWork(context, kernel, buffers, a.rows * vectorsOf(a), 16, {})]);
      return result;
    },

    async splitHeads(fused, [rowStart, rowEnd], heads, kvHeads = heads) {
      const length = rowEnd - rowStart;
      const headColumns = fused.columns / (heads + 2 * kvHeads);
      const stack = (label: string, count: number) => empty(`split-heads.${label}`, count * length, headColumns);
      const [q, k, v] = [await stack('q', heads), await stack('k', kvHeads), await stack('v', kvHeads)];
      const firstHeads = [0, heads, heads + kvHeads];
      await produce([q, k, v], () =>
        Promise.all(
          [q, k, v].map((part, index) =>
            splitWork(context, fused, part, {
              column_start: firstHeads[index]! * headColumns,
              row_start: rowStart,
              length,
            }),
          ),
        ),
      );
      return { q, k, v };
    },

    async mergeHeads(parts, heads) {
      const headColumns = parts[0]?.columns ?? 0;
      const columns = heads * headColumns;
      const lengths = parts.map((part) => part.rows / heads);
      const rows = lengths.reduce((sum, length) => sum + length, 0);
      const result = await empty('merge-heads.result', rows, columns);
      const kernel: Kernel<typeof MERGE_HEADS_PARAMS> = MERGE_HEADS;
      let rowStart = 0;
      const pieces = parts.map((part, index) => {
        const values = {
          length: lengths[index]!,
          row_start: rowStart,
          columns,
          vectors: vectorsOf(result),
          head_columns: headColumns,
          head_stride: paddedColumns(headColumns),
        };
        rowStart += lengths[index]!;
        return { part, values };
      });
      await produce([result], () =>
        Promise.all(
          pieces.map(({ part, values }) =>
            unitWork(context, kernel, [bufferOf(part), result.buffer], values.length * values.vectors, 24, values),
          ),
        ),
      );
      return result;
    },

    async attend(problem: ResolvedProblem, q, k, v, control) {
      const rows = problem.heads * problem.queryLength;
      const output = await empty('attend.output', rows, problem.headDim);
      const logSumExp = await empty('attend.log-sum-exp', 1, rows);
      try {
        const buffers = {
          q: bufferOf(q),
          k: bufferOf(k),
          v: bufferOf(v),
          output: output.buffer,
          logSumExp: logSumExp.buffer,
        };
        const attention = await attentionWork(context, problem, buffers);
        await produce([output], () => Promise.resolve(attention.works), control).finally(() =>
          desk.retire(() => attention.dispose()),
        );
      } finally {
        logSumExp.dispose();
      }
      return output;
    },

    async attentionWeights(problem: ResolvedProblem, q, k, control) {
      const rows = problem.heads * problem.queryLength;
      const weights = await empty('attention-weights.weights', rows, problem.keyLength);
      const logSumExp = await empty('attention-weights.log-sum-exp', 1, rows);
      try {
        const buffers = { q: bufferOf(q), k: bufferOf(k), logSumExp: logSumExp.buffer };
        await produce([weights], () => denseWeightsWork(context, problem, buffers, weights.buffer), control);
      } finally {
        logSumExp.dispose();
      }
      return weights;
    },
  };
}
