// Makes the work of the kernels that give four query rows to a thread: which tiles, what they bind, what they cost.
// Used for flash attention and for row statistics.
import type { ResolvedProblem } from '../contract/problem.ts';
import { ROW_WALK_PARAMS } from './kernels/row-walk.ts';
import { packParams } from './params.ts';
import type { CompiledKernel } from './pipelines.ts';
import { BINDING_ALIGNMENT, type AttentionPlan, type HeadGroup } from './plan.ts';
import { rowSegments, segmentTiles, tileKeys, type RowSegment } from './segments.ts';
import type { Work } from './slices.ts';

const ROWS_PER_THREAD = 4;

/** Bytes [start, end) of a buffer as a binding that starts on an allowed offset, and where `start` lies in it. */
export interface BoundRange {
  readonly binding: GPUBufferBinding;
  readonly baseBytes: number;
}

export function bindRange(buffer: GPUBuffer, startBytes: number, endBytes: number): BoundRange {
  const offset = Math.floor(startBytes / BINDING_ALIGNMENT) * BINDING_ALIGNMENT;
  return { binding: { buffer, offset, size: endBytes - offset }, baseBytes: startBytes - offset };
}

/** A head group's rows of a `[heads, length, vectors]` tensor. */
export function bindHeads(
  buffer: GPUBuffer,
  heads: readonly [number, number],
  length: number,
  vectors: number,
): BoundRange {
  const headBytes = length * vectors * 16;
  return bindRange(buffer, heads[0] * headBytes, heads[1] * headBytes);
}

/** What a kernel binds for one head group, with the bases its params carry, in elements of each array. */
export interface GroupBindings {
  readonly bindings: readonly GPUBufferBinding[];
  readonly queryBase: number;
  readonly keyBase: number;
  readonly outputBase: number;
  readonly rowBase: number;
}

function segmentWork(
  problem: ResolvedProblem,
  plan: AttentionPlan,
  compiled: CompiledKernel,
  group: HeadGroup,
  segment: RowSegment,
  bound: GroupBindings,
): Work {
  const { classes, tilesPerHead } = segmentTiles(segment, ROWS_PER_THREAD);
  const rowCost = ROWS_PER_THREAD * plan.vectors * 16;
  const costs = Float64Array.from(
    { length: tilesPerHead },
    (_, index) => (2 + tileKeys(problem, segment, { classes, tilesPerHead }, ROWS_PER_THREAD, index)) * rowCost,
  );
  const shared = {
    query_count: problem.queryLength,
    key_count: problem.keyLength,
    group_size: problem.heads / problem.kvHeads,
    head_start: group.headStart,
    kv_head_start: group.kvHeadStart,
    row_start: segment.rowStart,
    row_end: segment.rowEnd,
    classes,
    tiles_per_head: tilesPerHead,
    stride: segment.stride,
    left_steps: segment.leftSteps,
    right_steps: segment.rightSteps,
    prefix: segment.prefix,
    query_base: bound.queryBase,
    key_base: bound.keyBase,
    output_base: bound.outputBase,
    row_base: bound.rowBase,
    scale: problem.scale * Math.LOG2E,
  };
  return {
    compiled,
    bindings: bound.bindings,
    units: tilesPerHead * (group.headEnd - group.headStart),
    unitsPerWorkgroup: plan.rowThreads,
    costOf: (unit) => costs[unit % tilesPerHead]!,
    params: (start, end) => packParams(ROW_WALK_PARAMS, { ...shared, tile_start: start, tile_end: end }),
  };
}

/** One piece of work per head group and segment. */
export function rowWalkWork(
  problem: ResolvedProblem,
  plan: AttentionPlan,
  compiled: CompiledKernel,
  bindGroup: (group: HeadGroup) => GroupBindings,
): Work[] {
  return plan.headGroups.flatMap((group) => {
    const bound = bindGroup(group);
    return rowSegments(problem).map((segment) => segmentWork(problem, plan, compiled, group, segment, bound));
  });
}
