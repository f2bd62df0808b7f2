// Where a person would have been served faster by the CPU: lengths at which the GPU's wall time lies above. Numbers only.
// Wall time decides, whatever clock a chart shows: it is what one waits for. Called by `sweep-chart.ts`.
import type { Variant } from '../contract/workbench.ts';
import { backendOf, variantOf } from './head-hue.ts';
import type { TimingSummary } from './timing-series.ts';

/** Lengths `[from, to]` at which the CPU's wall median lies below the GPU's. */
export interface LossRegion {
  variant: Variant;
  from: number;
  to: number;
  /** False at an end where the measurements stop before the curves cross. */
  crossesFrom: boolean;
  crossesTo: boolean;
}

/** Where a person would have been served faster by the CPU; crossings interpolated between measured lengths. */
export function gpuLossRegions(summaries: readonly TimingSummary[], variant: Variant): LossRegion[] {
  const gaps = wallGaps(summaries, variant);
  const regions: LossRegion[] = [];
  let open: LossRegion | null = null;
  gaps.forEach(({ length, gap }, n) => {
    const previous = gaps[n - 1];
    if (gap > 0 && !open) {
      const from = previous ? crossing(previous, { length, gap }) : length;
      open = { variant, from, to: length, crossesFrom: previous !== undefined, crossesTo: false };
      regions.push(open);
    } else if (gap <= 0 && open && previous) {
      open.to = crossing(previous, { length, gap });
      open.crossesTo = true;
      open = null;
    }
    if (gap > 0 && open) open.to = length;
  });
  return regions;
}

interface WallGap {
  length: number;
  /** ln(GPU wall / CPU wall): above 0 the GPU is slower. */
  gap: number;
}

function wallGaps(summaries: readonly TimingSummary[], variant: Variant): WallGap[] {
  const medians = { gpu: new Map<number, number>(), cpu: new Map<number, number>() };
  for (const { series, length, wall } of summaries)
    if (wall && wall.median > 0 && variantOf(series) === variant) medians[backendOf(series)].set(length, wall.median);
  const gaps: WallGap[] = [];
  for (const [length, gpu] of medians.gpu) {
    const cpu = medians.cpu.get(length);
    if (cpu !== undefined) gaps.push({ length, gap: Math.log(gpu / cpu) });
  }
  return gaps.sort((a, b) => a.length - b.length);
}

/** Where the gap passes zero, straight on log–log axes. */
function crossing(a: WallGap, b: WallGap): number {
  const share = a.gap / (a.gap - b.gap);
  return Math.exp(Math.log(a.length) + share * (Math.log(b.length) - Math.log(a.length)));
}
