// Geometry of the timing chart: one bar per series (median wall time), its quartile whisker, and a mark per phase on the same axis.
// No drawing; `ui/charts/TimingBars.svelte` does. The axis is linear from zero until the slowest is far beyond the fastest, then logarithmic.
import { scaleLinear, scaleLog } from 'd3';
import type { Series } from '../contract/workbench.ts';
import { PHASES, type Phase, type TimingSummary } from './timing-series.ts';

/** Beyond this ratio a linear axis would leave the fast bars without length. */
const LINEAR_RATIO = 40;

export interface TimingBar {
  series: Series;
  /** Length of the bar, pixels. */
  bar: number;
  whisker: [number, number];
  /** Phases at their median, pixels from the axis' start. */
  marks: { phase: Phase; x: number }[];
}

export interface TimingBarsGeometry {
  bars: TimingBar[];
  ticks: { x: number; ms: number }[];
  isLogarithmic: boolean;
}

/** A bar per summary that has a wall time, in the order given. `width`: pixels of the axis. */
export function timingBars(summaries: readonly TimingSummary[], width: number): TimingBarsGeometry {
  const timed = summaries.filter(({ wall }) => wall !== null);
  const { x, ticks, isLogarithmic } = timeAxis(timed, width);
  const bars = timed.map((summary) => ({
    series: summary.series,
    bar: x(summary.wall!.median),
    whisker: [x(summary.wall!.lower), x(summary.wall!.upper)] as [number, number],
    marks: PHASES.flatMap((phase) => (summary[phase] ? [{ phase, x: x(summary[phase].median) }] : [])),
  }));
  return { bars, ticks, isLogarithmic };
}

function timeAxis(timed: readonly TimingSummary[], width: number) {
  const walls = timed.map(({ wall }) => wall!);
  const longest = Math.max(0, ...walls.map(({ upper }) => upper), ...phaseMedians(timed));
  const shortest = Math.min(...walls.map(({ median }) => median).filter((ms) => ms > 0));
  const isLogarithmic = longest > 0 && Math.max(...walls.map(({ median }) => median)) > shortest * LINEAR_RATIO;
  if (!isLogarithmic) {
    const scale = scaleLinear([0, longest || 1], [0, width]);
    const count = Math.max(2, Math.floor(width / 56));
    return { x: scale, ticks: scale.ticks(count).map((ms) => ({ x: scale(ms), ms })), isLogarithmic };
  }
  const least = Math.min(shortest, ...phaseMedians(timed).filter((ms) => ms > 0));
  const scale = scaleLog([10 ** Math.floor(Math.log10(least)), longest * 1.05], [0, width]).clamp(true);
  const x = (ms: number) => (ms > 0 ? scale(ms) : 0);
  return {
    x,
    ticks: decades(scale.domain() as [number, number], width).map((ms) => ({ x: x(ms), ms })),
    isLogarithmic,
  };
}

const phaseMedians = (timed: readonly TimingSummary[]): number[] =>
  timed.flatMap((summary) => PHASES.flatMap((phase) => summary[phase]?.median ?? []));

/** Powers of ten inside the domain, thinned to at least 56 pixels apart. */
export function decades([least, most]: readonly [number, number], lengthPx: number): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const perPixel = (Math.log10(most) - Math.log10(least)) / lengthPx;
  const step = Math.max(1, Math.ceil(56 * perPixel));
  const powers: number[] = [];
  for (let power = first; power <= last; power += step) powers.push(10 ** power);
  return powers;
}
