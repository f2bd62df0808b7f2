// Geometry of error over time: a point per restricted mask, full attention as the reference without error, and the frontier: the masks
// that no other beats in both. No drawing; `ui/charts/FrontierChart.svelte` and the export do.
import { line, scaleLinear, scaleLog } from 'd3';
import type { Quartiles } from '../theory/statistics.ts';

/** How a mask differs from a plain window: its mark. */
export const FRONTIER_KINDS = ['full', 'plain', 'dilated', 'global'] as const;
export type FrontierKind = (typeof FRONTIER_KINDS)[number];

export interface FrontierMask {
  id: string;
  kind: FrontierKind;
  /** Short name beside the point: "±32". */
  label: string;
  /** ‖Δ‖ / ‖full output‖. */
  error: number;
  /** Milliseconds; null when no time was measured. */
  ms: Quartiles | null;
}

export interface FrontierPoint extends FrontierMask {
  ms: Quartiles;
  x: number;
  y: number;
  whisker: [number, number];
  /** No other mask is both quicker and closer to full attention. */
  isBest: boolean;
  /** There is room for its label. */
  isLabelled: boolean;
}

export interface FrontierGeometry {
  points: FrontierPoint[];
  /** Steps through the best points, SVG path data. */
  frontier: string;
  /** Through the masks of one kind in the order given, SVG path data. */
  lines: { kind: FrontierKind; path: string }[];
  xTicks: { x: number; ms: number }[];
  yTicks: { y: number; error: number }[];
}

/** Beyond this ratio of times a linear axis would crowd the quick ones. */
const LINEAR_RATIO = 12;
const TICK_PX = 56;

function timeAxis(points: readonly { ms: Quartiles }[], width: number) {
  const longest = Math.max(...points.map(({ ms }) => ms.upper));
  const shortest = Math.min(...points.map(({ ms }) => (ms.lower > 0 ? ms.lower : ms.median)));
  const isLogarithmic = shortest > 0 && longest > shortest * LINEAR_RATIO;
  if (!isLogarithmic) {
    const x = scaleLinear([0, longest * 1.04 || 1], [0, width]);
    return { x, ticks: x.ticks(Math.max(2, Math.floor(width / TICK_PX))) };
  }
  const x = scaleLog([shortest / 1.25, longest * 1.15], [0, width]).clamp(true);
  return { x, ticks: spacedTicks(x.ticks(), x) };
}

/** 1, 2 and 5 times powers of ten, far enough apart. */
function spacedTicks(ticks: readonly number[], x: (ms: number) => number): number[] {
  const round = ticks.filter((ms) => [1, 2, 5].includes(Number(ms.toExponential(0)[0])));
  return round.reduce<number[]>((kept, ms) => (kept.length > 0 && x(ms) - x(kept.at(-1)!) < TICK_PX ? kept : [...kept, ms]), []); // prettier-ignore
}

const isBeaten = (one: FrontierPoint, others: readonly FrontierPoint[]) =>
  others.some(
    (other) =>
      other !== one &&
      other.ms.median <= one.ms.median &&
      other.error <= one.error &&
      (other.ms.median < one.ms.median || other.error < one.error),
  );

/** Null without a measured time. */
export function frontierGeometry(
  masks: readonly FrontierMask[],
  { width, height }: { width: number; height: number },
): FrontierGeometry | null {
  const timed = masks.flatMap((one) => (one.ms ? [{ ...one, ms: one.ms }] : []));
  if (timed.length === 0) return null;
  const { x, ticks } = timeAxis(timed, width);
  const y = scaleLinear([0, Math.max(0.05, ...timed.map(({ error }) => error)) * 1.06], [height, 0]);
  const points = timed.map((one): FrontierPoint => ({
    ...one,
    x: x(one.ms.median),
    y: y(one.error),
    whisker: [x(one.ms.lower > 0 ? one.ms.lower : one.ms.median), x(one.ms.upper)],
    isBest: false,
    isLabelled: false,
  }));
  for (const point of points) point.isBest = !isBeaten(point, points);
  labelWithRoom(points);
  const kinds = FRONTIER_KINDS.filter((kind) => kind !== 'full');
  return {
    points,
    frontier: stepsThrough(points.filter(({ isBest }) => isBest)),
    lines: kinds.flatMap((kind) => {
      const own = points.filter((one) => one.kind === kind);
      return own.length < 2 ? [] : [{ kind, path: line()(own.map((one) => [one.x, one.y]))! }];
    }),
    xTicks: ticks.map((ms) => ({ x: x(ms), ms })),
    yTicks: y.ticks(Math.max(2, Math.floor(height / TICK_PX))).map((error) => ({ y: y(error), error })),
  };
}

const LABEL_PX = { width: 44, height: 15 };

/** Full attention and plain windows first, then the repairs that pay; a label that would stand on another is left out. */
function labelWithRoom(points: readonly FrontierPoint[]): void {
  const isFree = (one: FrontierPoint) =>
    points.every(
      (other) =>
        !other.isLabelled || Math.abs(other.x - one.x) > LABEL_PX.width || Math.abs(other.y - one.y) > LABEL_PX.height,
    );
  const first = points.filter(({ kind }) => kind === 'full');
  const plain = points.filter(({ kind }) => kind === 'plain');
  const best = points.filter(({ kind, isBest }) => kind !== 'full' && kind !== 'plain' && isBest);
  for (const point of [...first, ...plain, ...best]) point.isLabelled = isFree(point);
}

/** From the quickest to the most exact: what more time buys. */
function stepsThrough(best: readonly FrontierPoint[]): string {
  const sorted = [...best].sort((a, b) => a.x - b.x);
  return sorted.map(({ x, y }, n) => (n === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('');
}
