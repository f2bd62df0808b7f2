// Measurements as charts and tables need them: medians and quartiles per phase, throughput, who is fastest, how time grows.
// Numbers and their texts; `timing-bars.ts` and `sweep-chart.ts` make the geometry. Clocks are never mixed: each phase stays its own.
import { SERIES, type Measurement, type MeasurementGap, type Series } from '../contract/workbench.ts';
import { fitPowerLaw, type PowerLaw } from '../theory/fit.ts';
import { quartiles, type Quartiles } from '../theory/statistics.ts';
import {
  formatDuration,
  formatFlopRate,
  formatPower,
  formatSpread,
  formatTheoryPower,
  type FormatLocale,
} from './format.ts';

/** Parts of a call, each on its own clock. They overlap or were measured apart, so they are never added up. */
export const PHASES = ['kernel', 'upload', 'readback'] as const;
export type Phase = (typeof PHASES)[number];
export type Clock = 'wall' | 'kernel';

export interface TimingSummary {
  series: Series;
  length: number;
  /** Milliseconds; null where that clock gave nothing. */
  wall: Quartiles | null;
  kernel: Quartiles | null;
  upload: Quartiles | null;
  readback: Quartiles | null;
  /** Useful operations per second over the median of each clock. */
  wallFlopRate: number | null;
  kernelFlopRate: number | null;
  flops: number;
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
    wall,
    kernel,
    upload: quartilesOf(measurement.upload),
    readback: quartilesOf(measurement.readback),
    wallFlopRate: rate(measurement.flops, wall),
    kernelFlopRate: rate(measurement.flops, kernel),
    flops: measurement.flops,
  };
}

/** The series of smallest wall median, or null without any. */
export function fastestOf(summaries: readonly TimingSummary[]): Series | null {
  const timed = summaries.filter(({ wall }) => wall !== null);
  if (timed.length === 0) return null;
  return timed.reduce((best, one) => (one.wall!.median < best.wall!.median ? one : best)).series;
}

/** One series of the timing chart, with everything its row and its table column say. */
export interface TimingRow {
  series: Series;
  summary: TimingSummary;
  isFastest: boolean;
  /** "1.23 ms" and "1.19–1.31 ms"; digits as the spread allows. */
  wallText: string;
  rangeText: string;
  /** Null where that clock gave nothing. */
  phaseTexts: Record<Phase, string | null>;
  /** Useful operations over wall time, the bar's own clock. */
  rateText: string | null;
  kernelRateText: string | null;
}

type Results = Readonly<Partial<Record<Series, Measurement | MeasurementGap>>>;

/** The measured series in the fixed order; gaps are left out. */
export function timingRows(results: Results, locale: FormatLocale): TimingRow[] {
  const summaries = SERIES.flatMap((series) => {
    const result = results[series];
    return result && !('code' in result) ? [summarise(result)] : [];
  }).filter(({ wall }) => wall !== null);
  const fastest = fastestOf(summaries);
  return summaries.map((summary) => timingRow(summary, summary.series === fastest, locale));
}

function timingRow(summary: TimingSummary, isFastest: boolean, locale: FormatLocale): TimingRow {
  const wall = formatSpread(summary.wall!, locale);
  const phaseText = (phase: Phase) => summary[phase] && formatDuration(summary[phase].median, locale);
  const rateText = (flopRate: number | null) => (flopRate === null ? null : formatFlopRate(flopRate, locale));
  return {
    series: summary.series,
    summary,
    isFastest,
    wallText: wall.median,
    rangeText: wall.range,
    phaseTexts: { kernel: phaseText('kernel'), upload: phaseText('upload'), readback: phaseText('readback') },
    rateText: rateText(summary.wallFlopRate),
    kernelRateText: rateText(summary.kernelFlopRate),
  };
}

/**
 * The longer half of the lengths, three at least, decides a slope: at the short ones the fixed cost of a call
 * (a launch, a message) hides how time grows, and one line through both would describe neither.
 */
const FIT_SHARE = 0.5;
const LEAST_FITTED = 3;

/** One series over sequence lengths, with its fitted slope and the slope of the operations it had to do. */
export interface SweepSeries {
  series: Series;
  /** By rising length; all have a time on the chosen clock. */
  points: TimingSummary[];
  /** Growth over the longer lengths (see `FIT_SHARE`); null with fewer than two. */
  fit: PowerLaw | null;
  /** The shortest length the fit uses. */
  fitFrom: number;
  /** Slope of the counted operations over the lengths of the fit: what it is read against. */
  theoryExponent: number | null;
  /** "n¹·⁰²"; null without a fit. */
  slopeText: string | null;
  /** "n¹"; null where operations give no slope. */
  theoryText: string | null;
}

/** The sweep's series in the fixed order, on one clock; series without times on it are left out. */
export function sweepSeries(measurements: readonly Measurement[], clock: Clock = 'wall'): SweepSeries[] {
  const summaries = measurements.map(summarise).filter((one) => (one[clock]?.median ?? 0) > 0);
  return SERIES.flatMap((series) => {
    const points = summaries.filter((one) => one.series === series).sort((a, b) => a.length - b.length);
    return points.length > 0 ? [fittedSeries(series, points, clock)] : [];
  });
}

function fittedSeries(series: Series, points: TimingSummary[], clock: Clock): SweepSeries {
  const fitted = points.slice(-Math.max(LEAST_FITTED, Math.ceil(points.length * FIT_SHARE)));
  const lengths = fitted.map(({ length }) => length);
  const slopeOf = (ys: number[]) => fitPowerLaw(lengths, ys);
  const fit = slopeOf(fitted.map((one) => one[clock]!.median));
  const theory = slopeOf(fitted.map(({ flops }) => flops));
  return {
    series,
    points,
    fit,
    fitFrom: lengths[0]!,
    theoryExponent: theory?.exponent ?? null,
    slopeText: fit && formatPower(fit.exponent, fit.exponentError),
    theoryText: theory && formatTheoryPower(theory.exponent),
  };
}
