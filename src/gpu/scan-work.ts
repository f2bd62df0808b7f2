// The work of a recurrence: how many steps a dispatch takes and how many threads share a step, from the device's limits.
// Called by `sequence-operations.ts`; owns no tensor.
import { GATES, type RecurrentKind, type ScanPlan } from '../contract/mixers.ts';
import type { GpuContext } from './context.ts';
import type { Kernel } from './kernels/kernel.ts';
import { SCAN_STEP, SCAN_STEP_PARAMS } from './kernels/scan-step.ts';
import { SCAN_STEPS, SCAN_STEPS_PARAMS } from './kernels/scan-steps.ts';
import { packParams } from './params.ts';
import type { Work } from './slices.ts';
import { unitWork } from './tensors.ts';

const KIND_NUMBERS: Record<RecurrentKind, number> = { elman: 0, gru: 1, lstm: 2 };
/** Threads of a step. More would be granted by few devices. */
const MOST_THREADS = 256;
/** A lane of Mesa's software rasteriser stops after 65,535 rounds of all its loops together. */
const MOST_ROUNDS = 60_000;
/** Multiply-adds of a dispatch, which one workgroup does alone: some 10 ms where a workgroup is one slow thread. */
const MOST_COST = 4e6;
const BYTES = 16; // of a vec4f

export interface ScanLimits {
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupStorageSize: number;
}

/** Threads per vec4 of the state when one workgroup does whole steps; 0 when it cannot. */
export function scanSplits(kind: RecurrentKind, width: number, limits: ScanLimits): number {
  const vectors = Math.ceil(width / 4);
  const threads = Math.min(MOST_THREADS, limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const left = limits.maxComputeWorkgroupStorageSize - vectors * BYTES;
  // A lone row of threads keeps its sums to itself.
  if (vectors > threads || left < BYTES) return 0;
  const stored = Math.floor(left / (vectors * GATES[kind] * BYTES));
  return Math.max(1, Math.min(vectors, Math.floor(threads / vectors), stored));
}

export function scanPlanOf(kind: RecurrentKind, width: number, limits: ScanLimits): ScanPlan {
  return scanSplits(kind, width, limits) > 0 ? 'one-dispatch' : 'dispatch-per-step';
}

/** Steps of one dispatch: as many as neither the rounds nor the time of a slice forbid. */
export function stepsPerDispatch(kind: RecurrentKind, width: number, splits: number): number {
  const vectors = Math.ceil(width / 4);
  const rounds = 1 + Math.ceil(vectors / splits) + splits;
  const cost = GATES[kind] * width * width;
  return Math.max(1, Math.min(Math.floor(MOST_ROUNDS / rounds), Math.floor(MOST_COST / cost)));
}

/** Buffers in the kernels' order, and how far apart rows and gates are in the first two, in vec4s. */
export interface ScanBuffers {
  readonly buffers: readonly GPUBuffer[];
  readonly strides: { gate_row: number; gate_block: number; weight_row: number; weight_block: number };
}

function cellConstants(kind: RecurrentKind) {
  const last = GATES[kind] - 1;
  // Indices of gates a cell does not have must still be within its array.
  return {
    KIND: KIND_NUMBERS[kind],
    GATES: GATES[kind],
    SECOND: Math.min(1, last),
    THIRD: Math.min(2, last),
    LAST: last,
  };
}

export async function scanWorks(
  context: GpuContext,
  kind: RecurrentKind,
  steps: number,
  width: number,
  { buffers, strides }: ScanBuffers,
): Promise<Work[]> {
  const splits = scanSplits(kind, width, context.open.device.limits);
  const vectors = Math.ceil(width / 4);
  const cost = GATES[kind] * width * width;
  if (splits === 0) {
    const kernel: Kernel<typeof SCAN_STEP_PARAMS> = SCAN_STEP;
    const constants = cellConstants(kind);
    const work = (step: number) =>
      unitWork(context, kernel, buffers, vectors, cost / vectors, { width, vectors, ...strides, step }, constants);
    return Promise.all(Array.from({ length: steps }, (_, step) => work(step)));
  }
  const compiled = await context.pipelines.compile(SCAN_STEPS, {
    ...cellConstants(kind),
    VECTORS: vectors,
    SPLITS: splits,
    SHARES: splits > 1 ? splits * GATES[kind] * vectors : 1,
    WORKGROUP: vectors * splits,
  });
  const bindings = buffers.map((buffer) => ({ buffer }));
  const most = stepsPerDispatch(kind, width, splits);
  const works: Work[] = [];
  for (let start = 0; start < steps; start += most) {
    const units = Math.min(most, steps - start);
    works.push({
      compiled,
      bindings,
      // All of it is one workgroup's, so nobody cuts it.
      units,
      unitsPerWorkgroup: units,
      costOf: () => cost,
      params: () => packParams(SCAN_STEPS_PARAMS, { width, ...strides, step_start: start, step_end: start + units }),
    });
  }
  return works;
}
