// Geometry of cost over one size on log–log axes, a line per mixer and backend: points with quartiles, the fitted line, the book's line
// through the largest point, and where two lines cross. Before anything is measured the axis counts what the book counts.
// No drawing; `ui/charts/GrowthChart.svelte` and the export do. On log–log axes n² is a line of slope 2 and n one of slope 1.
import { line, scaleLog, type ScaleLogarithmic } from 'd3';
import type { BackendKind } from '../contract/engine.ts';
import type { MixerKind } from '../contract/mixers.ts';
import { predict, type PowerLaw } from '../theory/fit.ts';
import type { Quartiles } from '../theory/statistics.ts';
import { spreadLabels } from './label-spacing.ts';
import { decades } from './timing-bars.ts';

export interface GrowthLine {
  kind: MixerKind;
  backend: BackendKind;
  /** Milliseconds by rising x; empty before anything is measured. */
  points: readonly { x: number; ms: Quartiles }[];
  fit: PowerLaw | null;
  /** The smallest x that the fit uses. */
  fitFrom: number;
  /** The book's count at any x: multiply–adds. */
  work: (x: number) => number;
}

/** Where one line becomes the dearer one. */
export interface GrowthCrossing {
  attention: MixerKind;
  rival: MixerKind;
  /** By the book; 0 for never. */
  predicted: number;
  measured: Partial<Record<BackendKind, number | null>>;
}

export interface GrowthOptions {
  /** Pixels of the plot itself. */
  width: number;
  height: number;
  /** The x that the axis has to hold besides the measured ones. */
  reach: readonly [least: number, most: number];
  /** Pixels a direct label needs. */
  labelHeight: number;
  /** Another x to be marked: the size in use. */
  marked: number | null;
}

interface Point {
  value: number;
  time: Quartiles;
  x: number;
  y: number;
  yLower: number;
  yUpper: number;
}

export interface DrawnLine {
  line: GrowthLine;
  points: Point[];
  /** Through every median; empty before anything is measured. SVG path data, as the next two. */
  medianPath: string;
  fitPath: string;
  theoryPath: string;
  /** Where the label's leader begins, and where the label stands. */
  end: { x: number; y: number };
  labelY: number;
}

export interface GrowthGeometry {
  unit: 'ms' | 'macs';
  lines: DrawnLine[];
  /** By the book, those at one x together. */
  predicted: { x: number; value: number; pairs: Pick<GrowthCrossing, 'attention' | 'rival'>[] }[];
  measured: (Pick<GrowthCrossing, 'attention' | 'rival'> & {
    backend: BackendKind;
    value: number;
    x: number;
    y: number;
  })[];
  /** Pixel of the size in use, where the axis holds it. */
  markedX: number | null;
  xTicks: { x: number; value: number }[];
  yTicks: { y: number; value: number }[];
}

type Axis = ScaleLogarithmic<number, number>;
const TICK_PX = 44;

/** Null without lines. */
export function growthGeometry(
  lines: readonly GrowthLine[],
  crossings: readonly GrowthCrossing[],
  options: GrowthOptions,
): GrowthGeometry | null {
  if (lines.length === 0) return null;
  const timed = lines.filter(({ points }) => points.length > 0);
  const unit = timed.length > 0 ? 'ms' : 'macs';
  const shown = unit === 'ms' ? timed : lines;
  const x = sizeAxis(shown, crossings, options);
  const y = costAxis(shown, unit, x.domain() as [number, number], options.height);
  const drawn = shown.map((one) => drawLine(one, unit, x, y));
  const labels = spreadLabels(
    drawn.map(({ labelY }) => labelY),
    options.labelHeight,
    options.height,
  );
  const [least, most] = x.domain() as [number, number];
  const { marked } = options;
  return {
    unit,
    lines: drawn.map((one, n) => ({ ...one, labelY: labels[n]! })),
    predicted: predictedMarks(crossings, x),
    measured: unit === 'ms' ? measuredMarks(crossings, shown, x, y) : [],
    markedX: marked !== null && marked >= least && marked <= most ? x(marked) : null,
    xTicks: sizeTicks(shown, x, options.width),
    yTicks: decades(y.domain() as [number, number], options.height).map((value) => ({ y: y(value), value })),
  };
}

function sizeAxis(lines: readonly GrowthLine[], crossings: readonly GrowthCrossing[], options: GrowthOptions): Axis {
  const measured = lines.flatMap(({ points }) => points.map((point) => point.x));
  const [least, most] = options.reach;
  // Crossings far outside would squeeze the rest; those are told in words only.
  const near = crossings.map(({ predicted }) => predicted).filter((at) => at >= least / 4 && at <= most * 2);
  const values = [...measured, ...near, least, most];
  return scaleLog([Math.min(...values), Math.max(...values)], [0, options.width]);
}

