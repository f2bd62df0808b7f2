// From a problem and a device to what is bound and dispatched: which kernel, tile shapes, head groups. Pure numbers.
// The kernel plans themselves are listed in `candidates.ts`; which one is in use, `plan-choice.ts` knows.
import { STORED_BYTES, type Load } from './kernels/load.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { paddedColumns } from './buffers.ts';
import type { PanelTile } from './panel-tiles.ts';
import type { SharedTile } from './shared-tiles.ts';
import { scoreShape, type AdapterTraits, type TileShape } from './tile-shapes.ts';

export interface PlanLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
}

/** What plans depend on besides the problem. */
export interface DeviceFacts extends AdapterTraits {
  readonly limits: PlanLimits;
  /** Optional features that were granted. */
  readonly features: ReadonlySet<string>;
  /** As the adapter names it; empty when it does not. */
  readonly vendor?: string;
  /** Lanes of the smallest subgroup; 0 or absent without that feature. */
  readonly subgroupMinSize?: number;
  /** Lanes of the largest one. */
  readonly subgroupMaxSize?: number;
}

/** True where a quad of threads is a whole subgroup, so that a workgroup of four is one for certain. CPU adapters only. */
export function hasQuads({ isSoftware, compilesSlowly, subgroupMinSize, subgroupMaxSize }: DeviceFacts): boolean {
  return isSoftware && !compilesSlowly && subgroupMinSize === 4 && subgroupMaxSize === 4;
}

export type FlashKernel = 'flash-rows' | 'flash-quads' | 'flash-tiles' | 'flash-panels' | 'split-keys';
export type KernelName = FlashKernel | 'materialised';

/** One way to compute the same answer. Everything a shader is specialised by follows from it. */
export interface KernelPlan {
  /** Short and technical, e.g. `rows 8×2`; unique among a problem's candidates. */
  readonly name: string;
  readonly kernel: KernelName;
  readonly tile: TileShape;
  readonly load: Load;
  /** Parts the keys are cut into, computed side by side; 1 for the kernels that walk all of them. */
  readonly splits: number;
  /** Of flash-tiles: how its threads share the tile, and whether they agree by subgroups. */
  readonly shared?: SharedTile;
  readonly usesSubgroups?: boolean;
  /** Of flash-panels: how its threads share the tile, and how keys and values reach them. */
  readonly panel?: PanelTile;
}

/** Consecutive query heads and the key heads they read: what one set of bindings covers. */
export interface HeadGroup {
  readonly headStart: number;
  readonly headEnd: number;
  readonly kvHeadStart: number;
  readonly kvHeadEnd: number;
}

export interface AttentionPlan {
  readonly kernel: KernelPlan;
  /** vec4s per row of Q, K, V and the output. */
  readonly vectors: number;
  /** Bytes of a stored vec4 of Q, K and V. */
  readonly storedBytes: number;
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

export function planAttention(problem: ResolvedProblem, facts: DeviceFacts, kernel: KernelPlan): AttentionPlan {
  const vectors = paddedColumns(problem.headDim) / 4;
  return {
    kernel,
    vectors,
    storedBytes: STORED_BYTES[problem.storage],
    scoreTile: scoreShape(vectors, facts),
    headGroups: headGroups(problem, facts.limits),
  };
}
