// Which plan the GPU runs a problem by, and trying the others: for the workbench's pair and for the public engine.
import type { Backend, RunControl } from '../contract/backend.ts';
import type { TuneSummary } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { PlanTrial } from '../contract/tuning.ts';
import type { TuningState, Variant } from '../contract/workbench.ts';

/** Null where there is nothing to choose between. */
export function tuningState({ tuner }: Backend, problems: Record<Variant, ResolvedProblem>): TuningState | null {
  return tuner && { full: tuner.planOf(problems.full), windowed: tuner.planOf(problems.windowed) };
}

/** Tunes both variants, the windowed one first. */
export async function tunePair(
  backend: Backend,
  problems: Record<Variant, ResolvedProblem>,
  control: RunControl,
  onTrial: (trial: PlanTrial, done: number) => void,
): Promise<TuningState> {
  throw new Error('to be written');
}

/** Tunes one problem's class. */
export async function tuneProblem(
  backend: Backend,
  problem: ResolvedProblem,
  control: RunControl,
): Promise<TuneSummary> {
  throw new Error('to be written');
}
