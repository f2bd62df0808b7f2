// Whether a picture of a whole head is faster made in passing, while attention runs, or afterwards: for the tuner, on its trial problems.
// Passes: hold picture and attention to float64 → a run of both ways to warm up → rounds in turns → the medians decide.
import type { RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { PictureTrial } from '../contract/tuning.ts';
import { median } from '../theory/statistics.ts';
import { attentionWork } from './attention-work.ts';
import type { GpuContext } from './context.ts';
import { canNote, overviewWork } from './overview.ts';
import type { KernelPlan } from './plan.ts';
import { pooledWeights } from './pooled-picture.ts';
import type { TrialProblem } from './trial-problem.ts';

/** With fewer keys to a block its end costs more than what passing saves, see `overview.ts`. */
const BLOCK_KEYS = 16;
/** Blocks across from which a picture is worth the trial. */
const FEWEST_BLOCKS = 64;
const ROUNDS = 5;
/** As for plans: less is noise. */
const LEAST_GAIN = 1.03;

function wholeHead({ queryLength: N, keyLength: M }: ResolvedProblem): WeightsView {
  const [height, width] = [N, M].map((length) => Math.ceil(length / BLOCK_KEYS)) as [number, number];
  return { head: 0, rows: [0, N], columns: [0, M], height, width, pooling: 'mean' };
}

async function inPassing(
  context: GpuContext,
  { problem, buffers }: TrialProblem,
  plan: KernelPlan,
  control: RunControl,
): Promise<Float32Array> {
  const work = await overviewWork(context, problem, buffers, wholeHead(problem), plan);
  try {
    const { read } = await context.slices.run(work.works, control, [work.part]);
    return work.fold(read[0]!);
  } finally {
    work.dispose();
  }
}

async function afterwards(
  context: GpuContext,
  { problem, buffers }: TrialProblem,
  plan: KernelPlan,
  control: RunControl,
): Promise<void> {
  const work = await attentionWork(context, problem, buffers, plan);
  try {
    await context.slices.run(work.works, control);
  } finally {
    work.dispose();
  }
  await pooledWeights(context, problem, buffers, wholeHead(problem), control);
}

async function errorShareOf(
  context: GpuContext,
  check: TrialProblem,
  plan: KernelPlan,
  control: RunControl,
): Promise<number> {
  await check.poison();
  const values = await inPassing(context, check, plan, control);
  return Math.max(await check.errorShare(), check.pictureErrorShare(wholeHead(check.problem), values));
}

/** Undefined where no picture can be made in passing, or blocks are too few or windows too narrow to gain by it. */
export async function tryPicture(
  context: GpuContext,
  plan: KernelPlan,
  check: TrialProblem,
  trial: TrialProblem,
  { signal }: RunControl,
): Promise<PictureTrial | undefined> {
  const { problem } = trial;
  const isFull = !Number.isFinite(problem.mask.left) && problem.mask.dilation === 1;
  if (!isFull || problem.keyLength < BLOCK_KEYS * FEWEST_BLOCKS) return undefined;
  if (!canNote(context, problem, wholeHead(problem), plan)) return undefined;
  const told: PictureTrial = {
    blockKeys: BLOCK_KEYS,
    afterMs: [],
    passingMs: [],
    verdict: 'slower',
    errorShare: null,
  };
  const timed = async (act: () => Promise<unknown>) => {
    throwIfAborted(signal);
    const startMs = performance.now();
    await act();
    return performance.now() - startMs;
  };
  try {
    const errorShare = await errorShareOf(context, check, plan, { signal });
    if (errorShare > 1) return { ...told, errorShare, verdict: 'wrong' };
    const after = () => afterwards(context, trial, plan, { signal });
    const passing = () => inPassing(context, trial, plan, { signal });
    await after();
    await passing();
    for (let round = 0; round < ROUNDS; round++) {
      told.afterMs.push(await timed(after));
      told.passingMs.push(await timed(passing));
    }
    const gain = median(told.afterMs) / median(told.passingMs);
    return { ...told, errorShare, verdict: gain < LEAST_GAIN ? 'slower' : 'chosen' };
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof AttentionError && error.code !== 'internal') throw error;
    return { ...told, verdict: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
