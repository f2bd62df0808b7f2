// One problem on resident tensors: runs it, reads it, pictures its weights, sums up its rows. Owns output and log-sum-exp only.
import type { PhaseTiming, PreparedProblem, RowStatistics, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { AttentionError } from '../contract/errors.ts';
import { attentionWork, statisticsWork, warmAttention, type AttentionWork } from './attention-work.ts';
import { allBuffers, createBuffer, paddedColumns, readBuffers, unpadRows, type BufferPart } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { makesOverview, overviewWork } from './overview.ts';
import { pooledWeights, warmPicture } from './pooled-picture.ts';
import type { GpuResidentTensors } from './resident.ts';

/** What the kernels store for a row that sees no key; anything this low. */
const HIDDEN = -1e29;

function base2LogSumExp(natural: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(natural, (value) => (value === -Infinity ? -1e30 : value * Math.LOG2E));
}

function naturalLogSumExp(base2: Float32Array): Float32Array {
  return base2.map((value) => (value <= HIDDEN ? -Infinity : value * Math.LN2));
}

export async function prepareProblem(
  context: GpuContext,
  problem: ResolvedProblem,
  tensors: GpuResidentTensors,
): Promise<PreparedProblem> {
  const { open, pipelines, slices } = context;
  warmAttention(context, problem);
  warmPicture(context, problem);
  const rows = problem.heads * problem.queryLength;
  const outputBytes = rows * paddedColumns(problem.headDim) * 4;
  const [output, logSumExp] = (await allBuffers([
    createBuffer(open, 'attention.output', outputBytes),
    createBuffer(open, 'attention.log-sum-exp', rows * 4),
  ])) as [GPUBuffer, GPUBuffer];
  const buffers = { q: tensors.q, k: tensors.k, v: tensors.v, output, logSumExp };
  let hasRun = false;
  let hasLogSumExp = false;
  let isDisposed = false;

  const requireLive = () => {
    if (isDisposed) throw new AttentionError('disposed');
    open.requireAlive();
  };

  const answerParts = [
    { buffer: output, byteLength: outputBytes },
    { buffer: logSumExp, byteLength: rows * 4 },
  ];
  const answerOf = ([padded, base2]: readonly Float32Array[]) => ({
    output: unpadRows(padded!, problem.headDim),
    logSumExp: naturalLogSumExp(base2!),
  });

  async function runAndCopy(
    times: number,
    control: RunControl,
    parts: readonly BufferPart[],
    attend: () => Promise<AttentionWork> = () => attentionWork(context, problem, buffers),
  ) {
    requireLive();
    pipelines.takeCompileMs();
    const attention = await attend();
    const compile = pipelines.takeCompileMs();
    try {
      const works = Array.from({ length: times }, () => attention.works).flat();
      const { kernelMs, read, readbackMs } = await slices.run(works, control, parts);
      hasRun = true;
      hasLogSumExp = true;
      const timing: PhaseTiming = {
        ...(kernelMs === undefined ? {} : { kernel: kernelMs, timerResolution: slices.timerResolutionMs() }),
        ...(compile > 0 ? { compile } : {}),
        ...(parts.length > 0 && readbackMs !== undefined ? { readback: readbackMs } : {}),
      };
      return { timing, read };
    } finally {
      attention.dispose();
    }
  }

  const run = async (times: number, control: RunControl): Promise<PhaseTiming> =>
    (await runAndCopy(times, control, [])).timing;

  const requireLogSumExp = async (control: RunControl) => {
    requireLive();
    if (!hasLogSumExp) await run(1, control);
  };

  /** Attention with its picture in passing; reads `parts` and the picture. */
  async function runInPassing(view: WeightsView, control: RunControl, parts: readonly BufferPart[]) {
    requireLive();
    const work = await overviewWork(context, problem, buffers, view);
    const { timing, read } = await runAndCopy(1, control, [...parts, work.part], () => Promise.resolve(work));
    return { timing, read, overview: work.fold(read.at(-1)!) };
  }

  return {
    problem,
    run,
    async runAndRead(control, view = null) {
      if (!view || !makesOverview(context, problem, view)) {
        const { timing, read } = await runAndCopy(1, control, answerParts);
        return { ...answerOf(read), timing, overview: null };
      }
      const { timing, read, overview } = await runInPassing(view, control, answerParts);
      return { ...answerOf(read), timing, overview };
    },
    async read(control) {
      requireLive();
      // The time of the run that was needed; nothing when there was one before, whose time was given then.
      const ran = hasRun ? {} : await run(1, control);
      const startMs = performance.now();
      const read = await readBuffers(open, answerParts);
      return { ...answerOf(read), timing: { ...ran, readback: performance.now() - startMs } };
    },
    adoptLogSumExp(natural) {
      requireLive();
      open.device.queue.writeBuffer(logSumExp, 0, base2LogSumExp(natural));
      hasLogSumExp = true;
    },
    async weights(view, control) {
      if (!hasLogSumExp && makesOverview(context, problem, view)) {
        const { timing, overview } = await runInPassing(view, control, []);
        return { values: overview, timing };
      }
      await requireLogSumExp(control);
      return pooledWeights(context, problem, buffers, view, control);
    },
    async statistics(control): Promise<RowStatistics> {
      await requireLogSumExp(control);
      const told = await createBuffer(open, 'row-statistics.told', rows * 16);
      try {
        const parts = [{ buffer: told, byteLength: rows * 16 }];
        const { read } = await slices.run(await statisticsWork(context, problem, buffers, told), control, parts);
        const values = read[0]!;
        return {
          entropy: Float32Array.from({ length: rows }, (_, row) => values[4 * row]!),
          meanDistance: Float32Array.from({ length: rows }, (_, row) => values[4 * row + 1]!),
          topWeight: Float32Array.from({ length: rows }, (_, row) => values[4 * row + 2]!),
          topKey: Int32Array.from({ length: rows }, (_, row) => values[4 * row + 3]!),
        };
      } finally {
        told.destroy();
      }
    },
    dispose() {
      isDisposed = true;
      output.destroy();
      logSumExp.destroy();
    },
  };
}
