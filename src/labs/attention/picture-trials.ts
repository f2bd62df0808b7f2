// The two ways to a whole head's picture as rows of the table of plans. Pure; used by `PlansPanel.svelte`.
import type { PictureTrial, PlanTrial } from '../../contract/tuning.ts';

/** What passing was not chosen for is made afterwards: that way is always right, and always timed where both were. */
export function pictureTrials(
  { afterMs, passingMs, verdict, errorShare, reason }: PictureTrial,
  names: Readonly<{ after: string; passing: string }>,
): PlanTrial[] {
  const after = verdict === 'chosen' ? ('slower' as const) : ('chosen' as const);
  return [
    { plan: names.after, samples: afterMs, clock: 'wall', verdict: after, errorShare: null },
    { plan: names.passing, samples: passingMs, clock: 'wall', verdict, errorShare, ...(reason ? { reason } : {}) },
  ];
}
