// Attention in three passes that store every score: the honest baseline, and the way to dense weights of short texts.
// Scores live in scratch memory, some rows of one head at a time.
import type { ResolvedProblem } from '../contract/problem.ts';
import type { AttentionBuffers } from './attention-work.ts';
import { createBuffer, paddedColumns } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { STORED_BYTES, withLoad } from './kernels/load.ts';
import { SCORES, SCORES_PARAMS } from './kernels/scores.ts';
import { SOFTMAX_ROWS, SOFTMAX_ROWS_PARAMS } from './kernels/softmax-rows.ts';
import { WEIGHTED_SUM, WEIGHTED_SUM_PARAMS } from './kernels/weighted-sum.ts';
import { maskParams } from './mask-params.ts';
import { packParams } from './params.ts';
import { bindHeads, bindRange } from './row-walk-work.ts';
import type { Work } from './slices.ts';

const SCRATCH_BYTES = 32 * 2 ** 20;
export const WORKGROUP = 16;

/** Rows [start, end) of one head, and where their scores begin in the scores buffer, in vec4s. */
interface Chunk {
  readonly head: number;
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly scoreBase: number;
}

export interface Materialised {
  readonly works: Work[];
  dispose(): void;
}

async function scoresWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: Pick<AttentionBuffers, 'q' | 'k' | 'logSumExp'>,
  scores: GPUBuffer,
  { head, rowStart, rowEnd, scoreBase }: Chunk,
): Promise<Work[]> {
  const { queryLength: N, keyLength: M, heads, kvHeads } = problem;
  const vectors = paddedColumns(problem.headDim) / 4;
  const kvHead = Math.floor(head / (heads / kvHeads));
  const storedBytes = STORED_BYTES[problem.storage];
  const q = bindHeads(buffers.q, [head, head + 1], N, vectors, storedBytes);
  const k = bindHeads(buffers.k, [kvHead, kvHead + 1], M, vectors, storedBytes);
  const keyVectors = paddedColumns(M) / 4;
  const rows = rowEnd - rowStart;
  const scoresShared = {
    query_base: q.baseBytes / storedBytes,
    key_base: k.baseBytes / storedBytes,
    row_start: rowStart,
    row_end: rowEnd,
    key_count: M,
    key_vectors: keyVectors,
    score_base: scoreBase,
    key_offset: M - N,
    ...maskParams(problem),
    scale: problem.scale * Math.LOG2E,
  };
  const lse = bindRange(buffers.logSumExp, (head * N + rowStart) * 4, (head * N + rowEnd) * 4);
  const softmaxShared = { key_vectors: keyVectors, score_base: scoreBase, row_base: lse.baseBytes / 4 };
  return [
    {
      compiled: await context.pipelines.compile(withLoad(SCORES, problem.storage), { VECTORS: vectors, WORKGROUP }),
      bindings: [q.binding, k.binding, { buffer: scores }],
      units: Math.ceil(rows / 4) * keyVectors,
      unitsPerWorkgroup: WORKGROUP,
      costOf: () => 64 * vectors + 64,
      params: (start, end) => packParams(SCORES_PARAMS, { ...scoresShared, unit_start: start, unit_end: end }),
    },
    {
      compiled: await context.pipelines.compile(SOFTMAX_ROWS, { WORKGROUP }),
      bindings: [{ buffer: scores }, lse.binding],
      units: rows,
      unitsPerWorkgroup: WORKGROUP,
      costOf: () => 16 * M,
      params: (start, end) => packParams(SOFTMAX_ROWS_PARAMS, { ...softmaxShared, unit_start: start, unit_end: end }),
    },
  ];
}

async function weightedSumWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
  scores: GPUBuffer,
  { head, rowStart, rowEnd, scoreBase }: Chunk,
): Promise<Work> {
  const { queryLength: N, keyLength: M, heads, kvHeads } = problem;
  const vectors = paddedColumns(problem.headDim) / 4;
  const kvHead = Math.floor(head / (heads / kvHeads));
  const storedBytes = STORED_BYTES[problem.storage];
  const v = bindHeads(buffers.v, [kvHead, kvHead + 1], M, vectors, storedBytes);
  const rowBytes = vectors * 16;
  const output = bindRange(buffers.output, (head * N + rowStart) * rowBytes, (head * N + rowEnd) * rowBytes);
  const shared = {
    score_base: scoreBase,
    value_base: v.baseBytes / storedBytes,
    output_base: output.baseBytes / 16,
    rows: rowEnd - rowStart,
    key_count: M,
    key_vectors: paddedColumns(M) / 4,
  };
  return {
    compiled: await context.pipelines.compile(withLoad(WEIGHTED_SUM, problem.storage), { VECTORS: vectors, WORKGROUP }),
    bindings: [{ buffer: scores }, v.binding, output.binding],
    units: Math.ceil(shared.rows / 4) * vectors,
    unitsPerWorkgroup: WORKGROUP,
    costOf: () => 16 * M,
    params: (start, end) => packParams(WEIGHTED_SUM_PARAMS, { ...shared, unit_start: start, unit_end: end }),
  };
}

/** Attention with every score stored: fills `output` and `logSumExp`. The caller disposes when the work is done. */
export async function materialisedWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: AttentionBuffers,
): Promise<Materialised> {
  const { heads, queryLength: N, keyLength: M } = problem;
  const rowBytes = paddedColumns(M) * 4;
  const chunkRows = Math.min(N, Math.max(4, Math.floor(SCRATCH_BYTES / rowBytes / 4) * 4));
  const scores = await createBuffer(context.open, 'materialised.scores', chunkRows * rowBytes);
  const works: Work[] = [];
  for (let head = 0; head < heads; head++)
    for (let rowStart = 0; rowStart < N; rowStart += chunkRows) {
      const chunk = { head, rowStart, rowEnd: Math.min(N, rowStart + chunkRows), scoreBase: 0 };
      works.push(...(await scoresWork(context, problem, buffers, scores, chunk)));
      works.push(await weightedSumWork(context, problem, buffers, scores, chunk));
    }
  return { works, dispose: () => scores.destroy() };
}

/** All weights `[H · N, M]`, rows padded to whole vec4s, and the log-sum-exp. */
export async function denseWeightsWork(
  context: GpuContext,
  problem: ResolvedProblem,
  buffers: Pick<AttentionBuffers, 'q' | 'k' | 'logSumExp'>,
  weights: GPUBuffer,
): Promise<Work[]> {
  const { heads, queryLength: N, keyLength: M } = problem;
  const works: Work[] = [];
  for (let head = 0; head < heads; head++) {
    const chunk = { head, rowStart: 0, rowEnd: N, scoreBase: (head * N * paddedColumns(M)) / 4 };
    works.push(...(await scoresWork(context, problem, buffers, weights, chunk)));
  }
  return works;
}
