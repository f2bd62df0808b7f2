// Puts the clocks of one call side by side: wall time from the host, phases from the backend, work from theory.
import type { PhaseTiming } from '../contract/backend.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { AttentionTiming } from '../contract/timing.ts';
import { bytes, flops } from '../theory/attention-cost.ts';

const PHASES = ['kernel', 'upload', 'readback', 'compile'] as const;

/** Phases of steps one after the other: each clock added to itself only; the coarser resolution wins. */
export function joinPhases(steps: PhaseTiming[]): PhaseTiming {
  const joined: PhaseTiming = {};
  for (const step of steps) {
    for (const phase of PHASES) {
      const value = step[phase];
      if (value !== undefined) joined[phase] = (joined[phase] ?? 0) + value;
    }
    if (step.timerResolution !== undefined)
      joined.timerResolution = Math.max(joined.timerResolution ?? 0, step.timerResolution);
  }
  return joined;
}

export function callTiming(problem: ResolvedProblem, wall: number, steps: PhaseTiming[]): AttentionTiming {
  return { wall, ...joinPhases(steps), flops: flops(problem), bytes: bytes(problem) };
}