/** The book's line in the chart's unit: the counts, or scaled through the largest measured point. */
function bookAt({ work, points }: GrowthLine, unit: GrowthGeometry['unit']): (x: number) => number {
  const last = points.at(-1);
  if (unit === 'macs' || !last) return work;
  return (x) => (last.ms.median * work(x)) / work(last.x);
}

function costAxis(
  lines: readonly GrowthLine[],
  unit: GrowthGeometry['unit'],
  domain: readonly [number, number],
  height: number,
): Axis {
  const book = lines.flatMap((one) => domain.map(bookAt(one, unit)));
  const times = lines.flatMap(({ points }) => points.flatMap(({ ms }) => [ms.lower || ms.median, ms.upper]));
  // The book's line may run far below what was measured: two decades of it are enough.
  const least = unit === 'macs' ? Math.min(...book) : Math.max(Math.min(...times) / 30, Math.min(...times, ...book));
  const most = Math.max(...(unit === 'macs' ? book : times)) * 1.5;
  return scaleLog([least / 1.2, most], [height, 0]).clamp(true);
}

function drawLine(one: GrowthLine, unit: GrowthGeometry['unit'], x: Axis, y: Axis): DrawnLine {
  const points = one.points.map(({ x: value, ms }): Point => ({
    value,
    time: ms,
    x: x(value),
    y: y(ms.median),
    yLower: y(ms.lower > 0 ? ms.lower : ms.median),
    yUpper: y(ms.upper),
  }));
  const last = points.at(-1);
  const book = bookAt(one, unit);
  const [least, most] = x.domain() as [number, number];
  const end = last ? { x: last.x, y: last.y } : { x: x(most), y: y(book(most)) };
  return {
    line: one,
    points,
    medianPath: last ? line()(points.map((point) => [point.x, point.y]))! : '',
    fitPath: one.fit && last ? line()([one.fitFrom, last.value].map((at) => [x(at), y(predict(one.fit!, at))]))! : '',
    theoryPath: bookPath(book, least, most, x, y),
    end,
    labelY: end.y,
  };
}

/** A full layer's count is no power of n: a bent line. It begins where it enters the plot. */
function bookPath(book: (x: number) => number, least: number, most: number, x: Axis, y: Axis): string {
  const steps = 24;
  const values = Array.from({ length: steps + 1 }, (_, n) => least * (most / least) ** (n / steps));
  const [floor, ceiling] = y.domain() as [number, number];
  const inside = values.filter((at) => book(at) >= floor && book(at) <= ceiling);
  return inside.length > 1 ? line()(inside.map((at) => [x(at), y(book(at))]))! : '';
}

function predictedMarks(crossings: readonly GrowthCrossing[], x: Axis): GrowthGeometry['predicted'] {
  const [least, most] = x.domain() as [number, number];
  const inside = crossings.filter(({ predicted }) => predicted >= least && predicted <= most);
  const values = [...new Set(inside.map(({ predicted }) => predicted))].sort((a, b) => a - b);
  return values.map((value) => ({
    value,
    x: x(value),
    pairs: inside.filter(({ predicted }) => predicted === value).map(({ attention, rival }) => ({ attention, rival })),
  }));
}

function measuredMarks(
  crossings: readonly GrowthCrossing[],
  lines: readonly GrowthLine[],
  x: Axis,
  y: Axis,
): GrowthGeometry['measured'] {
  return crossings.flatMap(({ attention, rival, measured }) =>
    (Object.entries(measured) as [BackendKind, number | null][]).flatMap(([backend, value]) => {
      const own = lines.find((one) => one.kind === rival && one.backend === backend);
      const ms = value === null || !own ? null : timeAt(own, value);
      return value === null || ms === null ? [] : [{ attention, rival, backend, value, x: x(value), y: y(ms) }];
    }),
  );
}

/** Between two neighbouring points, straight on logarithmic axes. */
function timeAt({ points }: GrowthLine, value: number): number | null {
  const right = points.findIndex((point) => point.x >= value);
  if (right < 1) return right === 0 && points[0]!.x === value ? points[0]!.ms.median : null;
  const [a, b] = [points[right - 1]!, points[right]!];
  const share = Math.log(value / a.x) / Math.log(b.x / a.x);
  return a.ms.median * (b.ms.median / a.ms.median) ** share;
}

/** The measured sizes, or powers of two; thinned, the largest always among them. */
function sizeTicks(lines: readonly GrowthLine[], x: Axis, width: number): { x: number; value: number }[] {
  const [least, most] = x.domain() as [number, number];
  const powers: number[] = [];
  for (let power = 1; power <= most; power *= 2) if (power >= least) powers.push(power);
  const measured = lines.flatMap(({ points }) => points.map((point) => point.x));
  const values = [...new Set(measured.length > 0 ? [...measured, ...powers] : powers)].sort((a, b) => b - a);
  let next = width + TICK_PX;
  const kept = values.filter((value) => {
    if (x(value) > next - TICK_PX) return false;
    next = x(value);
    return true;
  });
  return kept.reverse().map((value) => ({ x: x(value), value }));
}
