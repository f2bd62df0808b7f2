// One weights view on the device: lists its blocks or tiles of them, runs a kernel over these, folds the pieces.
import type { PhaseTiming, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { loadOf, planFor, type AttentionBuffers } from './attention-work.ts';
import { allBuffers, createBuffer, uploadBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { quadConstants } from './kernels/flash-quads.ts';
import type { Kernel } from './kernels/kernel.ts';
import { withLoad } from './kernels/load.ts';
import { POOLED_QUADS } from './kernels/pooled-quads.ts';
import { POOLED_TILES, POOLED_TILES_PARAMS } from './kernels/pooled-tiles.ts';
import { POOLED_WEIGHTS, POOLED_WEIGHTS_PARAMS } from './kernels/pooled-weights.ts';
import { maskParams } from './mask-params.ts';
import { packParams, type ParamsLayout } from './params.ts';
import { hasQuads } from './plan.ts';
import { axisPieces, foldCells, listCells, tilePieces, type AxisPieces } from './pooled-cells.ts';
import { bindHeads, bindRange } from './row-walk-work.ts';
import type { Work } from './slices.ts';
import type { Constants } from './specialise.ts';
import { pooledQuadShape, pooledShape, pooledTileShape, type TileShape } from './tile-shapes.ts';

/** Rows and keys of a view, and of its largest block. */
interface PictureSize {
  readonly rows: number;
  readonly blockRows: number;
  readonly blockKeys: number;
}

/** How a picture is computed: block by block, or by tiles of whole blocks. */
interface PictureKernel {
  readonly kernel: Kernel<ParamsLayout>;
  readonly constants: Constants;
  readonly tile: TileShape;
  /** Blocks, or tiles, of a unit of work. */
  readonly perUnit: number;
  readonly unitsPerWorkgroup: number;
  /** Keys of a tile at most; null where blocks are computed one by one. */
  readonly tileKeys: number | null;
}

/** Reading its rows costs a quad as much as the keys of a block of 32, so neighbours share them. */
const SHARING = 8;
const TILE_KEYS = 64;

function pictureKernel(context: GpuContext, problem: ResolvedProblem, size: PictureSize): PictureKernel {
  const { facts } = context.open;
  const { vectors } = planFor(context, problem);
  const load = loadOf(problem);
  const tile = hasQuads(facts) ? pooledTileShape(vectors, size.rows, size.blockRows) : null;
  if (tile) {
    const constants = { ...quadConstants(tile, vectors), TILE_KEYS, TILES: SHARING };
    const kernel = withLoad(POOLED_TILES, load);
    return { kernel, constants, tile, perUnit: SHARING, unitsPerWorkgroup: 1, tileKeys: TILE_KEYS };
  }
  const quad = hasQuads(facts) ? pooledQuadShape(vectors, size.blockRows, size.blockKeys) : null;
  if (quad) {
    const constants = { ...quadConstants(quad, vectors), BLOCKS: SHARING };
    const kernel = withLoad(POOLED_QUADS, load);
    return { kernel, constants, tile: quad, perUnit: SHARING, unitsPerWorkgroup: 1, tileKeys: null };
  }
  const one = pooledShape(vectors, facts, size.blockRows, size.blockKeys);
  const perUnit = blocksPerThread(size.blockRows * size.blockKeys);
  const constants = { VECTORS: vectors, WORKGROUP: one.threads, ROWS: one.rows, KEYS: one.keys, BLOCKS: perUnit };
  const kernel = withLoad(POOLED_WEIGHTS, load);
  return { kernel, constants, tile: one, perUnit, unitsPerWorkgroup: one.threads, tileKeys: null };
}

/** A thread's blocks: small ones share what it has read of their rows. */
function blocksPerThread(pairsPerBlock: number): number {
  return pairsPerBlock > 64 ? 1 : 8;
}

/** Blocks across a picture of everything, as far as the usual size of a screen tells. */
const USUAL_BLOCKS = 512;

/** Starts compiling what the first picture will most likely run. */
export function warmPicture(context: GpuContext, problem: ResolvedProblem): void {
  const { queryLength, keyLength } = problem;
  const [blockRows, blockKeys] = [queryLength, keyLength].map((length) => Math.ceil(length / USUAL_BLOCKS));
  const size = { rows: queryLength, blockRows: blockRows!, blockKeys: blockKeys! };
  const { kernel, constants } = pictureKernel(context, problem, size);
  context.pipelines.warm(kernel, constants);
}

/** A view cut for its kernel. */
interface CutPicture {
  readonly rows: AxisPieces;
  readonly columns: AxisPieces;
  readonly picked: PictureKernel;
  /** Rows and columns of blocks in a tile; 1 where blocks are computed one by one. */
  readonly down: number;
  readonly across: number;
  /** Blocks or tiles that are not certainly zero, as `listCells` gives them. */
  readonly cells: Uint32Array;
}

function largestOf({ edges }: AxisPieces): number {
  let largest = 0;
  for (let at = 1; at < edges.length; at++) largest = Math.max(largest, edges[at]! - edges[at - 1]!);
  return largest;
}

function cutPicture(context: GpuContext, problem: ResolvedProblem, view: WeightsView): CutPicture {
  const rows = axisPieces(view.rows, view.height);
  const columns = axisPieces(view.columns, view.width);
  const [blockRows, blockKeys] = [largestOf(rows), largestOf(columns)];
  const picked = pictureKernel(context, problem, { rows: view.rows[1] - view.rows[0], blockRows, blockKeys });
  if (picked.tileKeys === null)
    return { rows, columns, picked, down: 1, across: 1, cells: listCells(problem, rows, columns) };
  const [down, across] = [Math.floor(picked.tile.rows / blockRows), Math.floor(picked.tileKeys / blockKeys)];
  const cells = listCells(problem, tilePieces(rows, down), tilePieces(columns, across));
  return { rows, columns, picked, down, across, cells };
}

/** Edges and list of a cut picture on the device, and the room for its blocks. */
interface PictureBuffers {
  readonly edges: GPUBuffer;
  readonly cells: GPUBuffer;
  readonly pooled: GPUBuffer;
}

async function pictureWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  view: WeightsView,
  { rows, columns, picked, down, across, cells }: CutPicture,
  picture: PictureBuffers,
): Promise<Work> {
  const { queryLength: N, keyLength: M, heads, kvHeads } = problem;
  const plan = planFor(context, problem);
  const { kernel, tile, perUnit, tileKeys } = picked;
  const compiled = await context.pipelines.compile(kernel, picked.constants);
  const kvHead = Math.floor(view.head / (heads / kvHeads));
  const q = bindHeads(buffers.q, [view.head, view.head + 1], N, plan.vectors, plan.storedBytes);
  const k = bindHeads(buffers.k, [kvHead, kvHead + 1], M, plan.vectors, plan.storedBytes);
  const lse = bindRange(buffers.logSumExp, view.head * N * 4, (view.head + 1) * N * 4);
  const blockColumns = columns.edges.length - 1;
  const shared = {
    query_base: q.baseBytes / plan.storedBytes,
    key_base: k.baseBytes / plan.storedBytes,
    row_base: lse.baseBytes / 4,
    key_offset: M - N,
    block_rows: rows.edges.length - 1,
    block_columns: blockColumns,
    ...maskParams(problem),
    is_max: view.pooling === 'max' ? 1 : 0,
    scale: problem.scale * Math.LOG2E,
  };
  const tiled = { ...shared, tile_columns: Math.ceil(blockColumns / across), down, across };
  const keysAtATime = tileKeys ?? largestOf(columns);
  const rowsAtATime = Math.ceil(largestOf(rows) / tile.rows) * tile.rows;
  const cost = perUnit * (keysAtATime + 2) * rowsAtATime * plan.vectors * 8;
  return {
    compiled,
    bindings: [q.binding, k.binding, lse.binding, ...[picture.edges, picture.cells, picture.pooled].map(whole)],
    units: Math.ceil(cells.length / perUnit),
    unitsPerWorkgroup: picked.unitsPerWorkgroup,
    costOf: () => cost,
    params: (start, end) => {
      const [first, last] = [start * perUnit, Math.min(cells.length, end * perUnit)];
      if (tileKeys === null) return packParams(POOLED_WEIGHTS_PARAMS, { ...shared, cell_start: first, cell_end: last });
      return packParams(POOLED_TILES_PARAMS, { ...tiled, tile_start: first, tile_end: last });
    },
  };
}

const whole = (buffer: GPUBuffer): GPUBufferBinding => ({ buffer });

function joinEdges(rows: AxisPieces, columns: AxisPieces): Uint32Array {
  const edges = new Uint32Array(rows.edges.length + columns.edges.length);
  edges.set(rows.edges);
  edges.set(columns.edges, rows.edges.length);
  return edges;
}

/** Pooled weights of a view, from a filled log-sum-exp. Cost grows with the visible part of the view. */
export async function pooledWeights(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  view: WeightsView,
  control: RunControl,
): Promise<{ values: Float32Array; timing: PhaseTiming }> {
  const { open, pipelines, slices } = context;
  const cut = cutPicture(context, problem, view);
  const { rows, columns, cells } = cut;
  const pieces = (rows.edges.length - 1) * (columns.edges.length - 1);
  if (cells.length === 0) return { values: new Float32Array(view.height * view.width), timing: {} };
  const owned = await allBuffers([
    uploadBuffer(open, 'pooled-weights.edges', joinEdges(rows, columns)),
    uploadBuffer(open, 'pooled-weights.cells', cells),
    // Fresh storage is zero: blocks that are not listed stay so.
    createBuffer(open, 'pooled-weights.pooled', pieces * 4),
  ]);
  try {
    const [edges, listed, pooled] = owned as [GPUBuffer, GPUBuffer, GPUBuffer];
    pipelines.takeCompileMs();
    const work = await pictureWork(context, problem, buffers, view, cut, { edges, cells: listed, pooled });
    const compile = pipelines.takeCompileMs();
    const parts = [{ buffer: pooled, byteLength: pieces * 4 }];
    const { kernelMs, read, readbackMs } = await slices.run([work], control, parts);
    const values = foldCells(read[0]!, rows, columns, view);
    const timing: PhaseTiming = readbackMs === undefined ? {} : { readback: readbackMs };
    if (kernelMs !== undefined)
      Object.assign(timing, { kernel: kernelMs, timerResolution: slices.timerResolutionMs() });
    if (compile > 0) timing.compile = compile;
    return { values, timing };
  } finally {
    for (const buffer of owned) buffer.destroy();
  }
}
