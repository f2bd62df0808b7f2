// Which plan the GPU runs a problem by, and trying the others: for the workbench's pair and for the public engine.
import type { Backend, RunControl } from '../contract/backend.ts';
import type { TuneSummary } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { PlanTrial, TuneRecord } from '../contract/tuning.ts';
import type { TuningState, Variant } from '../contract/workbench.ts';
import { saveTuning } from './tuning-store.ts';

export type PairProblems = Record<Variant, ResolvedProblem>;

/** Null where there is nothing to choose between. */
export function tuningState({ tuner }: Backend, problems: PairProblems): TuningState | null {
  return tuner && { full: tuner.planOf(problems.full), windowed: tuner.planOf(problems.windowed) };
}

/** Problems of a pair whose class nobody has tuned here. */
export function untuned({ tuner }: Backend, { windowed, full }: PairProblems): ResolvedProblem[] {
  if (!tuner) return [];
  const first = tuner.planOf(windowed);
  const second = tuner.planOf(full);
  const isSame = first.problemClass === second.problemClass;
  return [...(first.record ? [] : [windowed]), ...(second.record || isSame ? [] : [full])];
}

async function tuneAndSave(
  backend: Backend,
  problem: ResolvedProblem,
  control: RunControl,
  onTrial?: (trial: PlanTrial) => void,
): Promise<TuneRecord | null> {
  const { tuner } = backend;
  if (!tuner) return null;
  backend.requireRoom(problem);
  const record = await tuner.tune(problem, control, onTrial);
  await saveTuning(tuner, record);
  return record;
}

/** Tunes both variants anew, the windowed one first. Null where there is nothing to choose between. */
export async function tunePair(
  backend: Backend,
  problems: PairProblems,
  { signal }: RunControl,
  onTrial: (trial: PlanTrial, done: number) => void,
): Promise<TuningState | null> {
  const isSame =
    backend.tuner?.planOf(problems.windowed).problemClass === backend.tuner?.planOf(problems.full).problemClass;
  const each = isSame ? [problems.full] : [problems.windowed, problems.full];
  for (const [index, problem] of each.entries()) {
    let done = index / each.length;
    const onProgress = (share: number) => (done = (index + share) / each.length);
    await tuneAndSave(backend, problem, { signal, onProgress }, (trial) => onTrial(trial, done));
  }
  return tuningState(backend, problems);
}

/** Tunes one problem's class. */
export async function tuneProblem(
  backend: Backend,
  problem: ResolvedProblem,
  control: RunControl,
): Promise<TuneSummary> {
  const record = await tuneAndSave(backend, problem, control);
  return { plan: record?.plan ?? null, defaultPlan: record?.defaultPlan ?? null, gain: record?.gain ?? 1 };
}

/** Tunes, unasked, those problems of a pair that nobody has tuned. True when a plan was chosen. */
export async function tuneMissing(backend: Backend, problems: PairProblems, signal: AbortSignal): Promise<boolean> {
  const missing = untuned(backend, problems);
  for (const problem of missing) await tuneAndSave(backend, problem, { signal });
  return missing.length > 0;
}
