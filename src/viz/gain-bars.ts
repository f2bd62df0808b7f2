// Geometry of before and after: a bar per measured time with its quartiles, and where the book expects its end. Before anything is
// measured the axis is a share of the first row's work. No drawing; `ui/charts/GainBars.svelte` and the export do.
import { scaleLinear } from 'd3';
import type { BackendKind } from '../contract/engine.ts';
import type { Quartiles } from '../theory/statistics.ts';

/** What one backend took for a row. */
export interface GainResult {
  backend: BackendKind;
  /** Milliseconds. */
  ms: Quartiles;
  /** The first row's time over this one's. */
  gain: Quartiles;
}

/** A speed-up, or the state before it: the first row is what all others are compared with. */
export interface GainBarRow {
  id: string;
  name: string;
  /** CSS colour of its bars; default the ink. */
  color?: string;
  /** Gain by the count of operations; 1 for the first row. */
  predicted: number;
  /** A second prediction, as the product of single gains. */
  alsoPredicted?: number;
  results: readonly GainResult[];
  /** Why there is no result, or what explains it. */
  note?: string;
}

export interface GainBar {
  backend: BackendKind;
  /** Pixels from the axis' start. */
  bar: number;
  whisker: [number, number];
  /** Where the bar would end if the prediction held. */
  predicted: number;
  alsoPredicted: number | null;
}

export interface GainBarsGeometry {
  rows: { id: string; bars: GainBar[] }[];
  ticks: { x: number; value: number }[];
  /** What the axis counts: milliseconds, or the share of the first row's work. */
  unit: 'ms' | 'share';
}

/** From one tick to the next at least. */
const TICK_PX = 60;

function axis(most: number, width: number) {
  const scale = scaleLinear([0, most], [0, width]);
  // d3 meets a count only roughly.
  let count = Math.max(2, Math.floor(width / TICK_PX));
  let ticks = scale.ticks(count);
  while (count > 1 && ticks.length > 1 && scale(ticks[1]!) - scale(ticks[0]!) < TICK_PX) ticks = scale.ticks(--count);
  return { scale, ticks: ticks.map((value) => ({ x: scale(value), value })) };
}

/** Work left by a row as a share of the first one's. */
const sharesOf = ({ predicted, alsoPredicted }: GainBarRow) =>
  [predicted, alsoPredicted].flatMap((gain) => (gain === undefined ? [] : [1 / gain]));

/** `width`: pixels of the axis. */
export function gainBars(rows: readonly GainBarRow[], width: number): GainBarsGeometry {
  const before = new Map(rows[0]?.results.map(({ backend, ms }) => [backend, ms.median]));
  const shares = rows.flatMap(sharesOf);
  if (before.size === 0) {
    const { scale, ticks } = axis(Math.max(1, ...shares), width);
    return { rows: rows.map((row) => ({ id: row.id, bars: [predictedBar(row, scale)] })), ticks, unit: 'share' };
  }
  const times = rows.flatMap(({ results }) => results.map(({ ms }) => ms.upper));
  const expected = [...before.values()].flatMap((ms) => shares.map((share) => share * ms));
  const { scale, ticks } = axis(Math.max(...times, ...expected), width);
  const drawn = rows.map((row) => ({
    id: row.id,
    bars: [...before].map(([backend, beforeMs]): GainBar => {
      const result = row.results.find((one) => one.backend === backend);
      const expectedBar = predictedBar(row, (share) => scale(share * beforeMs), backend);
      if (!result) return expectedBar;
      const { lower, median, upper } = result.ms;
      return { ...expectedBar, bar: scale(median), whisker: [scale(lower), scale(upper)] };
    }),
  }));
  return { rows: drawn, ticks, unit: 'ms' };
}

/** Nothing measured: no bar, only its expected end. */
function predictedBar(row: GainBarRow, x: (share: number) => number, backend: BackendKind = 'cpu'): GainBar {
  const also = row.alsoPredicted;
  return {
    backend,
    bar: 0,
    whisker: [0, 0],
    predicted: x(1 / row.predicted),
    alsoPredicted: also === undefined ? null : x(1 / also),
  };
}
