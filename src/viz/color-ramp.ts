// The colour ramps: 256 RGB triples each, and what is read off them. Tables are made at build time (`tools/color-ramps-plugin.ts`).
// Called by the pixel painters and the colour legend.
import tables from 'virtual:color-ramps';

/** The ramps a person may choose for weights; all rise or fall steadily in lightness. */
export const WEIGHT_RAMPS = ['viridis', 'cividis', 'magma', 'greys'] as const;
export type WeightRamp = (typeof WEIGHT_RAMPS)[number];
/** For signed differences: a light or a dark neutral middle, to stand on the page's own surface. */
export type DifferenceRamp = 'difference-light' | 'difference-dark';
export type RampName = WeightRamp | DifferenceRamp;

/** True for the ramps of signed differences. */
export function isDifferenceRamp(name: RampName): name is DifferenceRamp {
  return name === 'difference-light' || name === 'difference-dark';
}

export const RAMP_ENTRIES = 256;
/** Entry of a difference ramp that means exactly zero. */
export const NEUTRAL_ENTRY = 128;

const decoded = new Map<RampName, Uint8Array>();

/** 256 RGB triples `[256 · 3]`. Shared: do not write into it. */
export function ramp(name: RampName): Uint8Array {
  let bytes = decoded.get(name);
  if (!bytes) {
    bytes = Uint8Array.from(atob(tables[name]), (character) => character.charCodeAt(0));
    decoded.set(name, bytes);
  }
  return bytes;
}

/** One entry as a CSS colour. */
export function rampColor(name: RampName, entry: number): string {
  const bytes = ramp(name);
  const at = 3 * Math.max(0, Math.min(RAMP_ENTRIES - 1, Math.round(entry)));
  return `rgb(${bytes[at]} ${bytes[at + 1]} ${bytes[at + 2]})`;
}

/** The whole ramp as a CSS gradient from left to right, in 32 pieces. */
export function rampGradient(name: RampName): string {
  const pieces = 32;
  const colors = Array.from({ length: pieces + 1 }, (_, n) => rampColor(name, ((RAMP_ENTRIES - 1) * n) / pieces));
  return `linear-gradient(90deg, ${colors.join(', ')})`;
}

function linearChannel(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance of one entry, 0…1 (WCAG 2.2). */
export function rampLuminance(name: RampName, entry: number): number {
  const bytes = ramp(name);
  const at = 3 * Math.max(0, Math.min(RAMP_ENTRIES - 1, Math.round(entry)));
  return (
    0.2126 * linearChannel(bytes[at]!) + 0.7152 * linearChannel(bytes[at + 1]!) + 0.0722 * linearChannel(bytes[at + 2]!)
  );
}

/** Black or white, whichever contrasts more with this entry: text written on a cell. At least 4.5 : 1 on every ramp. */
export function inkOn(name: RampName, entry: number): '#000' | '#fff' {
  const luminance = rampLuminance(name, entry);
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000' : '#fff';
}
