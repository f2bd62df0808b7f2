import { describe, expect, it } from 'vitest';
import { fitPowerLaw, predict } from '../../src/theory/fit.ts';
import { median, quantile, quartiles } from '../../src/theory/statistics.ts';

describe('power-law fit', () => {
  it('recovers an exact law without error', () => {
    const xs = [2, 4, 8, 16];
    const law = fitPowerLaw(
      xs,
      xs.map((x) => 3 * x ** 1.5),
    )!;
    expect(law.exponent).toBeCloseTo(1.5, 12);
    expect(law.factor).toBeCloseTo(3, 12);
    expect(law.exponentError).toBeCloseTo(0, 7);
    expect(predict(law, 100)).toBeCloseTo(3000, 8);
  });

  it('gives the textbook standard error of the slope', () => {
    // ln x = 0, 1, 2, 3 and ln y = 1, 3, 2, 5: slope 1.1, residual sum 2.7, error sqrt(2.7 / 2 / 5).
    const law = fitPowerLaw([0, 1, 2, 3].map(Math.exp), [1, 3, 2, 5].map(Math.exp))!;
    expect(law.exponent).toBeCloseTo(1.1, 12);
    expect(law.exponentError).toBeCloseTo(Math.sqrt(2.7 / 2 / 5), 12);
  });

  it('leaves out points without a logarithm and says how many were used', () => {
    const law = fitPowerLaw([1, 2, 4, 8, 0, 16], [1, 4, 16, NaN, 5, Infinity])!;
    expect(law.points).toBe(3);
    expect(law.exponent).toBeCloseTo(2, 12);
  });

  it('answers null where no line is determined, and no error for two points', () => {
    expect(fitPowerLaw([5], [5])).toBeNull();
    expect(fitPowerLaw([5, 5], [5, 6])).toBeNull();
    expect(fitPowerLaw([1, 2], [1, 2])!.exponentError).toBeNull();
  });
});

describe('quartiles', () => {
  it('interpolates as NumPy does', () => {
    expect(quartiles([7, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 4 });
    expect(quartiles([1, 2, 3, 4, 100])).toEqual({ lower: 2, median: 3, upper: 4 });
    expect(quantile([10, 20], 0.1)).toBeCloseTo(11, 12);
  });

  it('sorts by size, not by spelling, and leaves its input alone', () => {
    const samples = [100, 9, 80];
    expect(median(samples)).toBe(80);
    expect(samples).toEqual([100, 9, 80]);
  });

  it('gives the one sample itself and NaN for none', () => {
    expect(quartiles([5])).toEqual({ lower: 5, median: 5, upper: 5 });
    expect(median([])).toBeNaN();
  });
});
