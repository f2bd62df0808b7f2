// The work of one attention problem on buffers that already lie on the device, by the plan's variant.
// Called by `prepared.ts` and `operations.ts`; owns no tensor.
import type { ResolvedProblem } from '../contract/problem.ts';
import { createBuffer } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { FLASH_ROWS } from './kernels/flash-rows.ts';
import { FLASH_TILES } from './kernels/flash-tiles.ts';
import type { Kernel } from './kernels/kernel.ts';
import { ROW_STATISTICS } from './kernels/row-statistics.ts';
import { materialisedWork } from './materialised-work.ts';
import { planAttention, type AttentionPlan, type HeadGroup } from './plan.ts';
import { bindHeads, bindRange, rowWalkWork, type GroupBindings } from './row-walk-work.ts';
import type { Work } from './slices.ts';
import type { Constants } from './specialise.ts';
import { TILE_EDGE } from './tile-shapes.ts';

/** Q `[H, N, D]`, K and V `[G, M, D]`, output `[H, N, D]`, rows padded to whole vec4s; log-sum-exp `[H, N]`, base 2. */
export interface AttentionBuffers {
  readonly q: GPUBuffer;
  readonly k: GPUBuffer;
  readonly v: GPUBuffer;
  readonly output: GPUBuffer;
  readonly logSumExp: GPUBuffer;
}

export function planFor(context: GpuContext, problem: ResolvedProblem): AttentionPlan {
  const { open, kernelChoice } = context;
  return planAttention(problem, open.device.limits, open.isSoftware, kernelChoice);
}

function bindInputs(problem: ResolvedProblem, plan: AttentionPlan, buffers: AttentionBuffers, group: HeadGroup) {
  const { queryLength: N, keyLength: M } = problem;
  const heads = [group.headStart, group.headEnd] as const;
  const kvHeads = [group.kvHeadStart, group.kvHeadEnd] as const;
  return {
    q: bindHeads(buffers.q, heads, N, plan.vectors),
    k: bindHeads(buffers.k, kvHeads, M, plan.vectors),
    v: bindHeads(buffers.v, kvHeads, M, plan.vectors),
    output: bindHeads(buffers.output, heads, N, plan.vectors),
    logSumExp: bindRange(buffers.logSumExp, heads[0] * N * 4, heads[1] * N * 4),
  };
}

/** Work and the scratch memory it needs while it runs. */
export interface AttentionWork {
  readonly works: readonly Work[];
  dispose(): void;
}

/** Attention by the plan's variant: fills `output` and `logSumExp`. The caller disposes when the work is done. */
export async function attentionWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
): Promise<AttentionWork> {
  const plan = planFor(context, problem);
  if (plan.variant === 'materialised') return materialisedWork(context, problem, buffers);
  if (plan.variant === 'flash-tiles')
    return { works: await flashWork(context, problem, plan, buffers, null), dispose: () => undefined };
  const totals = await createBuffer(context.open, 'flash-rows.totals', problem.heads * problem.queryLength * 4);
  try {
    return { works: await flashWork(context, problem, plan, buffers, totals), dispose: () => totals.destroy() };
  } catch (error) {
    totals.destroy();
    throw error;
  }
}

/** The kernel of the plan's variant and its constants. */
function flashKernel({ vectors, tile, variant }: AttentionPlan): [Kernel, Constants] {
  const { rows, keys, threads } = tile;
  const common = { VECTORS: vectors, ROWS: rows, KEYS: keys };
  if (variant === 'flash-rows') return [FLASH_ROWS, { ...common, WORKGROUP: threads }];
  const columns = Math.ceil(vectors / TILE_EDGE);
  return [FLASH_TILES, { ...common, OWN_ROWS: rows / TILE_EDGE, OWN_KEYS: keys / TILE_EDGE, OWN_COLUMNS: columns }];
}

/** Starts compiling what `attentionWork` will run, while tensors are still on their way. */
export function warmAttention(context: GpuContext, problem: ResolvedProblem): void {
  const plan = planFor(context, problem);
  if (plan.variant !== 'materialised') context.pipelines.warm(...flashKernel(plan));
}

async function flashWork(
  context: GpuContext,
  problem: ResolvedProblem,
  plan: AttentionPlan,
  buffers: AttentionBuffers,
  totals: GPUBuffer | null,
): Promise<Work[]> {
  const compiled = await context.pipelines.compile(...flashKernel(plan));
  return rowWalkWork(problem, plan, plan.tile, compiled, (group): GroupBindings => {
    const bound = bindInputs(problem, plan, buffers, group);
    const ranges = [bound.q, bound.k, bound.v, bound.output, bound.logSumExp];
    // The same rows as the log-sum-exp's, so their base is the same.
    const N = problem.queryLength;
    if (totals) ranges.push(bindRange(totals, group.headStart * N * 4, group.headEnd * N * 4));
    return {
      bindings: ranges.map(({ binding }) => binding),
      queryBase: bound.q.baseBytes / 16,
      keyBase: bound.k.baseBytes / 16,
      outputBase: bound.output.baseBytes / 16,
      rowBase: bound.logSumExp.baseBytes / 4,
    };
  });
}

/** Row statistics from Q, K and a filled `logSumExp` into `statistics` `[H, N]` pairs. */
export async function statisticsWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  statistics: GPUBuffer,
): Promise<Work[]> {
  const plan = planFor(context, problem);
  const { rows, threads } = plan.scoreTile;
  const constants = { VECTORS: plan.vectors, ROWS: rows, WORKGROUP: threads };
  const compiled = await context.pipelines.compile(ROW_STATISTICS, constants);
  const N = problem.queryLength;
  return rowWalkWork(problem, plan, plan.scoreTile, compiled, (group): GroupBindings => {
    const bound = bindInputs(problem, plan, buffers, group);
    const pairs = bindRange(statistics, group.headStart * N * 8, group.headEnd * N * 8);
    return {
      bindings: [bound.q, bound.k, bound.logSumExp, pairs].map(({ binding }) => binding),
      queryBase: bound.q.baseBytes / 16,
      keyBase: bound.k.baseBytes / 16,
      outputBase: pairs.baseBytes / 8,
      rowBase: bound.logSumExp.baseBytes / 4,
    };
  });
}
