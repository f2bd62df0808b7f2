// Makes the work of the kernels that walk the keys of tiles of query rows: which tiles, what they bind, what they cost.
// Long walks are made in several dispatches. Used for flash attention and for row statistics.
import type { ResolvedProblem } from '../contract/problem.ts';
import { ROW_WALK_PARAMS } from './kernels/row-walk.ts';
import { packParams } from './params.ts';
import type { CompiledKernel } from './pipelines.ts';
import { BINDING_ALIGNMENT, type AttentionPlan, type HeadGroup } from './plan.ts';
import type { TileShape } from './tile-shapes.ts';
import { rowSegments, segmentTiles, tileKeys, type RowSegment } from './segments.ts';
import type { Work } from './slices.ts';

/** Bytes [start, end) of a buffer as a binding that starts on an allowed offset, and where `start` lies in it. */
export interface BoundRange {
  readonly binding: GPUBufferBinding;
  readonly baseBytes: number;
}

export function bindRange(buffer: GPUBuffer, startBytes: number, endBytes: number): BoundRange {
  const offset = Math.floor(startBytes / BINDING_ALIGNMENT) * BINDING_ALIGNMENT;
  return { binding: { buffer, offset, size: endBytes - offset }, baseBytes: startBytes - offset };
}

/** A head group's rows of a `[heads, length, vectors]` tensor; `vectorBytes` of Q, K and V follow their storage. */
export function bindHeads(
  buffer: GPUBuffer,
  heads: readonly [number, number],
  length: number,
  vectors: number,
  vectorBytes = 16,
): BoundRange {
  const headBytes = length * vectors * vectorBytes;
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

/** The rows a picture's notes are kept of at a time, and the key blocks they are made for. */
export interface NotedRows {
  readonly rows: readonly [number, number];
  readonly blocks: number;
}

/** The rows of a segment that lie in a range; null when none does. */
function cutSegment(segment: RowSegment, [start, end]: readonly [number, number]): RowSegment | null {
  const cut = { ...segment, rowStart: Math.max(start, segment.rowStart), rowEnd: Math.min(end, segment.rowEnd) };
  return cut.rowStart < cut.rowEnd ? cut : null;
}

function segmentWork(
  problem: ResolvedProblem,
  plan: AttentionPlan,
  shape: TileShape,
  compiled: CompiledKernel,
  group: HeadGroup,
  segment: RowSegment,
  bound: GroupBindings,
  noted: NotedRows | null,
): Work[] {
  const { classes, tilesPerHead } = segmentTiles(segment, shape.rows);
  const visits = Int32Array.from({ length: tilesPerHead }, (_, index) =>
    tileKeys(problem, segment, { classes, tilesPerHead }, shape.rows, index),
  );
  const visitCost = shape.rows * plan.vectors * 8;
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
    tile_count: tilesPerHead * (group.headEnd - group.headStart),
    stride: segment.stride,
    left_steps: segment.leftSteps,
    right_steps: segment.rightSteps,
    prefix: segment.prefix,
    query_base: bound.queryBase,
    key_base: bound.keyBase,
    output_base: bound.outputBase,
    row_base: bound.rowBase,
    scale: problem.scale * Math.LOG2E,
    blocks: noted?.blocks ?? 0,
    chunk_start: noted?.rows[0] ?? 0,
    chunk_rows: noted ? noted.rows[1] - noted.rows[0] : 0,
  };
  const pass = (visitStart: number, visitEnd: number): Work => ({
    compiled,
    bindings: bound.bindings,
    units: tilesPerHead * (group.headEnd - group.headStart),
    unitsPerWorkgroup: shape.tilesPerWorkgroup,
    costOf: (unit) => (4 + Math.max(0, Math.min(visits[unit % tilesPerHead]!, visitEnd) - visitStart)) * visitCost,
    params: (start, end) =>
      packParams(ROW_WALK_PARAMS, {
        ...shared,
        visit_start: visitStart,
        visit_end: visitEnd,
        tile_start: start,
        tile_end: end,
      }),
  });
  const splitWork = (visitsPerPart: number): Work => ({
    ...pass(0, visitsPerPart),
    units: shared.tile_count * plan.kernel.splits,
    costOf: () => (4 + visitsPerPart) * visitCost,
  });
  const most = visits.reduce((largest, count) => Math.max(largest, count), 0);
  const { splits } = plan.kernel;
  if (splits > 1 && shape === plan.kernel.tile) return [splitWork(Math.ceil(most / splits / shape.keys) * shape.keys)];
  const passes = Math.max(1, Math.ceil(most / shape.visitsPerPass));
  return Array.from({ length: passes }, (_, index) =>
    pass(index * shape.visitsPerPass, (index + 1) * shape.visitsPerPass),
  );
}

/** Per head group and segment one piece of work, or several that must run in order; of `noted` rows only, where given. */
export function rowWalkWork(
  problem: ResolvedProblem,
  plan: AttentionPlan,
  shape: TileShape,
  compiled: CompiledKernel,
  bindGroup: (group: HeadGroup) => GroupBindings,
  noted: NotedRows | null = null,
): Work[] {
  return plan.headGroups.flatMap((group) => {
    const bound = bindGroup(group);
    return rowSegments(problem).flatMap((segment) => {
      const part = noted ? cutSegment(segment, noted.rows) : segment;
      return part ? segmentWork(problem, plan, shape, compiled, group, part, bound, noted) : [];
    });
  });
}
