// A row of numbers as bars: where bars grow from, what stands for many keys, and which columns are hidden.
import { describe, expect, it } from 'vitest';
import { stripBars } from '../../src/viz/strip-bars.ts';

const boxes = (path: string) => path.split('M').filter(Boolean);

describe('a strip of bars', () => {
  it('grows from a zero line inside its own domain', () => {
    const { low, high, zero, path } = stripBars([3, -1, 0], null, 30, 40);
    expect([low, high, zero]).toEqual([-1, 3, 30]);
    expect(boxes(path)[0]).toBe('0.00 30.00V0.00h9.00V30.00z');
  });

  it('lets the largest magnitude stand for the keys of a pixel', () => {
    const { path } = stripBars([1, -2, 0.5, 0.25], null, 2, 30);
    expect(boxes(path)).toEqual(['0.00 10.00V30.00h1.00V10.00z', '1.00 10.00V5.00h1.00V10.00z']);
  });

  it('boxes each run of hidden keys, and nothing where all are seen', () => {
    const values = [1, 1, 1, 1, 1, 1];
    expect(boxes(stripBars(values, [1, 0, 0, 1, 1, 0], 60, 40).hidden)).toEqual([
      '10.00 0H30.00V40H10.00z',
      '50.00 0H60.00V40H50.00z',
    ]);
    expect(stripBars(values, [1, 1, 1, 1, 1, 1], 60, 40).hidden).toBe('');
    expect(stripBars(values, null, 60, 40).hidden).toBe('');
  });

  it('does not hide a pixel that holds one seen key', () => {
    expect(stripBars([1, 1, 1, 1], [0, 1, 0, 0], 2, 40).hidden).toBe('M1.00 0H2.00V40H1.00z');
  });
});
