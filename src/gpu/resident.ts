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
  waits = true,
): Promise<GpuResidentTensors> {
  requireNumbers(problem, tensors);
  const { open } = context;
  const startMs = performance.now();
  const timing: PhaseTiming = {};
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
    // The device works in order, so the answer is here before that of any run on these tensors.
    const uploaded = open.device.queue.onSubmittedWorkDone().then(() => {
      timing.upload = performance.now() - startMs;
    });
    uploaded.catch(() => undefined);
    if (waits) await open.guard(uploaded);
    throwIfAborted(control.signal);
  } catch (error) {
    for (const buffer of buffers) buffer.destroy();
    throw error;
  }
  const { heads, kvHeads, queryLength, keyLength, headDim, storage } = problem;
  const sizes = { heads, kvHeads, queryLength, keyLength, headDim, storage, byteLength };
  const [q, k, v] = buffers as [GPUBuffer, GPUBuffer, GPUBuffer];
  const dispose = () => buffers.forEach((buffer) => buffer.destroy());
  return { ...sizes, timing, q, k, v, dispose };
}
