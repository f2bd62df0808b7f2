// Q, K and V kept in 32 and in 16 bits: bytes, time and the difference it makes to the output. Both resident, measured in turns.
import type { Backend, PreparedProblem, ResidentTensors, RunControl } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, TENSOR_STORAGES, type AttentionMask, type TensorStorage } from '../contract/problem.ts';
import type { StorageComparison } from '../contract/workbench.ts';
import type { Cut } from './cut-source.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';
import { requireTensors } from './validate.ts';

const SAMPLES = 7;
const WARM_UPS = 2;

interface Kept {
  readonly storage: TensorStorage;
  readonly resident: ResidentTensors;
  readonly prepared: PreparedProblem;
  readonly samples: number[];
  runs: number;
}

async function keep(
  backend: Backend,
  cut: Cut,
  mask: AttentionMask,
  storage: TensorStorage,
  control: RunControl,
): Promise<Kept> {
  const problem = resolveProblem({ ...cut.shape, mask: { causal: mask.causal }, storage });
  backend.requireRoom(problem);
  const tensors = requireTensors(problem, ['q', 'k', 'v'], cut.tensors);
  const resident = await backend.upload(problem, tensors, control);
  try {
    return { storage, resident, prepared: await backend.prepare(problem, resident), samples: [], runs: 1 };
  } catch (error) {
    resident.dispose();
    throw error;
  }
}

/** Largest |a|, and largest |b − a|. */
function compare(a: Float32Array, b: Float32Array): { largestOutput: number; largestError: number } {
  let largestOutput = 0;
  let largestError = 0;
  for (let at = 0; at < a.length; at++) {
    largestOutput = Math.max(largestOutput, Math.abs(a[at]!));
    largestError = Math.max(largestError, Math.abs(b[at]! - a[at]!));
  }
  return { largestOutput, largestError };
}

/** Full attention (causal where the mask is) on the cut tensors. */
export async function compareStorage(
  backend: Backend,
  cut: Cut,
  mask: AttentionMask,
  { signal, onProgress }: RunControl,
): Promise<StorageComparison> {
  const control = signal ? { signal } : {};
  const never = signal ?? new AbortController().signal;
  const kept: Kept[] = [];
  try {
    for (const storage of TENSOR_STORAGES) kept.push(await keep(backend, cut, mask, storage, control));
    let clock: 'kernel' | 'wall' = 'wall';
    for (const each of kept) {
      let last = await timedRun(each.prepared, 1, never);
      for (let run = 1; run < WARM_UPS; run++) last = await timedRun(each.prepared, 1, never);
      each.runs = runsPerSample(last.kernelMs ?? last.wallMs, last.timerResolution ?? null);
      clock = last.kernelMs === undefined ? 'wall' : 'kernel';
    }
    for (let round = 0; round < SAMPLES; round++) {
      for (const { prepared, runs, samples } of kept) {
        throwIfAborted(signal);
        const { kernelMs, wallMs } = await timedRun(prepared, runs, never);
        samples.push(kernelMs ?? wallMs);
      }
      onProgress?.((round + 1) / SAMPLES);
    }
    const [f32, f16] = kept as [Kept, Kept];
    const [whole, halved] = [await f32.prepared.read(control), await f16.prepared.read(control)];
    return {
      device: deviceName(backend.info),
      clock,
      samples: { f32: f32.samples, f16: f16.samples },
      byteLength: { f32: f32.resident.byteLength, f16: f16.resident.byteLength },
      ...compare(whole.output, halved.output),
    };
  } finally {
    for (const { prepared, resident } of kept) {
      prepared.dispose();
      resident.dispose();
    }
  }
}
