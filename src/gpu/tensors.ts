// Tensors on the device, and the work of a kernel on whole tensors. A desk says where results lie and when work runs: at once, or recorded
// for later (`chain.ts`). Called by the operations.
import type { BackendTensor, RunControl } from '../contract/backend.ts';
import { createBuffer, paddedColumns } from './buffers.ts';
import type { GpuContext } from './context.ts';
import type { Kernel } from './kernels/kernel.ts';
import { SPLIT_HEADS, SPLIT_HEADS_PARAMS } from './kernels/split-heads.ts';
import { packParams, type ParamsLayout, type ParamValues } from './params.ts';
import type { Work } from './slices.ts';

const WORKGROUP = 16;

export interface GpuTensor extends BackendTensor {
  readonly buffer: GPUBuffer;
}

export interface Desk {
  empty(label: string, rows: number, columns: number): Promise<GpuTensor>;
  /** Fills results by the works, and gives them up when that fails. */
  produce<T extends readonly BackendTensor[]>(
    results: T,
    works: () => Promise<readonly Work[]>,
    control?: RunControl,
  ): Promise<T>;
  /** Frees what the works of an operation needed, once they are of no more use. */
  retire(free: () => void): void;
}

/** Tensors come from this backend's own operations. */
export function bufferOf(tensor: BackendTensor): GPUBuffer {
  return (tensor as GpuTensor).buffer;
}

export function vectorsOf(tensor: BackendTensor): number {
  return paddedColumns(tensor.columns) / 4;
}

export function wrap(buffer: GPUBuffer, rows: number, columns: number): GpuTensor {
  return { rows, columns, buffer, dispose: () => buffer.destroy() };
}

export function immediateDesk({ open, slices }: GpuContext): Desk {
  return {
    async empty(label, rows, columns) {
      return wrap(await createBuffer(open, label, rows * paddedColumns(columns) * 4), rows, columns);
    },
    async produce(results, works, control = {}) {
      try {
        await slices.enqueue(await works(), control);
        return results;
      } catch (error) {
        for (const result of results) result.dispose();
        throw error;
      }
    },
    retire: (free) => free(),
  };
}

/** A kernel's work on whole buffers; its params end with `unit_start, unit_end`. */
export async function unitWork<L extends ParamsLayout & { unit_start: 'u32'; unit_end: 'u32' }>(
  context: GpuContext,
  kernel: Kernel<L>,
  bindings: readonly GPUBuffer[],
  units: number,
  cost: number,
  values: Omit<ParamValues<L>, 'unit_start' | 'unit_end'>,
  constants: Readonly<Record<string, number>> = {},
): Promise<Work> {
  return {
    compiled: await context.pipelines.compile(kernel, { WORKGROUP, ...constants }),
    bindings: bindings.map((buffer) => ({ buffer })),
    units,
    unitsPerWorkgroup: WORKGROUP,
    costOf: () => cost,
    params: (start, end) =>
      packParams(kernel.params, { ...values, unit_start: start, unit_end: end } as unknown as ParamValues<L>),
  };
}

/** Blocks of `stack.columns` neighbouring columns, from `column_start` on, one below the other: `length` rows each. */
export function splitWork(
  context: GpuContext,
  fused: BackendTensor,
  stack: GpuTensor,
  place: { column_start: number; row_start: number; length: number },
): Promise<Work> {
  const kernel: Kernel<typeof SPLIT_HEADS_PARAMS> = SPLIT_HEADS;
  return unitWork(context, kernel, [bufferOf(fused), stack.buffer], stack.rows * vectorsOf(stack), 24, {
    ...place,
    fused_stride: paddedColumns(fused.columns),
    head_columns: stack.columns,
    head_vectors: vectorsOf(stack),
  });
}
