// One weights view on the device: lists the blocks, runs the kernel over them, folds the pieces.
import type { PhaseTiming, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { loadOf, planFor, type AttentionBuffers } from './attention-work.ts';
import { createBuffer, uploadBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { quadConstants } from './kernels/flash-quads.ts';
import type { Kernel } from './kernels/kernel.ts';
import { withLoad } from './kernels/load.ts';
import { POOLED_QUADS } from './kernels/pooled-quads.ts';
import { POOLED_WEIGHTS, POOLED_WEIGHTS_PARAMS } from './kernels/pooled-weights.ts';
import { maskParams } from './mask-params.ts';
import { packParams } from './params.ts';
import { hasQuads } from './plan.ts';
import { axisPieces, foldCells, listCells, type AxisPieces } from './pooled-cells.ts';
import { bindHeads, bindRange } from './row-walk-work.ts';
import type { Work } from './slices.ts';
import type { Constants } from './specialise.ts';
import { pooledQuadShape, pooledShape, type TileShape } from './tile-shapes.ts';

interface PictureBuffers {
  readonly edges: GPUBuffer;
  readonly cells: GPUBuffer;
  readonly pooled: GPUBuffer;
}

/** How the blocks of a picture are computed. */
interface PictureKernel {
  readonly kernel: Kernel<typeof POOLED_WEIGHTS_PARAMS>;
  readonly constants: Constants;
  readonly tile: TileShape;
  /** Blocks of a unit of work. */
  readonly blocks: number;
  readonly unitsPerWorkgroup: number;
}

function pictureKernel(
  context: GpuContext,
  problem: ResolvedProblem,
  blockRows: number,
  blockKeys: number,
): PictureKernel {
  const { facts } = context.open;
  const { vectors } = planFor(context, problem);
  const quad = hasQuads(facts) ? pooledQuadShape(vectors, blockRows, blockKeys) : null;
  // Reading its rows costs a quad as much as the keys of a block of 32.
  const blocks = quad ? 8 : blocksPerThread(blockRows * blockKeys);
  const tile = quad ?? pooledShape(vectors, facts.isSoftware, blockRows, blockKeys);
  const constants: Constants = quad
    ? { ...quadConstants(tile, vectors), BLOCKS: blocks }
    : { VECTORS: vectors, WORKGROUP: tile.threads, ROWS: tile.rows, KEYS: tile.keys, BLOCKS: blocks };
  const kernel = withLoad(quad ? POOLED_QUADS : POOLED_WEIGHTS, loadOf(problem));
  return { kernel, constants, tile, blocks, unitsPerWorkgroup: quad ? 1 : tile.threads };
}

/** A thread's blocks: small ones share what it has read of their rows. */
function blocksPerThread(pairsPerBlock: number): number {
  return pairsPerBlock > 64 ? 1 : 8;
}

/** Blocks across a picture of everything, as far as the usual size of a screen tells. */
const USUAL_BLOCKS = 512;

/** Starts compiling what the first picture will most likely run. */
export function warmPicture(context: GpuContext, problem: ResolvedProblem): void {
  const [rows, keys] = [problem.queryLength, problem.keyLength].map((length) => Math.ceil(length / USUAL_BLOCKS));
  const { kernel, constants } = pictureKernel(context, problem, rows!, keys!);
  context.pipelines.warm(kernel, constants);
}

async function pictureWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  view: WeightsView,
  rows: AxisPieces,
  columns: AxisPieces,
  cells: Uint32Array,
  picture: PictureBuffers,
): Promise<Work> {
  const { queryLength: N, keyLength: M, heads, kvHeads } = problem;
  const plan = planFor(context, problem);
  const [blockRows, blockColumns] = [rows.edges.length - 1, columns.edges.length - 1];
  const largestRows = Math.ceil((view.rows[1] - view.rows[0]) / blockRows);
  const largestKeys = Math.ceil((view.columns[1] - view.columns[0]) / blockColumns);
  const picked = pictureKernel(context, problem, largestRows, largestKeys);
  const { tile, blocks } = picked;
  const compiled = await context.pipelines.compile(picked.kernel, picked.constants);
  const kvHead = Math.floor(view.head / (heads / kvHeads));
  const q = bindHeads(buffers.q, [view.head, view.head + 1], N, plan.vectors, plan.storedBytes);
  const k = bindHeads(buffers.k, [kvHead, kvHead + 1], M, plan.vectors, plan.storedBytes);
  const lse = bindRange(buffers.logSumExp, view.head * N * 4, (view.head + 1) * N * 4);
  const cost = blocks * (largestKeys + 2) * Math.ceil(largestRows / tile.rows) * tile.rows * plan.vectors * 8;
  const shared = {
    query_base: q.baseBytes / plan.storedBytes,
    key_base: k.baseBytes / plan.storedBytes,
    row_base: lse.baseBytes / 4,
    key_offset: M - N,
    block_rows: blockRows,
    block_columns: blockColumns,
    ...maskParams(problem),
    is_max: view.pooling === 'max' ? 1 : 0,
    scale: problem.scale * Math.LOG2E,
  };
  return {
    compiled,
    bindings: [
      q.binding,
      k.binding,
      lse.binding,
      { buffer: picture.edges },
      { buffer: picture.cells },
      { buffer: picture.pooled },
    ],
    units: Math.ceil(cells.length / blocks),
    unitsPerWorkgroup: picked.unitsPerWorkgroup,
    costOf: () => cost,
    params: (start, end) => {
      const range = { cell_start: start * blocks, cell_end: Math.min(cells.length, end * blocks) };
      return packParams(POOLED_WEIGHTS_PARAMS, { ...shared, ...range });
    },
  };
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
  const rows = axisPieces(view.rows, view.height);
  const columns = axisPieces(view.columns, view.width);
  const cells = listCells(problem, rows, columns);
  const pieces = (rows.edges.length - 1) * (columns.edges.length - 1);
  if (cells.length === 0) return { values: new Float32Array(view.height * view.width), timing: {} };
  const edges = new Uint32Array(rows.edges.length + columns.edges.length);
  edges.set(rows.edges);
  edges.set(columns.edges, rows.edges.length);
  const owned: GPUBuffer[] = [];
  const own = async (made: Promise<GPUBuffer>) => {
    const buffer = await made;
    owned.push(buffer);
    return buffer;
  };
  try {
    const picture = {
      edges: await own(uploadBuffer(open, 'pooled-weights.edges', edges)),
      cells: await own(uploadBuffer(open, 'pooled-weights.cells', cells)),
      // Fresh storage is zero: blocks that are not listed stay so.
      pooled: await own(createBuffer(open, 'pooled-weights.pooled', pieces * 4)),
    };
    pipelines.takeCompileMs();
    const work = await pictureWork(context, problem, buffers, view, rows, columns, cells, picture);
    const compile = pipelines.takeCompileMs();
    const parts = [{ buffer: picture.pooled, byteLength: pieces * 4 }];
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
