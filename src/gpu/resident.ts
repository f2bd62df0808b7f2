// Q, K and V on the device, rows padded to whole vec4s. Made by `upload`, shared by problems that differ in mask and scale.
import type { PhaseTiming, ResidentTensors, RunControl } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { tensorSizes, type AttentionTensors, type ResolvedProblem } from '../contract/problem.ts';
import { toHalves } from '../theory/half-precision.ts';
import { allBuffers, padRows, uploadBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';

export interface GpuResidentTensors extends ResidentTensors {
  readonly q: GPUBuffer;
  readonly k: GPUBuffer;
  readonly v: GPUBuffer;
}

/** A detached array has length 0 and WebGPU would copy nothing without a word. */
function requireNumbers(problem: ResolvedProblem, tensors: AttentionTensors): void {
  const sizes = tensorSizes(problem);
  for (const name of ['q', 'k', 'v'] as const) {
    const { length } = tensors[name];
    if (length === sizes[name]) continue;
    throw new AttentionError('shape-mismatch', { field: name, value: length, allowed: `${sizes[name]} numbers` });
  }
}

export async function uploadTensors(
  context: GpuContext,
  problem: ResolvedProblem,
  tensors: AttentionTensors,
  control: RunControl,
): Promise<GpuResidentTensors> {
  requireNumbers(problem, tensors);
  const { open } = context;
  const startMs = performance.now();
  let buffers: GPUBuffer[] = [];
  let byteLength = 0;
  try {
    throwIfAborted(control.signal);
    const uploads = (['q', 'k', 'v'] as const).map((name) => {
      const rows = padRows(tensors[name], problem.headDim);
      const stored = problem.storage === 'f16' ? toHalves(rows) : rows;
      byteLength += stored.byteLength;
      return uploadBuffer(open, `attention.${name}`, stored);
    });
    buffers = await allBuffers(uploads);
    await open.guard(open.device.queue.onSubmittedWorkDone());
    throwIfAborted(control.signal);
  } catch (error) {
    for (const buffer of buffers) buffer.destroy();
    throw error;
  }
  const timing: PhaseTiming = { upload: performance.now() - startMs };
  const { heads, kvHeads, queryLength, keyLength, headDim, storage } = problem;
  const sizes = { heads, kvHeads, queryLength, keyLength, headDim, storage, byteLength };
  const [q, k, v] = buffers as [GPUBuffer, GPUBuffer, GPUBuffer];
  const dispose = () => buffers.forEach((buffer) => buffer.destroy());
  return { ...sizes, timing, q, k, v, dispose };
}
