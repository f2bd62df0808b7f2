// From a problem and a device's limits to what is bound and dispatched: variant, workgroup size, head groups. Pure numbers.
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { paddedColumns } from './buffers.ts';
import type { KernelChoice } from './context.ts';

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
  /** Threads per workgroup of the kernels that give four rows to a thread. */
  readonly rowThreads: number;
  /** vec4s of a row that are written out one by one in the shader's text. */
  readonly unroll: number;
  readonly headGroups: readonly HeadGroup[];
}

/** Bindings start at multiples of this many bytes, so a group may have to bind up to as many more. */
export const BINDING_ALIGNMENT = 256;
/** Small workgroups make small slices, which a CPU adapter needs; a GPU wants whole subgroups. */
const SOFTWARE_ROW_THREADS = 8;
const HARDWARE_ROW_THREADS = 64;
/** Unrolled rows run five times faster on a CPU adapter, but its compiler takes seconds beyond this many vec4s. */
const SOFTWARE_LARGEST_UNROLL = 32;

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

export function planAttention(
  problem: ResolvedProblem,
  limits: PlanLimits,
  isSoftware: boolean,
  choice: KernelChoice,
): AttentionPlan {
  const vectors = paddedColumns(problem.headDim) / 4;
  return {
    variant: choice === 'auto' ? 'flash-rows' : choice,
    vectors,
    unroll: isSoftware && vectors > SOFTWARE_LARGEST_UNROLL ? 1 : vectors,
    rowThreads: isSoftware ? SOFTWARE_ROW_THREADS : HARDWARE_ROW_THREADS,
    headGroups: headGroups(problem, limits),
  };
}

/** Throws `too-large`, with the longest sequence that would fit, when a tensor fits no buffer or a head no binding. */
export function requireRoom(problem: ResolvedProblem, limits: PlanLimits): void {
  const longest = Math.max(problem.queryLength, problem.keyLength);
  const rowBytes = paddedColumns(problem.headDim) * 4;
  const heads = Math.max(problem.heads, problem.kvHeads);
  const perTensor = Math.floor(limits.maxBufferSize / (rowBytes * heads));
  const perBinding = Math.floor((limits.maxStorageBufferBindingSize - BINDING_ALIGNMENT) / rowBytes);
  // The log-sum-exp [H, N] is bound whole.
  const perRows = Math.floor(limits.maxStorageBufferBindingSize / (8 * problem.heads));
  const largestLength = Math.min(perTensor, perBinding, perRows);
  if (longest <= largestLength) return;
  throw new AttentionError('too-large', {
    field: longest === problem.queryLength ? 'queryLength' : 'keyLength',
    value: longest,
    allowed: `at most ${largestLength} with ${problem.heads} heads of ${problem.headDim} on this GPU`,
    numbers: {
      neededBytes: longest * rowBytes * heads,
      availableBytes: limits.maxBufferSize,
      largestLength,
    },
  });
}
