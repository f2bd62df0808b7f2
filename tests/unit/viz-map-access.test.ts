// The colour maps for everyone, recomputed (checks 15, 17 and 18 of `shared/research/embed.md` §3): lightness rises or falls steadily, nine
// steps stay apart also under three kinds of colour blindness, text on any colour can be read, and the frame stands out from page and map.
import { lab, rgb, type RGBColor } from 'd3';
import { describe, expect, it } from 'vitest';
import { inkOn, ramp, RAMP_ENTRIES, rampLuminance, WEIGHT_RAMPS, type RampName } from '../../src/viz/color-ramp.ts';

const colorAt = (name: RampName, entry: number) => {
  const [r, g, b] = ramp(name).subarray(3 * entry, 3 * entry + 3);
  return rgb(r!, g!, b!);
};
const linear = (byte: number) => (byte <= 10.31475 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const encoded = (share: number) =>
  255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * Math.max(0, share) ** (1 / 2.4) - 0.055);

/** Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB. */
const KINDS = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;
function seen({ r, g, b }: RGBColor, m: readonly number[]): RGBColor {
  const [x, y, z] = [linear(r), linear(g), linear(b)];
  const channel = (n: number) => Math.max(0, Math.min(255, encoded(m[n]! * x + m[n + 1]! * y + m[n + 2]! * z)));
  return rgb(channel(0), channel(3), channel(6));
}
function difference(a: RGBColor, b: RGBColor): number {
  const [x, y] = [lab(a), lab(b)];
  return Math.hypot(x.l - y.l, x.a - y.a, x.b - y.b);
}

describe.each(WEIGHT_RAMPS)('%s', (name) => {
  it('rises or falls in lightness all the way', () => {
    const lightness = Array.from({ length: 101 }, (_, n) => lab(colorAt(name, Math.round((n * 255) / 100))).l);
    const sign = Math.sign(lightness.at(-1)! - lightness[0]!);
    for (let n = 1; n < lightness.length; n++) expect(sign * (lightness[n]! - lightness[n - 1]!)).toBeGreaterThan(-0.6);
    expect(Math.abs(lightness.at(-1)! - lightness[0]!)).toBeGreaterThan(70);
  });

  it.each(Object.entries(KINDS))('keeps nine steps apart for %s sight', (_, matrix) => {
    const steps = Array.from({ length: 9 }, (_, n) => seen(colorAt(name, Math.round((n * 255) / 8)), matrix));
    const least = Math.min(...steps.slice(1).map((color, n) => difference(color, steps[n]!)));
    expect(least).toBeGreaterThan(5);
  });

  it('takes black or white text at 4.5 : 1 or better on every entry', () => {
    for (let entry = 0; entry < RAMP_ENTRIES; entry++) {
      const ground = rampLuminance(name, entry);
      const ink = inkOn(name, entry) === '#000' ? 0 : 1;
      const [light, dark] = [Math.max(ground, ink), Math.min(ground, ink)];
      expect((light + 0.05) / (dark + 0.05), `entry ${entry}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('lets the two tones of the focus ring stand out: one of them at 3 : 1 or better on every entry', () => {
    for (let entry = 0; entry < RAMP_ENTRIES; entry++) {
      const ground = rampLuminance(name, entry);
      expect(Math.max(1.05 / (ground + 0.05), (ground + 0.05) / 0.05)).toBeGreaterThanOrEqual(3);
    }
  });
});
