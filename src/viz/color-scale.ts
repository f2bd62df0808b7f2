// Which ramp entry a number gets, and which numbers a legend prints. One scale serves the picture and its legend, so they cannot differ.
// Exact zero is the ramp's bottom; the smallest positive weight already stands visibly above it.
import { ticks } from 'd3';
import { NEUTRAL_ENTRY, RAMP_ENTRIES, rampColor, type WeightRamp } from './color-ramp.ts';

export type ScaleKind = 'linear' | 'log' | 'row';

const TOP_ENTRY = RAMP_ENTRIES - 1;
/** The entry of the smallest positive weight: ΔE 9 or more from zero's on the coloured ramps, 4 on the greys. */
export const LEAST_POSITIVE_ENTRY = 24;
/** The logarithmic scale spans this many powers of ten below the largest value unless told otherwise. */
const LOG_DECADES = 5;

export interface WeightScale {
  kind: ScaleKind;
  /** The value at the ramp's top. For `row`: 1, the row's own largest. */
  max: number;
  /** Positive values at or below it share the lowest positive entry; 0 for the linear scales. */
  floor: number;
  /** Ramp entry 0…255. */
  entry: (value: number) => number;
}

export interface LegendStop {
  value: number;
  /** Place along the ramp, 0…1. */
  position: number;
}

/** The largest finite value, or 0. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let n = 0; n < values.length; n++) if (values[n]! > largest && values[n]! < Infinity) largest = values[n]!;
  return largest;
}

/** The largest finite magnitude, or 0. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let n = 0; n < values.length; n++) {
    const magnitude = Math.abs(values[n]!);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  return largest;
}

const positiveEntry = (share: number) =>
  Math.round(LEAST_POSITIVE_ENTRY + (TOP_ENTRY - LEAST_POSITIVE_ENTRY) * Math.max(0, Math.min(1, share)));

/** A scale from 0 to `max` (1 for a fixed domain, the picture's largest value for one that adapts). */
export function weightScale(kind: ScaleKind, max: number, floor = max / 10 ** LOG_DECADES): WeightScale {
  if (kind === 'log') {
    const span = Math.log(max / floor);
    const entry = (value: number) => (value > 0 && max > 0 ? positiveEntry(Math.log(value / floor) / span) : 0);
    return { kind, max, floor, entry };
  }
  const top = kind === 'row' ? 1 : max;
  return { kind, max: top, floor: 0, entry: (value) => (value > 0 && top > 0 ? positiveEntry(value / top) : 0) };
}

const onRamp = (scale: WeightScale, value: number): LegendStop => ({
  value,
  position: scale.entry(value) / TOP_ENTRY,
});

/** At least three numbers to print along the ramp, climbing. The linear ones begin at 0 and end at the top. */
export function legendStops(scale: WeightScale): LegendStop[] {
  // Nothing above zero to scale by (an empty picture): the legend still shows its ramp, over 0…1.
  if (!(scale.max > 0)) return legendStops(weightScale('linear', 1));
  if (scale.kind === 'log') return logStops(scale);
  const inner = ticks(0, scale.max, 4).filter((value) => value > 0 && value < scale.max * 0.9);
  return [0, ...inner, scale.max].map((value) => onRamp(scale, value));
}

/** Round powers of ten between floor and top; both ends too where they are not next to one. */
function logStops(scale: WeightScale): LegendStop[] {
  const first = Math.ceil(Math.log10(scale.floor) - 1e-9);
  const last = Math.floor(Math.log10(scale.max) + 1e-9);
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => Number(`1e${first + n}`));
  const isApart = (end: number) => powers.every((power) => Math.abs(Math.log10(power / end)) > 0.25);
  const values = [
    ...(isApart(scale.floor) ? [scale.floor] : []),
    ...powers,
    ...(isApart(scale.max) ? [scale.max] : []),
  ];
  return values.map((value) => onRamp(scale, value));
}

/** The ramp as a legend shows it: a flat piece for exact zero, then every entry a positive weight can have. */
export function weightGradient(name: WeightRamp): string {
  const zero = rampColor(name, 0);
  const share = (entry: number) => `${((100 * entry) / TOP_ENTRY).toFixed(2)}%`;
  const pieces = 24;
  const colors = Array.from({ length: pieces + 1 }, (_, n) => {
    const entry = LEAST_POSITIVE_ENTRY + ((TOP_ENTRY - LEAST_POSITIVE_ENTRY) * n) / pieces;
    return `${rampColor(name, entry)} ${share(entry)}`;
  });
  return `linear-gradient(90deg, ${zero} 0 ${share(LEAST_POSITIVE_ENTRY)}, ${colors.join(', ')})`;
}

/** Entry of a signed difference on a domain from `−limit` to `limit`. Exact zero, and only it, is neutral. */
export function differenceEntry(value: number, limit: number): number {
  if (value === 0 || !(limit > 0)) return NEUTRAL_ENTRY;
  const share = Math.max(-1, Math.min(1, value / limit));
  if (share > 0) return NEUTRAL_ENTRY + Math.max(1, Math.round(share * (TOP_ENTRY - NEUTRAL_ENTRY)));
  return NEUTRAL_ENTRY + Math.min(-1, Math.round(share * NEUTRAL_ENTRY));
}

/** Five numbers from `−limit` to `limit`, zero in the middle. */
export function differenceStops(limit: number): LegendStop[] {
  return [-1, -0.5, 0, 0.5, 1].map((share) => ({
    value: share * limit,
    position: differenceEntry(share * limit, limit) / TOP_ENTRY,
  }));
}

/** The share of positive weights that stay below the top of a linear ramp. */
const BELOW_TOP = 0.995;
const TOP_SAMPLES = 20_000;

/** Top of one linear ramp for several pictures: nearly all positive weights lie below it. At least 1 picture; 1 when all are zero. */
export function rampTop(pictures: readonly ArrayLike<number>[]): number {
  const steps = pictures.map(({ length }) => Math.max(1, Math.floor(length / TOP_SAMPLES)));
  const samples = new Float32Array(pictures.reduce((sum, { length }, at) => sum + Math.ceil(length / steps[at]!), 0));
  let count = 0;
  pictures.forEach((values, at) => {
    for (let n = 0; n < values.length; n += steps[at]!)
      if (values[n]! > 0 && values[n]! < Infinity) samples[count++] = values[n]!;
  });
  if (count === 0) return Math.max(...pictures.map(largestOf)) || 1;
  return sampleOfRank(samples.subarray(0, count), Math.ceil(BELOW_TOP * (count - 1)));
}

/**
 * The positive sample that `rank` others are not above, as sorting would find it. Positive floats are ordered as their bits are, so
 * counting the upper halves of the bits leaves one bin to sort: a tenth of the time sorting 40,000 samples takes while a slider moves.
 */
function sampleOfRank(samples: Float32Array<ArrayBuffer>, rank: number): number {
  const bits = new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
  const counts = new Uint32Array(1 << 15);
  for (let n = 0; n < bits.length; n++) counts[bits[n]! >>> 16]!++;
  let bin = 0;
  let below = 0;
  while (below + counts[bin]! <= rank) below += counts[bin++]!;
  return samples.filter((_, n) => bits[n]! >>> 16 === bin).sort()[rank - below]!;
}
