// Which cells stand in the page for the keyboard, and where they lie over the picture.
import { describe, expect, it } from 'vitest';
import { indexWindow, MOST_WHOLE, windowBox } from '../../src/viz/grid-window.ts';

describe('the part of an axis that is there', () => {
  it('is all of it up to 64', () => {
    for (const count of [1, 2, 63, MOST_WHOLE]) expect(indexWindow(count - 1, count)).toEqual([0, count]);
  });

  it('holds every cursor, stays inside, and never grows beyond 64', () => {
    for (const count of [65, 97, 512, 65_536])
      for (const at of [0, 1, 15, 16, 31, 40, 64, count / 2, count - 17, count - 2, count - 1].map(Math.floor)) {
        const [start, end] = indexWindow(at, count);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(at).toBeGreaterThanOrEqual(start);
        expect(at).toBeLessThan(end);
        expect(end - start).toBeLessThanOrEqual(MOST_WHOLE);
      }
  });

  it('keeps neighbours on both sides away from the ends', () => {
    for (let at = 40; at < 400; at++) {
      const [start, end] = indexWindow(at, 512);
      expect(at - start).toBeGreaterThanOrEqual(8);
      expect(end - 1 - at).toBeGreaterThanOrEqual(7);
    }
  });

  it('moves in steps of 16: a walk of 100 cells changes it at most 7 times', () => {
    const starts = new Set(Array.from({ length: 100 }, (_, n) => indexWindow(200 + n, 512)[0]));
    expect(starts.size).toBeLessThanOrEqual(8);
  });
});

describe('its box', () => {
  it('covers the picture when both are all there is', () => {
    const whole = { rows: [0, 24] as [number, number], columns: [0, 24] as [number, number] };
    expect(windowBox(whole, whole)).toEqual({ left: '0%', top: '0%', width: '100%', height: '100%' });
  });

  it('reaches beyond a zoomed picture on both sides', () => {
    const part = { rows: [0, 64] as [number, number], columns: [16, 48] as [number, number] };
    const box = windowBox(part, { rows: [16, 48], columns: [32, 64] });
    expect(box).toEqual({ left: '-50%', top: '-50%', width: '100%', height: '200%' });
  });
});
