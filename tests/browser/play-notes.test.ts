// The player's sound itself, computed by the browser's own Web Audio without a loudspeaker: pitches, sides, silence, volume.
import { expect, it } from 'vitest';
import { scheduleNotes } from '../../src/ui/play-notes.ts';
import { rowNotes } from '../../src/viz/row-notes.ts';

const RATE = 44_100;
const row = rowNotes([0, 0.5, 0, 0, 0.25], (key) => key !== 2 && key !== 3, 0.5);

async function sound(percent: number): Promise<[Float32Array, Float32Array]> {
  const context = new OfflineAudioContext(2, Math.ceil((row.duration + 0.2) * RATE), RATE);
  scheduleNotes(context, row, 0, percent);
  const rendered = await context.startRendering();
  return [rendered.getChannelData(0), rendered.getChannelData(1)];
}
/** The middle of a step, where its note is at its loudest. */
const middle = (samples: Float32Array, step: number) =>
  samples.subarray(Math.round((step + 0.25) * row.step * RATE), Math.round((step + 0.7) * row.step * RATE));
const loudness = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
const hertz = (samples: Float32Array) => {
  let crossings = 0;
  for (let n = 1; n < samples.length; n++) if (samples[n - 1]! < 0 !== samples[n]! < 0) crossings++;
  return (crossings / 2 / samples.length) * RATE;
};

it('plays every key at its pitch and side, is silent where keys are hidden, and ends', async () => {
  const [left, right] = await sound(100);
  expect(Math.abs(hertz(middle(left, 0)) / 220 - 1)).toBeLessThan(0.08);
  expect(loudness(middle(left, 0))).toBeGreaterThan(0.3);
  expect(loudness(middle(right, 0))).toBeLessThan(0.01);
  expect(Math.abs(hertz(middle(left, 1)) / 880 - 1)).toBeLessThan(0.05);
  expect(loudness(middle(left, 1))).toBeGreaterThan(loudness(middle(right, 1)));
  expect(loudness(middle(right, 1))).toBeGreaterThan(0.1);
  expect(loudness(middle(left, 2)) + loudness(middle(right, 2))).toBeLessThan(1e-4);
  expect(Math.abs(hertz(middle(right, 3)) / 440 - 1)).toBeLessThan(0.06);
  expect(loudness(middle(left, 3))).toBeLessThan(0.01);
  expect(loudness(right.subarray(Math.ceil(row.duration * RATE)))).toBe(0);
});

it('is as loud as the volume says: a quarter at the middle, nothing at 0', async () => {
  const loud = loudness(middle((await sound(100))[0], 0));
  expect(loudness(middle((await sound(50))[0], 0)) / loud).toBeCloseTo(0.25, 2);
  expect(loudness((await sound(0))[0])).toBe(0);
});
