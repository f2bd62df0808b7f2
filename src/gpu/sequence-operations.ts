// Recurrence, convolution and 8-bit weights on the device. Twin of `cpu/sequence-operations.ts`.
import type { BackendTensor } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import { GATES } from '../contract/mixers.ts';
import type { SequenceOperations } from '../contract/sequence-operations.ts';
import { padRows, paddedColumns, uploadBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { CONVOLUTION, CONVOLUTION_PARAMS } from './kernels/convolution.ts';
import { DEPTHWISE, DEPTHWISE_PARAMS } from './kernels/depthwise.ts';
import type { Kernel } from './kernels/kernel.ts';
import { LINEAR_INT8, LINEAR_INT8_PARAMS } from './kernels/linear-int8.ts';
import { scanPlanOf, scanWorks } from './scan-work.ts';
import { bufferOf, splitWork, unitWork, vectorsOf, type Desk, type GpuTensor } from './tensors.ts';

/** A matrix in 8 bits: four columns to a word, rows padded to whole words; a scale per column. */
interface Int8Tensor extends GpuTensor {
  readonly scales: GPUBuffer;
}

export function isInt8(tensor: BackendTensor): tensor is Int8Tensor {
  return 'scales' in tensor;
}

export async function linearInt8(
  context: GpuContext,
  desk: Desk,
  x: BackendTensor,
  weight: Int8Tensor,
  bias: BackendTensor | null,
  activation: number,
): Promise<BackendTensor> {
  const result = await desk.empty('linear-int8.result', x.rows, weight.columns);
  const kernel: Kernel<typeof LINEAR_INT8_PARAMS> = LINEAR_INT8;
  const buffers = [bufferOf(x), weight.buffer, weight.scales, bias ? bufferOf(bias) : weight.scales, result.buffer];
  const values = {
    rows: x.rows,
    in_columns: x.columns,
    in_vectors: vectorsOf(x),
    out_vectors: vectorsOf(weight),
    has_bias: bias ? 1 : 0,
    activation,
  };
  const units = Math.ceil(x.rows / 4) * vectorsOf(weight);
  await desk.produce([result], async () => [
    await unitWork(context, kernel, buffers, units, 20 * x.columns + 32, values),
  ]);
  return result;
}

type Sequence = Pick<SequenceOperations, 'uploadInt8' | 'scan' | 'scanPlan' | 'convolve' | 'depthwise'>;

export function createSequenceOperations(context: GpuContext, desk: Desk): Sequence {
  const { open } = context;

  /** Blocks of `width` columns one below the other, each padded to whole vec4s; `tensor` itself where they are whole already. */
  async function asBlocks(tensor: BackendTensor, blocks: number, width: number): Promise<GpuTensor | null> {
    if (width % 4 === 0) return null;
    const stack = await desk.empty('scan.blocks', blocks * tensor.rows, width);
    const place = { column_start: 0, row_start: 0, length: tensor.rows };
    await desk.produce([stack], async () => [await splitWork(context, tensor, stack, place)]);
    return stack;
  }

  return {
    async uploadInt8(values, scales, rows, columns) {
      if (values.length !== rows * columns || scales.length !== columns)
        throw new AttentionError('shape-mismatch', {
          field: 'values',
          value: values.length,
          allowed: `${rows} × ${columns} numbers and ${columns} scales`,
        });
      const stride = paddedColumns(columns);
      const padded = new Int8Array(rows * stride);
      for (let row = 0; row < rows; row++)
        padded.set(values.subarray(row * columns, (row + 1) * columns), row * stride);
      const words = await uploadBuffer(open, 'operations.int8', new Uint32Array(padded.buffer));
      const factors = await uploadBuffer(open, 'operations.scales', padRows(scales, columns));
      const dispose = () => (words.destroy(), factors.destroy());
      return { rows, columns, buffer: words, scales: factors, dispose } as Int8Tensor;
    },

    scanPlan: (kind, width) => scanPlanOf(kind, width, open.device.limits),

    async scan(kind, gates, recurrent, bias, control) {
      const count = GATES[kind];
      const width = gates.columns / count;
      const vectors = Math.ceil(width / 4);
      const states = await desk.empty('scan.states', gates.rows, width);
      const cells = await desk.empty('scan.cells', 1, width);
      const blocks: (GpuTensor | null)[] = [];
      try {
        for (const tensor of [gates, recurrent, bias]) blocks.push(await asBlocks(tensor, count, width));
        const [gateBlocks, weightBlocks, biasBlocks] = blocks;
        const strides = {
          gate_row: gateBlocks ? vectors : count * vectors,
          gate_block: gateBlocks ? gates.rows * vectors : vectors,
          weight_row: weightBlocks ? vectors : count * vectors,
          weight_block: weightBlocks ? width * vectors : vectors,
        };
        const buffers = [
          bufferOf(gateBlocks ?? gates),
          bufferOf(weightBlocks ?? recurrent),
          bufferOf(biasBlocks ?? bias),
          cells.buffer,
          states.buffer,
        ];
        await desk.produce([states], () => scanWorks(context, kind, gates.rows, width, { buffers, strides }), control);
      } finally {
        cells.dispose();
        for (const block of blocks) block?.dispose();
      }
      return states;
    },

    async convolve(x, taps, bias, spacing) {
      const result = await desk.empty('convolution.result', x.rows, taps.columns);
      const kernel: Kernel<typeof CONVOLUTION_PARAMS> = CONVOLUTION;
      const buffers = [bufferOf(x), bufferOf(taps), bufferOf(bias), result.buffer];
      const values = {
        rows: x.rows,
        in_columns: x.columns,
        in_vectors: vectorsOf(x),
        out_vectors: vectorsOf(taps),
        ...spacing,
      };
      const units = Math.ceil(x.rows / 4) * vectorsOf(taps);
      await desk.produce([result], async () => [
        await unitWork(context, kernel, buffers, units, spacing.taps * 16 * x.columns + 32, values),
      ]);
      return result;
    },

    async depthwise(x, taps, spacing) {
      const result = await desk.empty('depthwise.result', x.rows, x.columns);
      const kernel: Kernel<typeof DEPTHWISE_PARAMS> = DEPTHWISE;
      const buffers = [bufferOf(x), bufferOf(taps), result.buffer];
      const values = { rows: x.rows, vectors: vectorsOf(x), ...spacing };
      await desk.produce([result], async () => [
        await unitWork(context, kernel, buffers, x.rows * vectorsOf(x), 8 * spacing.taps + 16, values),
      ]);
      return result;
    },
  };
}
