// From a problem and a device's limits to what is bound and dispatched: variant, tile shapes, head groups. Pure numbers.
import type { ResolvedProblem } from '../contract/problem.ts';
import { paddedColumns } from './buffers.ts';
import type { KernelChoice } from './context.ts';
import { isLargeWork, rowShape, scoreShape, sharedTileShape, type TileShape } from './tile-shapes.ts';

export interface PlanLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
}

/** Consecutive query heads and the key heads they read: what one set of bindings covers. */
export interface HeadGroup {
  readonly headStart: number;
  readonly headEnd: number;
  readonly kvHeadStart: number;
  readonly kvHeadEnd: number;
}

export interface AttentionPlan {
  readonly variant: Exclude<KernelChoice, 'auto'>;
  /** vec4s per row of Q, K, V and the output. */
  readonly vectors: number;
  /** Of flash-rows or flash-tiles, whichever the variant names. */
  readonly tile: TileShape;
  /** Of the kernels that compute scores only. */
  readonly scoreTile: TileShape;
  readonly headGroups: readonly HeadGroup[];
}

/** Bindings start at multiples of this many bytes, so a group may have to bind up to as many more. */
export const BINDING_ALIGNMENT = 256;
function perHeadBytes(problem: ResolvedProblem): number {
  return Math.max(problem.queryLength, problem.keyLength) * paddedColumns(problem.headDim) * 4;
}

/** Groups of whole heads whose Q, K, V and output slices each fit one binding. */
export function headGroups(problem: ResolvedProblem, limits: PlanLimits): HeadGroup[] {
  const ratio = problem.heads / problem.kvHeads;
  const available = limits.maxStorageBufferBindingSize - BINDING_ALIGNMENT;
  const fitting = Math.max(1, Math.floor(available / perHeadBytes(problem)));
  const groups: HeadGroup[] = [];
  for (let headStart = 0; headStart < problem.heads; headStart += fitting) {
    const headEnd = Math.min(problem.heads, headStart + fitting);
    const kvHeadEnd = Math.floor((headEnd - 1) / ratio) + 1;
    groups.push({ headStart, headEnd, kvHeadStart: Math.floor(headStart / ratio), kvHeadEnd });
  }
  return groups;
}

/** Shared memory and barriers pay on a GPU; a CPU adapter is faster without, and so is a device with too little of it. */
export function planAttention(
  problem: ResolvedProblem,
  limits: PlanLimits,
  isSoftware: boolean,
  choice: KernelChoice,
): AttentionPlan {
  const vectors = paddedColumns(problem.headDim) / 4;
  const wantsTiles = choice === 'flash-tiles' || (choice === 'auto' && !isSoftware);
  const shared = wantsTiles ? sharedTileShape(vectors, limits.maxComputeWorkgroupStorageSize, isSoftware) : null;
  const flash = shared ? 'flash-tiles' : 'flash-rows';
  return {
    variant: choice === 'materialised' ? choice : flash,
    vectors,
    tile: shared ?? rowShape(vectors, isLargeWork(problem), isSoftware),
    scoreTile: scoreShape(vectors, isSoftware),
    headGroups: headGroups(problem, limits),
  };
}
