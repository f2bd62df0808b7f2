// The WebGPU backend: opens a device and answers the contract's questions with it. Made by the engine, inside its worker.
import type { Backend } from '../contract/backend.ts';
import type { BackendInfo } from '../contract/engine.ts';
import { recordChain } from './chain.ts';
import type { GpuContext } from './context.ts';
import { openDevice, type DeviceOptions } from './device.ts';
import { createOperations } from './operations.ts';
import type { OverviewUse } from './overview.ts';
import { measurePeak } from './peak.ts';
import { createPipelines } from './pipelines.ts';
import { createPlanChoice } from './plan-choice.ts';
import { prepareProblem } from './prepared.ts';
import { uploadTensors, type GpuResidentTensors } from './resident.ts';
import { requireRoom } from './room.ts';
import { createSlices } from './slices.ts';
import { createTuner } from './tuner.ts';

export interface GpuBackendOptions extends DeviceOptions {
  /** For tests and comparisons: a kernel (`flash-tiles`, `materialised`, …) or a plan's name, used wherever a problem has it. */
  kernel?: string;
  /** For tests and comparisons: whether a picture that needs an attention first is made in passing. Default `tuned`. */
  overview?: OverviewUse;
  /** Given the device once it is there. For tests that lose or inspect it. */
  onDevice?: (device: GPUDevice) => void;
}

/** Throws `backend-unavailable` with a reason when there is no GPU to be had. */
export async function createGpuBackend(options: GpuBackendOptions = {}): Promise<Backend> {
  const open = await openDevice(options);
  options.onDevice?.(open.device);
  const slices = await createSlices(open);
  const context: GpuContext = {
    open,
    slices,
    pipelines: createPipelines(open),
    plans: createPlanChoice(open.facts, options.kernel ?? null),
    overview: options.overview ?? 'tuned',
  };
  const info: BackendInfo = { kind: 'webgpu', adapter: open.adapter, features: [...open.features], threads: 1 };
  return {
    info,
    memory: open.memory,
    requireRoom: (problem) => requireRoom(problem, open.device.limits),
    upload: (problem, tensors, control, waits) => uploadTensors(context, problem, tensors, control, waits),
    // Tensors come from this backend's own `upload`.
    prepare: (problem, tensors) => prepareProblem(context, problem, tensors as GpuResidentTensors),
    operations: createOperations(context),
    chain: (build) => recordChain(context, build),
    tuner: createTuner(context),
    measurePeak: (control) => measurePeak(context, info, control),
    lost: open.lost,
    async dispose() {
      await slices.drain();
      open.close();
    },
  };
}
