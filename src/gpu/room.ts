// Judges before any allocation whether a device can hold a problem, and says which length it could. Pure numbers.
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { paddedColumns } from './buffers.ts';
import { STORED_BYTES } from './kernels/load.ts';
import { BINDING_ALIGNMENT, type PlanLimits } from './plan.ts';

/** All of a problem's tensors together; WebGPU does not tell how much memory there is. */
const TOTAL_BYTES = 2 * 2 ** 30;

/** Bytes on the device per row of a query or key axis that is `queries` and `keys` long for a `longest` of 1. */
function totalBytesPerStep(problem: ResolvedProblem, longest: number): number {
  const rowBytes = paddedColumns(problem.headDim) * 4;
  const queryShare = problem.queryLength / longest;
  const keyShare = problem.keyLength / longest;
  const stored = rowBytes * (STORED_BYTES[problem.storage] / 16);
  // Q and the output; the log-sum-exp and four statistics; K and V.
  return problem.heads * queryShare * (stored + rowBytes + 20) + problem.kvHeads * keyShare * 2 * stored;
}

/** Throws `too-large`, with the longest sequence of these proportions that would fit. */
export function requireRoom(problem: ResolvedProblem, limits: PlanLimits): void {
  const longest = Math.max(problem.queryLength, problem.keyLength);
  const rowBytes = paddedColumns(problem.headDim) * 4;
  const perStep = totalBytesPerStep(problem, longest);
  const largestLength = Math.floor(
    Math.min(
      limits.maxBufferSize / (rowBytes * problem.heads),
      (limits.maxStorageBufferBindingSize - BINDING_ALIGNMENT) / rowBytes,
      // A row's statistics.
      limits.maxStorageBufferBindingSize / (16 * problem.heads),
      TOTAL_BYTES / perStep,
    ),
  );
  if (longest <= largestLength) return;
  throw new AttentionError('too-large', {
    field: longest === problem.queryLength ? 'queryLength' : 'keyLength',
    value: longest,
    allowed: `at most ${largestLength} with ${problem.heads} heads of ${problem.headDim} on this GPU`,
    numbers: {
      neededBytes: Math.ceil(longest * perStep),
      availableBytes: TOTAL_BYTES,
      largestLength,
    },
  });
}
