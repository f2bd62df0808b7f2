// A row of weights as notes: pitch, place, order, silence and length.
import { describe, expect, it } from 'vitest';
import { HIGHEST_HZ, LOWEST_HZ, rowNotes } from '../../src/viz/row-notes.ts';

const all = () => true;
const keysOf = (row: ReturnType<typeof rowNotes>) => row.notes.map(({ keys }) => keys);

describe('a row as notes', () => {
  it('hears equal steps of weight as equal steps of pitch, from 220 to 880 Hz', () => {
    const { notes } = rowNotes([0, 0.1, 0.2, 0.3, 0.4], all, 0.4);
    const hertz = notes.map(({ frequencyHz }) => frequencyHz);
    expect(hertz[0]).toBe(LOWEST_HZ);
    expect(hertz[2]).toBeCloseTo(440, 9);
    expect(hertz[4]).toBeCloseTo(HIGHEST_HZ, 9);
    for (let n = 1; n < 5; n++) expect(hertz[n]! / hertz[n - 1]!).toBeCloseTo(Math.SQRT2, 9);
  });

  it('goes through the keys in order, from left to right', () => {
    const { notes, step, duration } = rowNotes([0.5, 0.25, 0.25], all, 0.5);
    expect(notes.map(({ pan }) => pan)).toEqual([-1, 0, 1]);
    expect(notes.map(({ start }) => start)).toEqual([0, step, 2 * step]);
    expect(duration).toBeCloseTo(3 * step, 12);
  });

  it('keeps hidden keys silent: no time before and after, a rest between', () => {
    const row = rowNotes([0.2, 0, 0, 0.5, 0.3, 0], (key) => key === 0 || key === 3 || key === 4, 0.5);
    expect(keysOf(row)).toEqual([
      [0, 1],
      [3, 4],
      [4, 5],
    ]);
    expect(row.notes.map(({ start }) => Math.round(start / row.step))).toEqual([0, 2, 3]);
    const late = rowNotes([0, 0, 0, 1], (key) => key === 3, 1);
    expect(late.notes).toHaveLength(1);
    expect(late.notes[0]).toMatchObject({ start: 0, pan: 1 });
  });

  it('sounds a seen key of weight 0 as the lowest pitch', () => {
    expect(rowNotes([0, 1], all, 1).notes[0]!.frequencyHz).toBe(LOWEST_HZ);
    expect(rowNotes([0, 0], all, 0).notes.map(({ frequencyHz }) => frequencyHz)).toEqual([LOWEST_HZ, LOWEST_HZ]);
  });

  it('keeps 64 keys apart and pools more, without losing a key or the largest weight', () => {
    expect(rowNotes(new Float32Array(64), all, 1)).toMatchObject({ pooled: 1 });
    for (const length of [1, 2, 24, 63, 64, 65, 100, 1023, 4096, 65536]) {
      const weights = new Float32Array(length).fill(0.5 / length);
      weights[Math.floor(length / 3)] = 0.5;
      const row = rowNotes(weights, all, 0.5);
      expect(row.notes.length, String(length)).toBeLessThanOrEqual(64);
      expect(row.duration).toBeLessThanOrEqual(4 + 1e-9);
      expect(row.notes[0]!.keys[0]).toBe(0);
      expect(row.notes.at(-1)!.keys[1]).toBe(length);
      row.notes.slice(1).forEach(({ keys }, n) => expect(keys[0]).toBe(row.notes[n]!.keys[1]));
      expect(row.notes.filter(({ weight }) => weight === 0.5)).toHaveLength(1);
      for (const { pan } of row.notes) expect(Math.abs(pan)).toBeLessThanOrEqual(1);
    }
  });

  it('hears every key of a window in a long row, wherever it stands', () => {
    const row = rowNotes(new Float32Array(4096), (key) => key >= 2000 && key < 2033, 1);
    expect(row.notes).toHaveLength(33);
    expect(row.pooled).toBe(1);
    expect(row.notes[0]!.pan).toBeCloseTo(-0.0234, 3);
  });

  it('stays within its time where every second key is hidden', () => {
    const row = rowNotes(new Float32Array(4096), (key) => key % 2 === 0, 1);
    expect(row.notes.length).toBeLessThanOrEqual(64);
    expect(row.duration).toBeLessThanOrEqual(4 + 1e-9);
    expect(rowNotes(new Float32Array(9), (key) => key % 2 === 0, 1).duration).toBeCloseTo(9 * 0.16, 9);
  });

  it('has no note for a row that sees nothing', () => {
    expect(rowNotes(new Float32Array(8), () => false, 0)).toMatchObject({ notes: [], duration: 0 });
    expect(rowNotes([], all, 0).notes).toEqual([]);
  });
});
