// Measurements as a chart needs them: medians and quartiles per phase, throughput, who is fastest, and where the GPU loses.
// Numbers only; `timing-bars.ts` and `sweep-chart.ts` make the geometry. Clocks are never mixed: each phase stays its own.
import type { Measurement, Series, Variant } from '../contract/workbench.ts';
import { quartiles, type Quartiles } from '../theory/statistics.ts';
import { backendOf, variantOf } from './head-hue.ts';

/** Parts of a call, each on its own clock. They overlap or were measured apart, so they are never added up. */
export const PHASES = ['kernel', 'upload', 'readback'] as const;
export type Phase = (typeof PHASES)[number];
export type Clock = 'wall' | 'kernel';

export interface TimingSummary {
  series: Series;
  length: number;
  samples: number;
  /** Milliseconds; null where that clock gave nothing. */
  wall: Quartiles | null;
  kernel: Quartiles | null;
  upload: Quartiles | null;
  readback: Quartiles | null;
  /** Useful operations per second over the wall median. */
  wallFlopRate: number | null;
  kernelFlopRate: number | null;
  flops: number;
  device: string;
}

const quartilesOf = (samples: readonly number[]): Quartiles | null => {
  const finite = samples.filter((ms) => Number.isFinite(ms));
  return finite.length > 0 ? quartiles(finite) : null;
};

const rate = (flops: number, time: Quartiles | null) => (time && time.median > 0 ? flops / (time.median / 1000) : null);

export function summarise(measurement: Measurement): TimingSummary {
  const wall = quartilesOf(measurement.wall);
  const kernel = quartilesOf(measurement.kernel);
  return {
    series: measurement.series,
    length: measurement.length,
    samples: measurement.wall.length,
    wall,
    kernel,
    upload: quartilesOf(measurement.upload),
    readback: quartilesOf(measurement.readback),
    wallFlopRate: rate(measurement.flops, wall),
    kernelFlopRate: rate(measurement.flops, kernel),
    flops: measurement.flops,
    device: measurement.device,
  };
}

/** The series of smallest wall median, or null without any. */
export function fastestOf(summaries: readonly TimingSummary[]): Series | null {
  const timed = summaries.filter(({ wall }) => wall !== null);
  if (timed.length === 0) return null;
  return timed.reduce((best, one) => (one.wall!.median < best.wall!.median ? one : best)).series;
}

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
