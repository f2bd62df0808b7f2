// The work of one attention problem on buffers that already lie on the device, by the plan's variant.
// Called by `prepared.ts` and `operations.ts`; owns no tensor.
import type { ResolvedProblem } from '../contract/problem.ts';
import type { GpuContext } from './context.ts';
import { FLASH_ROWS } from './kernels/flash-rows.ts';
import { ROW_STATISTICS } from './kernels/row-statistics.ts';
import { materialisedWork } from './materialised-work.ts';
import { planAttention, type AttentionPlan, type HeadGroup } from './plan.ts';
import { bindHeads, bindRange, rowWalkWork, type GroupBindings } from './row-walk-work.ts';
import type { Work } from './slices.ts';

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
  return { works: await flashRowsWork(context, problem, plan, buffers), dispose: () => undefined };
}

async function flashRowsWork(
  context: GpuContext,
  problem: ResolvedProblem,
  plan: AttentionPlan,
  buffers: AttentionBuffers,
): Promise<Work[]> {
  const compiled = await context.pipelines.compile(FLASH_ROWS, {
    VECTORS: plan.vectors,
    WORKGROUP: plan.rowThreads,
    UNROLL: plan.unroll,
  });
  return rowWalkWork(problem, plan, compiled, (group): GroupBindings => {
    const bound = bindInputs(problem, plan, buffers, group);
    return {
      bindings: [bound.q, bound.k, bound.v, bound.output, bound.logSumExp].map(({ binding }) => binding),
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
  const constants = { VECTORS: plan.vectors, WORKGROUP: plan.rowThreads, UNROLL: plan.unroll };
  const compiled = await context.pipelines.compile(ROW_STATISTICS, constants);
  const N = problem.queryLength;
  return rowWalkWork(problem, plan, compiled, (group): GroupBindings => {
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
