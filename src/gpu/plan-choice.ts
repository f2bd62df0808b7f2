// Which plan a problem runs by on this device: the default until somebody has chosen another for problems of its class.
// Asked at every run, so a choice takes effect at once. The tuner chooses; tests and comparisons may force one kernel.
import type { ResolvedProblem } from '../contract/problem.ts';
import { candidatePlans, namedPlan, problemClass } from './candidates.ts';
import type { DeviceFacts, KernelPlan } from './plan.ts';

export interface PlanChoice {
  planFor(problem: ResolvedProblem): KernelPlan;
  /** Keys of a block from which a picture of a whole head is made in passing; `Infinity` until somebody has found that it pays. */
  passingKeys(problem: ResolvedProblem): number;
  /** From now on, for all problems of the class: the plan of this name, where they have it, and their pictures. */
  choose(problemClass: string, planName: string, passingKeys?: number): void;
}

/** `forced`: a kernel's or a plan's name; a problem without such a plan keeps its default. */
export function createPlanChoice(facts: DeviceFacts, forced: string | null): PlanChoice {
  const chosen = new Map<string, string>();
  const passing = new Map<string, number>();
  return {
    planFor(problem) {
      const wanted = forced ?? chosen.get(problemClass(problem));
      return (wanted === undefined ? null : namedPlan(problem, facts, wanted)) ?? candidatePlans(problem, facts)[0]!;
    },
    passingKeys: (problem) => passing.get(problemClass(problem)) ?? Infinity,
    choose(ofClass, planName, passingKeys = Infinity) {
      chosen.set(ofClass, planName);
      passing.set(ofClass, passingKeys);
    },
  };
}
