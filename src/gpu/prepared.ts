// One problem on resident tensors: runs it, reads it, pictures its weights, sums up its rows. Owns output and log-sum-exp only.
import type { PhaseTiming, PreparedProblem, RowStatistics, RunControl } from '../contract/backend.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { AttentionError } from '../contract/errors.ts';
import { attentionWork, statisticsWork, warmAttention } from './attention-work.ts';
import { allBuffers, createBuffer, paddedColumns, readBuffer, unpadRows } from './buffers.ts';
import type { GpuContext } from './context.ts';
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

  async function run(times: number, control: RunControl): Promise<PhaseTiming> {
    requireLive();
    pipelines.takeCompileMs();
    const attention = await attentionWork(context, problem, buffers);
    const compile = pipelines.takeCompileMs();
    try {
      const works = Array.from({ length: times }, () => attention.works).flat();
      const { kernelMs } = await slices.run(works, control);
      hasRun = true;
      hasLogSumExp = true;
      return {
        ...(kernelMs === undefined ? {} : { kernel: kernelMs, timerResolution: slices.timerResolutionMs() }),
        ...(compile > 0 ? { compile } : {}),
      };
    } finally {
      attention.dispose();
    }
  }

  /** The time of the run that was needed; nothing when there was one before, whose time was given then. */
  const runOnce = async (control: RunControl): Promise<PhaseTiming> => {
    requireLive();
    return hasRun ? {} : run(1, control);
  };

  const requireLogSumExp = async (control: RunControl) => {
    requireLive();
    if (!hasLogSumExp) await run(1, control);
  };

  return {
    problem,
    run,
    async read(control) {
      const ran = await runOnce(control);
      const startMs = performance.now();
      const [padded, base2] = await Promise.all([
        readBuffer(open, output, outputBytes),
        readBuffer(open, logSumExp, rows * 4),
      ]);
      const timing = { ...ran, readback: performance.now() - startMs };
      return { output: unpadRows(padded, problem.headDim), logSumExp: naturalLogSumExp(base2), timing };
    },
    adoptLogSumExp(natural) {
      requireLive();
      open.device.queue.writeBuffer(logSumExp, 0, base2LogSumExp(natural));
      hasLogSumExp = true;
    },
    async weights(view, control) {
      await requireLogSumExp(control);
      return pooledWeights(context, problem, buffers, view, control);
    },
    async statistics(control): Promise<RowStatistics> {
      await requireLogSumExp(control);
      const told = await createBuffer(open, 'row-statistics.told', rows * 16);
      try {
        await slices.run(await statisticsWork(context, problem, buffers, told), control);
        const values = await readBuffer(open, told, rows * 16);
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
