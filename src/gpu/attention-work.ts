// The work of one attention problem on buffers that already lie on the device, by the plan's variant.
// Called by `prepared.ts` and `operations.ts`; owns no tensor.
import type { ResolvedProblem } from '../contract/problem.ts';
import { allBuffers, createBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { FLASH_ROWS } from './kernels/flash-rows.ts';
import { FLASH_QUADS, quadConstants } from './kernels/flash-quads.ts';
import { FLASH_PANELS } from './kernels/flash-panels.ts';
import { flashTiles } from './kernels/flash-tiles.ts';
import type { Kernel } from './kernels/kernel.ts';
import { withLoad, type Load } from './kernels/load.ts';
import { MERGE_SPLITS, MERGE_SPLITS_PARAMS } from './kernels/merge-splits.ts';
import { ROW_STATISTICS } from './kernels/row-statistics.ts';
import { SPLIT_KEYS } from './kernels/split-keys.ts';
import { materialisedWork } from './materialised-work.ts';
import { panelConstants } from './panel-tiles.ts';
import { planAttention, type AttentionPlan, type HeadGroup, type KernelPlan } from './plan.ts';
import { packParams } from './params.ts';
import { bindHeads, bindRange, rowWalkWork, type GroupBindings } from './row-walk-work.ts';
import type { Work } from './slices.ts';
import type { Constants } from './specialise.ts';
import { tileConstants } from './shared-tiles.ts';

/** Q `[H, N, D]`, K and V `[G, M, D]` as the problem stores them, output `[H, N, D]`, rows padded to whole vec4s; log-sum-exp `[H, N]`, base 2. */
export interface AttentionBuffers {
  readonly q: GPUBuffer;
  readonly k: GPUBuffer;
  readonly v: GPUBuffer;
  readonly output: GPUBuffer;
  readonly logSumExp: GPUBuffer;
}

export function planFor({ open, plans }: GpuContext, problem: ResolvedProblem): AttentionPlan {
  return planAttention(problem, open.facts, plans.planFor(problem));
}

/** How kernels that have no plan of their own read Q, K and V. */
export function loadOf(problem: ResolvedProblem): Load {
  return problem.storage;
}

function bindInputs(problem: ResolvedProblem, plan: AttentionPlan, buffers: AttentionBuffers, group: HeadGroup) {
  const { queryLength: N, keyLength: M } = problem;
  const { vectors, storedBytes } = plan;
  const heads = [group.headStart, group.headEnd] as const;
  const kvHeads = [group.kvHeadStart, group.kvHeadEnd] as const;
  return {
    q: bindHeads(buffers.q, heads, N, vectors, storedBytes),
    k: bindHeads(buffers.k, kvHeads, M, vectors, storedBytes),
    v: bindHeads(buffers.v, kvHeads, M, vectors, storedBytes),
    output: bindHeads(buffers.output, heads, N, vectors),
    logSumExp: bindRange(buffers.logSumExp, heads[0] * N * 4, heads[1] * N * 4),
  };
}

/** Work and the scratch memory it needs while it runs. */
export interface AttentionWork {
  readonly works: readonly Work[];
  dispose(): void;
}

/** Scratch buffers of these lengths, freed together; none is left when making one of them or `act` fails. */
export async function withScratch(
  context: GpuContext,
  byteLengths: readonly number[],
  act: (...buffers: GPUBuffer[]) => Promise<Work[]>,
): Promise<AttentionWork> {
  const made = await allBuffers(byteLengths.map((bytes) => createBuffer(context.open, 'attention.scratch', bytes)));
  const dispose = () => made.forEach((buffer) => buffer.destroy());
  try {
    return { works: await act(...made), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/**
 * Attention by the plan in use, or a given one: fills `output` and `logSumExp`, of `heads` only where the kernel is a flash kernel and
 * they are given. The caller disposes when the work is done.
 */
export async function attentionWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  chosen: KernelPlan = context.plans.planFor(problem),
  heads: readonly HeadGroup[] | null = null,
): Promise<AttentionWork> {
  const whole = planAttention(problem, context.open.facts, chosen);
  const plan = heads ? { ...whole, headGroups: heads } : whole;
  const { kernel } = plan.kernel;
  if (kernel === 'materialised') return materialisedWork(context, problem, buffers);
  if (plan.kernel.splits > 1) return splitWork(context, problem, plan, buffers);
  const rows = problem.heads * problem.queryLength;
  // Rows' totals are carried from one dispatch to the next.
  return withScratch(context, [rows * 4], (totals) => flashWork(context, problem, plan, buffers, totals!));
}

/** The kernel of a plan, as it reads its tensors, and its constants. */
function flashKernel({
  vectors,
  kernel: { kernel, tile, load, splits, shared, usesSubgroups, panel },
}: AttentionPlan): [Kernel, Constants] {
  const { rows, keys, threads } = tile;
  const common = { VECTORS: vectors, ROWS: rows, KEYS: keys };
  if (kernel === 'flash-rows') return [withLoad(FLASH_ROWS, load), { ...common, WORKGROUP: threads }];
  if (kernel === 'flash-quads') return [withLoad(FLASH_QUADS, load), { ...quadConstants(tile, vectors), TOPS: 0 }];
  if (kernel === 'split-keys') return [withLoad(SPLIT_KEYS, load), { ...common, WORKGROUP: threads }];
  if (kernel === 'flash-panels') return [withLoad(FLASH_PANELS, load), panelConstants(panel!, vectors, splits > 1)];
  return [flashTiles(load, usesSubgroups ?? false), tileConstants(shared!, vectors)];
}

/** Starts compiling what `attentionWork` will run, while tensors are still on their way. */
export function warmAttention(context: GpuContext, problem: ResolvedProblem): void {
  const plan = planFor(context, problem);
  if (plan.kernel.kernel !== 'materialised') context.pipelines.warm(...flashKernel(plan));
}

async function flashWork(
  context: GpuContext,
  problem: ResolvedProblem,
  plan: AttentionPlan,
  buffers: AttentionBuffers,
  totals: GPUBuffer,
): Promise<Work[]> {
  const compiled = await context.pipelines.compile(...flashKernel(plan));
  return rowWalkWork(problem, plan, plan.kernel.tile, compiled, (group) =>
    bindFlash(problem, plan, buffers, totals, group),
  );
}

/** What the flash kernels bind first, all of a head group. */
export function bindFlash(
  problem: ResolvedProblem,
  plan: AttentionPlan,
  buffers: AttentionBuffers,
  totals: GPUBuffer,
  group: HeadGroup,
): GroupBindings {
  const bound = bindInputs(problem, plan, buffers, group);
  const ranges = [bound.q, bound.k, bound.v, bound.output, bound.logSumExp];
  // The same rows as the log-sum-exp's, so their base is the same.
  const N = problem.queryLength;
  ranges.push(bindRange(totals, group.headStart * N * 4, group.headEnd * N * 4));
  return {
    bindings: ranges.map(({ binding }) => binding),
    queryBase: bound.q.baseBytes / plan.storedBytes,
    keyBase: bound.k.baseBytes / plan.storedBytes,
    outputBase: bound.output.baseBytes / 16,
    rowBase: bound.logSumExp.baseBytes / 4,
  };
}

const MERGE_WORKGROUP = 16;

/** Parts of the keys side by side, then merged. One head group: its plan is a candidate only then. */
function splitWork(
  context: GpuContext,
  problem: ResolvedProblem,
  plan: AttentionPlan,
  buffers: AttentionBuffers,
): Promise<AttentionWork> {
  const { vectors, storedBytes, kernel } = plan;
  const rows = problem.heads * problem.queryLength;
  const parts = kernel.splits;
  return withScratch(context, [parts * rows * vectors * 16, parts * rows * 4, parts * rows * 4], async (...scratch) => {
    const [sums, maxima, partTotals] = scratch as [GPUBuffer, GPUBuffer, GPUBuffer];
    const compiled = await context.pipelines.compile(...flashKernel(plan));
    const merge: Kernel<typeof MERGE_SPLITS_PARAMS> = MERGE_SPLITS;
    const merged = await context.pipelines.compile(merge, { VECTORS: vectors, WORKGROUP: MERGE_WORKGROUP });
    const walks = rowWalkWork(problem, plan, kernel.tile, compiled, (group): GroupBindings => {
      const { q, k, v } = bindInputs(problem, plan, buffers, group);
      return {
        bindings: [q.binding, k.binding, v.binding, { buffer: sums }, { buffer: maxima }, { buffer: partTotals }],
        queryBase: q.baseBytes / storedBytes,
        keyBase: k.baseBytes / storedBytes,
        outputBase: 0,
        rowBase: rows,
      };
    });
    const last: Work = {
      compiled: merged,
      bindings: [sums, maxima, partTotals, buffers.output, buffers.logSumExp].map((buffer) => ({ buffer })),
      units: rows * vectors,
      unitsPerWorkgroup: MERGE_WORKGROUP,
      costOf: () => 16 * parts,
      params: (start, end) => packParams(MERGE_SPLITS_PARAMS, { rows, parts, unit_start: start, unit_end: end }),
    };
    return [...walks, last];
  });
}

/** Row statistics from Q, K and a filled `logSumExp` into `statistics` `[H, N]`, four numbers each. */
export async function statisticsWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  statistics: GPUBuffer,
): Promise<Work[]> {
  const plan = planFor(context, problem);
  const { rows, threads } = plan.scoreTile;
  const constants = { VECTORS: plan.vectors, ROWS: rows, WORKGROUP: threads };
  const compiled = await context.pipelines.compile(withLoad(ROW_STATISTICS, loadOf(problem)), constants);
  const N = problem.queryLength;
  return rowWalkWork(problem, plan, plan.scoreTile, compiled, (group): GroupBindings => {
    const bound = bindInputs(problem, plan, buffers, group);
    const told = bindRange(statistics, group.headStart * N * 16, group.headEnd * N * 16);
    return {
      bindings: [bound.q, bound.k, bound.logSumExp, told].map(({ binding }) => binding),
      queryBase: bound.q.baseBytes / plan.storedBytes,
      keyBase: bound.k.baseBytes / plan.storedBytes,
      outputBase: told.baseBytes / 16,
      rowBase: bound.logSumExp.baseBytes / 4,
    };
  });
}
