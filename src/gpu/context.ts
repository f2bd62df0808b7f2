// What every part of the GPU backend works with: the device, its compiled kernels and the queue of slices.
import type { OpenDevice } from './device.ts';
import type { Pipelines } from './pipelines.ts';
import type { Slices } from './slices.ts';

/** Which kernel answers `prepare` and `attend`; `auto` lets the plan choose. The others are for tests and comparisons. */
export type KernelChoice = 'auto' | 'flash-tiles' | 'flash-rows' | 'materialised';

export interface GpuContext {
  readonly open: OpenDevice;
  readonly pipelines: Pipelines;
  readonly slices: Slices;
  readonly kernelChoice: KernelChoice;
}
