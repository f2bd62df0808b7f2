// The roofline of the measured devices on log–log axes (Williams et al. 2009): two lines each, and what the four series reached below.
// Shares and geometry; no drawing: `ui/charts/RooflineChart.svelte` does. A series is read on the backend's own clock where it has one.
import { line, scaleLog, type ScaleLogarithmic } from 'd3';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendKind } from '../contract/engine.ts';
import type { Measurement, Series } from '../contract/workbench.ts';
import { attainable, boundBy, ridge, rooflineOf, rooflineShare, type Roofline } from '../theory/roofline.ts';
import { median } from '../theory/statistics.ts';
import { backendOf, VARIANT_COLOR, variantOf } from './head-hue.ts';
import { spreadLabels } from './label-spacing.ts';
import { decades } from './timing-bars.ts';
import type { Clock } from './timing-series.ts';

/** What something measured makes of its device: a point below its roofline. */
export interface RooflineReading {
  /** Names it. */
  series: string;
  backend: 'gpu' | 'cpu';
  /** CSS colour. */
  color: string;
  /** Operations per byte. */
  intensity: number;
  flopsPerSecond: number;
  /** Operations per second the device allows at that intensity. */
  limit: number;
  share: number;
  boundBy: 'compute' | 'memory';
}

/** One of the attention lab's four series. */
export interface SeriesShare extends RooflineReading {
  series: Series;
  clock: Clock;
}

/** Reads a rate against its device's limits. */
export function underRoofline(peak: DevicePeak, intensity: number, flopsPerSecond: number) {
  const roofline = rooflineOf(peak);
  return {
    intensity,
    flopsPerSecond,
    limit: attainable(roofline, intensity),
    share: rooflineShare(roofline, intensity, flopsPerSecond),
    boundBy: boundBy(roofline, intensity),
  };
}

const kindOf = (series: Series): BackendKind => (backendOf(series) === 'gpu' ? 'webgpu' : 'cpu');

/** Series whose device's limits are known, in the order given. */
export function seriesShares(measurements: readonly Measurement[], peaks: readonly DevicePeak[]): SeriesShare[] {
  return measurements.flatMap((one) => {
    const peak = peaks.find(({ backend }) => backend === kindOf(one.series));
    const clock: Clock = one.kernel.length > 0 ? 'kernel' : 'wall';
    const ms = median(one[clock]);
    if (!peak || !(ms > 0) || !(one.bytes > 0) || !(one.flops > 0)) return [];
    const { series } = one;
    const drawn = { backend: backendOf(series), color: VARIANT_COLOR[variantOf(series)] };
    return [{ series, clock, ...drawn, ...underRoofline(peak, one.flops / one.bytes, (one.flops * 1000) / ms) }];
  });
}

export interface RooflineLine {
  backend: BackendKind;
  roofline: Roofline;
  /** Up the slope of the memory and along the flat of computing, SVG path data. */
  path: string;
  ridge: { x: number; y: number; intensity: number };
}

export interface RooflinePoint extends RooflineReading {
  x: number;
  y: number;
  labelY: number;
  /** The side of the point its label stands on. */
  labelSide: 'left' | 'right';
}

export interface RooflineGeometry {
  lines: RooflineLine[];
  points: RooflinePoint[];
  xTicks: { x: number; intensity: number }[];
  yTicks: { y: number; flopsPerSecond: number }[];
}

export interface RooflineOptions {
  /** Pixels of the plot itself. */
  width: number;
  height: number;
  /** Pixels a direct label needs. */
  labelHeight: number;
}

type Axis = ScaleLogarithmic<number, number>;

/** Null without a measured device. */
export function rooflineGeometry(
  peaks: readonly DevicePeak[],
  shares: readonly RooflineReading[],
  { width, height, labelHeight }: RooflineOptions,
): RooflineGeometry | null {
  if (peaks.length === 0) return null;
  const devices = peaks.map((peak) => ({ backend: peak.backend, roofline: rooflineOf(peak) }));
  const x = intensityAxis(devices, shares, width);
  const y = rateAxis(devices, shares, x, height);
  const lines = devices.map((device) => deviceLine(device, x, y));
  return {
    lines,
    points: placedPoints(shares, x, y, labelHeight, width, height),
    xTicks: decades(x.domain() as [number, number], width).map((intensity) => ({ x: x(intensity), intensity })),
    yTicks: decades(y.domain() as [number, number], height).map((rate) => ({ y: y(rate), flopsPerSecond: rate })),
  };
}

/** From a few times below the least ridge or point to a few times above the most. */
function intensityAxis(
  devices: readonly { roofline: Roofline }[],
  shares: readonly RooflineReading[],
  width: number,
): Axis {
  const marks = [...devices.map(({ roofline }) => ridge(roofline)), ...shares.map(({ intensity }) => intensity)];
  return scaleLog([Math.min(...marks) / 6, Math.max(...marks) * 6], [0, width]);
}

/** From below the slowest point, and low enough to show some of every slope, to a little above the highest flat. */
function rateAxis(
  devices: readonly { roofline: Roofline }[],
  shares: readonly RooflineReading[],
  x: Axis,
  height: number,
): Axis {
  const left = x.domain()[0]!;
  const least = Math.min(
    ...devices.map(({ roofline }) => attainable(roofline, left)),
    ...shares.map((one) => one.flopsPerSecond / 2),
  );
  const most = Math.max(
    ...devices.map(({ roofline }) => roofline.flops),
    ...shares.map(({ flopsPerSecond }) => flopsPerSecond),
  );
  return scaleLog([least, most * 4], [height, 0]);
}

function deviceLine(
  { backend, roofline }: { backend: BackendKind; roofline: Roofline },
  x: Axis,
  y: Axis,
): RooflineLine {
  const [left, right] = x.domain() as [number, number];
  const corner = ridge(roofline);
  const path = line()([left, corner, right].map((at) => [x(at), y(attainable(roofline, at))]))!;
  const top = y(roofline.flops);
  return { backend, roofline, path, ridge: { x: x(corner), y: top, intensity: corner } };
}

function placedPoints(
  shares: readonly RooflineReading[],
  x: Axis,
  y: Axis,
  labelHeight: number,
  width: number,
  height: number,
): RooflinePoint[] {
  const points = shares.map((share): RooflinePoint => {
    const at = { x: x(share.intensity), y: y(share.flopsPerSecond) };
    return { ...share, ...at, labelY: at.y, labelSide: at.x > width / 2 ? 'left' : 'right' };
  });
  for (const side of ['left', 'right'] as const) {
    const own = points.filter(({ labelSide }) => labelSide === side);
    const spread = spreadLabels(
      own.map(({ labelY }) => labelY),
      labelHeight,
      height,
    );
    own.forEach((point, n) => (point.labelY = spread[n]!));
  }
  return points;
}
