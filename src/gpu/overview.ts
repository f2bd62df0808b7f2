// Attention and the picture of one whole head in one walk over the keys (`shaders/flash-quads-overview.wgsl`). Rows are taken in chunks, so
// that what they note of each block of keys stays small: attention of a chunk, then its rows of blocks. Other heads run as ever.
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { attentionWork, bindFlash, loadOf, type AttentionBuffers } from './attention-work.ts';
import { createBuffer, uploadBuffer, type BufferPart } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { FLASH_QUADS_OVERVIEW } from './kernels/flash-quads-overview.ts';
import { quadConstants } from './kernels/flash-quads.ts';
import { withLoad } from './kernels/load.ts';
import { OVERVIEW_BLOCKS, OVERVIEW_BLOCKS_PARAMS } from './kernels/overview-blocks.ts';
import { packParams } from './params.ts';
import { hasQuads, planAttention, type HeadGroup, type KernelPlan } from './plan.ts';
import { axisPieces, foldCells, listCells } from './pooled-cells.ts';
import { bindRange, rowWalkWork, type NotedRows } from './row-walk-work.ts';
import type { Work } from './slices.ts';
import { quadShapes, type TileShape } from './tile-shapes.ts';

/** What the rows of a chunk may note. */
const NOTES_BYTES = 8 * 2 ** 20;
const WORKGROUP = 8;

/**
 * `tuned`, the default, makes a picture in passing where the tuner has found that it pays; `always` wherever it can be. In passing over
 * afterwards, one head, D = 64, SwiftShader (`npm run bench -- --picture --only passing`): 512 × 512 blocks of n = 1024 2.7, 2048 1.5,
 * 4096 1.06, 16,384 0.83; 256 × 256 of 4096 0.84: a block's end costs as much as a few of its keys.
 */
export type OverviewUse = 'tuned' | 'always' | 'never';

/** Everything that one walk must have: a device with quads, one picture of a whole head, attention by a flash kernel. */
export function canNote(
  context: GpuContext,
  problem: ResolvedProblem,
  { rows, columns, height, width }: WeightsView,
  { kernel } = context.plans.planFor(problem),
): boolean {
  const { queryLength: N, keyLength: M } = problem;
  const isWhole = rows[0] === 0 && rows[1] === N && columns[0] === 0 && columns[1] === M && height <= N && width <= M;
  return isWhole && hasQuads(context.open.facts) && kernel !== 'split-keys' && kernel !== 'materialised';
}

export function makesOverview(context: GpuContext, problem: ResolvedProblem, view: WeightsView): boolean {
  if (context.overview === 'never' || !canNote(context, problem, view)) return false;
  return context.overview === 'always' || problem.keyLength / view.width >= context.plans.passingKeys(problem);
}

/** All heads but one, in groups that share bindings. */
function otherHeads(groups: readonly HeadGroup[], problem: ResolvedProblem, head: number): HeadGroup[] {
  const ratio = problem.heads / problem.kvHeads;
  return groups.flatMap(({ headStart, headEnd }) =>
    [
      [headStart, Math.min(head, headEnd)],
      [Math.max(head + 1, headStart), headEnd],
    ].flatMap(([from, to]) => (from! < to! ? [groupOf(from!, to!, ratio)] : [])),
  );
}

function groupOf(headStart: number, headEnd: number, ratio: number): HeadGroup {
  return {
    headStart,
    headEnd,
    kvHeadStart: Math.floor(headStart / ratio),
    kvHeadEnd: Math.floor((headEnd - 1) / ratio) + 1,
  };
}

/** Ranges of block rows whose queries' notes fit the memory for them, at least one row of blocks each. */
function chunksOf(edges: Uint32Array, blocks: number): [number, number][] {
  const most = Math.floor(NOTES_BYTES / (blocks * 4));
  const chunks: [number, number][] = [];
  for (let first = 0; first + 1 < edges.length;) {
    let end = first + 1;
    while (end + 1 < edges.length && edges[end + 1]! - edges[first]! <= most) end++;
    chunks.push([first, end]);
    first = end;
  }
  return chunks;
}

export interface OverviewWork {
  readonly works: readonly Work[];
  /** Holds the picture when the work is done. */
  readonly part: BufferPart;
  /** What was read of `part` as the view's blocks. */
  fold(read: Float32Array): Float32Array;
  dispose(): void;
}

