// Geometry of the sweep over sequence lengths on log–log axes: points with quartiles, fitted lines, the book's curve, where the GPU loses.
// No drawing; `ui/charts/SweepChart.svelte` does. On log–log axes n² is a line of slope 2 and n a line of slope 1.
import { line, scaleLog, type ScaleLogarithmic } from 'd3';
import type { Series, Variant } from '../contract/workbench.ts';
import { fitPowerLaw, predict } from '../theory/fit.ts';
import type { Quartiles } from '../theory/statistics.ts';
import { gpuLossRegions, type LossRegion } from './gpu-loss.ts';
import { variantOf } from './head-hue.ts';
import { spreadLabels } from './label-spacing.ts';
import { decades } from './timing-bars.ts';
import type { Clock, SweepSeries, TimingSummary } from './timing-series.ts';

export interface SweepPoint {
  length: number;
  time: Quartiles;
  x: number;
  y: number;
  yLower: number;
  yUpper: number;
}

export interface SweepLine {
  series: Series;
  points: SweepPoint[];
  /** Through every median, SVG path data. */
  medianPath: string;
  /** The fitted line over the lengths it was fitted to, SVG path data; empty without a fit. */
  fitPath: string;
  /** Where the direct label stands, beside the last point. */
  labelY: number;
}

export interface TheoryCurve {
  variant: Variant;
  exponent: number;
  /** Counted operations scaled through the fastest series' longest length. */
  path: string;
}

export interface SweepGeometry {
  lines: SweepLine[];
  theory: TheoryCurve[];
  losses: (LossRegion & { x: [number, number] })[];
  xTicks: { x: number; length: number }[];
  yTicks: { y: number; ms: number }[];
}

export interface SweepOptions {
  /** Pixels of the plot itself. */
  width: number;
  height: number;
  /** The clock the series were made for. */
  clock: Clock;
  /** Pixels a direct label needs. */
  labelHeight: number;
}

const VARIANTS = ['full', 'windowed'] as const;
type Axis = ScaleLogarithmic<number, number>;

/** Null without series. */
export function sweepGeometry(series: readonly SweepSeries[], options: SweepOptions): SweepGeometry | null {
  const timed = series.flatMap(({ points }) => points);
  if (timed.length === 0) return null;
  const { width, height, clock, labelHeight } = options;
  const x = lengthAxis(timed, width);
  const y = timeAxis(timed, clock, height);
  const lines = series.map((one) => sweepLine(one, clock, x, y));
  const labels = spreadLabels(
    lines.map(({ labelY }) => labelY),
    labelHeight,
    height,
  );
  const losses = VARIANTS.flatMap((variant) => gpuLossRegions(timed, variant));
  return {
    lines: lines.map((one, n) => ({ ...one, labelY: labels[n]! })),
    theory: VARIANTS.flatMap((variant) => theoryCurve(variant, timed, clock, x, y)),
    losses: losses.map((region) => ({ ...region, x: [x(region.from), x(region.to)] })),
    xTicks: lengthTicks(timed, x, width),
    yTicks: decades(y.domain() as [number, number], height).map((ms) => ({ y: y(ms), ms })),
  };
}

function lengthAxis(timed: readonly TimingSummary[], width: number): Axis {
  const lengths = timed.map(({ length }) => length);
  const least = Math.min(...lengths);
  const most = Math.max(...lengths);
  // One length alone stands in the middle.
  return least === most ? scaleLog([least / 2, least * 2], [0, width]) : scaleLog([least, most], [0, width]);
}

/** From the power of ten below the fastest quartile to a little above the slowest. */
function timeAxis(timed: readonly TimingSummary[], clock: Clock, height: number): Axis {
  const times = timed.map((one) => one[clock]!);
  const least = Math.min(...times.map(({ lower, median }) => (lower > 0 ? lower : median)));
  const most = Math.max(...times.map(({ upper }) => upper));
  return scaleLog([10 ** Math.floor(Math.log10(least)), most * 1.6], [height, 0]).clamp(true);
}

function sweepLine({ series, points: own, fit, fitFrom }: SweepSeries, clock: Clock, x: Axis, y: Axis): SweepLine {
  const points = own.map((one) => {
    const time = one[clock]!;
    return {
      length: one.length,
      time,
      x: x(one.length),
      y: y(time.median),
      yLower: y(time.lower > 0 ? time.lower : time.median),
      yUpper: y(time.upper),
    };
  });
  const ends = [fitFrom, points.at(-1)!.length];
  const fitPath = fit ? line()(ends.map((length) => [x(length), y(predict(fit, length))]))! : '';
  const medianPath = line()(points.map((point) => [point.x, point.y]))!;
  return { series, points, medianPath, fitPath, labelY: points.at(-1)!.y };
}

/** The counted operations of a variant, scaled to pass through the longest length of whichever series is fastest there. */
function theoryCurve(variant: Variant, timed: readonly TimingSummary[], clock: Clock, x: Axis, y: Axis): TheoryCurve[] {
  const own = timed.filter(({ series, flops }) => variantOf(series) === variant && flops > 0);
  const work = new Map(own.map(({ length, flops }) => [length, flops]));
  const lengths = [...work.keys()].sort((a, b) => a - b);
  const longest = lengths.at(-1);
  const law = fitPowerLaw(
    lengths,
    lengths.map((length) => work.get(length)!),
  );
  if (longest === undefined || !law) return [];
  const anchorMs = Math.min(...own.filter(({ length }) => length === longest).map((one) => one[clock]!.median));
  const timeAt = (length: number) => (anchorMs * work.get(length)!) / work.get(longest)!;
  const inside = lengths.filter((length) => timeAt(length) >= y.domain()[0]!);
  const path = line()(inside.map((length) => [x(length), y(timeAt(length))]))!;
  return [{ variant, exponent: law.exponent, path }];
}

/** The measured lengths themselves, thinned to at least 46 pixels apart, the longest always among them. */
function lengthTicks(timed: readonly TimingSummary[], x: Axis, width: number): { x: number; length: number }[] {
  const lengths = [...new Set(timed.map(({ length }) => length))].sort((a, b) => b - a);
  let next = width + 46;
  const kept = lengths.filter((length) => {
    if (x(length) > next - 46) return false;
    next = x(length);
    return true;
  });
  return kept.reverse().map((length) => ({ x: x(length), length }));
}
