// What every part of the GPU backend works with: the device, its compiled kernels and the queue of slices.
import type { OpenDevice } from './device.ts';
import type { OverviewUse } from './overview.ts';
import type { PlanChoice } from './plan-choice.ts';
import type { Pipelines } from './pipelines.ts';
import type { Slices } from './slices.ts';

export interface GpuContext {
  readonly open: OpenDevice;
  readonly pipelines: Pipelines;
  readonly slices: Slices;
  readonly plans: PlanChoice;
  readonly overview: OverviewUse;
}