/** Fills output and log-sum-exp of all heads and makes one's picture. The caller disposes when the work is done. */
export async function overviewWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  view: WeightsView,
  chosen: KernelPlan = context.plans.planFor(problem),
): Promise<OverviewWork> {
  const { open, pipelines } = context;
  const { queryLength: N, heads, kvHeads } = problem;
  const plan = planAttention(problem, open.facts, chosen);
  const tile: TileShape = plan.kernel.kernel === 'flash-quads' ? plan.kernel.tile : quadShapes(plan.vectors)[0]!;
  const rows = axisPieces(view.rows, view.height);
  const columns = axisPieces(view.columns, view.width, Infinity);
  const [blockRows, blockColumns] = [rows.edges.length - 1, view.width];
  const cells = listCells(problem, rows, columns);
  const chunks = chunksOf(rows.edges, blockColumns);
  const longest = chunks.reduce((most, [from, to]) => Math.max(most, rows.edges[to]! - rows.edges[from]!), 0);
  const owned: { destroy(): void }[] = [];
  const own = async (made: Promise<GPUBuffer>) => {
    const buffer = await made;
    owned.push(buffer);
    return buffer;
  };
  const dispose = () => owned.forEach((each) => each.destroy());
  try {
    // Fresh storage is zero: no row has noted anything, and blocks that are not listed stay 0.
    const totals = await own(createBuffer(open, 'overview.totals', heads * N * 4));
    const notes = await own(createBuffer(open, 'overview.notes', longest * blockColumns * 4));
    const pooled = await own(createBuffer(open, 'overview.pooled', blockRows * blockColumns * 4));
    const edges = await own(uploadBuffer(open, 'overview.edges', rows.edges));
    const listed = await own(uploadBuffer(open, 'overview.cells', cells));
    const others = otherHeads(plan.headGroups, problem, view.head);
    const rest = others.length > 0 ? await attentionWork(context, problem, buffers, plan.kernel, others) : null;
    if (rest) owned.push({ destroy: () => rest.dispose() });
    const isMax = view.pooling === 'max' ? 1 : 0;
    const walk = await pipelines.compile(withLoad(FLASH_QUADS_OVERVIEW, loadOf(problem)), {
      ...quadConstants(tile, plan.vectors),
      TOPS: isMax,
      SUMS: 1 - isMax,
    });
    const reduce = await pipelines.compile(OVERVIEW_BLOCKS, { WORKGROUP });
    const lse = bindRange(buffers.logSumExp, view.head * N * 4, (view.head + 1) * N * 4);
    const group = groupOf(view.head, view.head + 1, heads / kvHeads);
    const walkOf = (noted: NotedRows): Work[] =>
      rowWalkWork(
        problem,
        { ...plan, kernel: { ...plan.kernel, kernel: 'flash-quads', tile, splits: 1 }, headGroups: [group] },
        tile,
        walk,
        () => {
          const bound = bindFlash(problem, plan, buffers, totals, group);
          return { ...bound, bindings: [...bound.bindings, { buffer: notes }] };
        },
        noted,
      );
    const rowOf = (at: number) => Math.floor((cells[at]! & 0x7fffffff) / blockColumns);
    let cell = 0;
    const reductionOf = ([from, to]: [number, number]): Work => {
      const start = cell;
      while (cell < cells.length && rowOf(cell) < to) cell++;
      const rowsOf = rows.edges[to]! - rows.edges[from]!;
      const shared = {
        block_rows: blockRows,
        block_columns: blockColumns,
        chunk_start: rows.edges[from]!,
        chunk_rows: rowsOf,
        row_base: lse.baseBytes / 4,
        is_max: isMax,
      };
      return {
        compiled: reduce,
        bindings: [lse.binding, ...[edges, listed, notes, pooled].map((buffer) => ({ buffer }))],
        units: cell - start,
        unitsPerWorkgroup: WORKGROUP,
        costOf: () => (rowsOf / (to - from) + 1) * 16,
        params: (first, end) =>
          packParams(OVERVIEW_BLOCKS_PARAMS, { ...shared, cell_start: start + first, cell_end: start + end }),
      };
    };
    const noted = chunks.flatMap((chunk): Work[] => [
      ...walkOf({ rows: [rows.edges[chunk[0]]!, rows.edges[chunk[1]]!], blocks: blockColumns }),
      reductionOf(chunk),
    ]);
    return {
      works: [...(rest?.works ?? []), ...noted],
      part: { buffer: pooled, byteLength: blockRows * blockColumns * 4 },
      fold: (read) => foldCells(read, rows, columns, view),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
