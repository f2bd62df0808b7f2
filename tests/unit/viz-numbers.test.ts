// Numbers as text, and the summary of one row of weights.
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatFlopRate,
  formatNumber,
  formatPower,
  formatShare,
  formatSpread,
  formatTheoryPower,
  formatWeight,
} from '../../src/viz/format.ts';
import { entropy, keysForMass, rankOf, summariseRow, topKeys } from '../../src/viz/row-summary.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  it('keep three significant digits and a fitting unit', () => {
    expect(
      [0.00002, 0.01234, 0.9996, 1.234, 12.34, 123.4, 999.4, 999.6, 12345].map((ms) => plain(formatDuration(ms, 'en'))),
    ).toEqual(['20.0 ns', '12.3 µs', '1.00 ms', '1.23 ms', '12.3 ms', '123 ms', '999 ms', '1.00 s', '12.3 s']);
    expect(plain(formatDuration(0, 'en'))).toBe('0 ms');
  });

  it('count bytes whole and larger amounts in decimal units', () => {
    expect([0, 7, 999, 1000, 4_194_304, 2.5e9].map((size) => plain(formatBytes(size, 'en')))).toEqual([
      '0 B',
      '7 B',
      '999 B',
      '1.00 KB',
      '4.19 MB',
      '2.50 GB',
    ]);
  });

  it('name throughput, shares and counts', () => {
    expect(plain(formatFlopRate(12.34e9, 'en'))).toBe('12.3 GFLOP/s');
    expect(plain(formatFlopRate(1.2345e12, 'en'))).toBe('1.23 TFLOP/s');
    expect([formatShare(0.4271, 'en'), formatShare(1, 'en'), formatShare(0.00321, 'en')]).toEqual([
      '42.7%',
      '100%',
      '0.3%',
    ]);
    expect([formatCount(65536, 'en'), formatCount(65536, 'zh-Hans')]).toEqual(['65,536', '65,536']);
    expect(formatNumber(1234.5, 'en')).toBe('1,230');
  });

  it('write tiny weights as powers of ten and zero only for zero', () => {
    expect([0, 0.4216, 1, 0.001, 0.00098, 1.234e-5, 1e-5].map((weight) => plain(formatWeight(weight, 'en')))).toEqual([
      '0',
      '0.422',
      '1',
      '0.001',
      '9.8 × 10⁻⁴',
      '1.2 × 10⁻⁵',
      '10⁻⁵',
    ]);
    expect([0.25, -0.25, 0].map((difference) => formatDifference(difference, 'en'))).toEqual(['+0.25', '−0.25', '0']);
  });

  it('keep no more digits than the spread allows', () => {
    const show = (lower: number, median: number, upper: number) => {
      const text = formatSpread({ lower, median, upper }, 'en');
      return [plain(text.median), plain(text.range)];
    };
    expect(show(1.19, 1.234, 1.312)).toEqual(['1.23 ms', '1.19–1.31 ms']);
    expect(show(0.9, 1.234, 3.1)).toEqual(['1.2 ms', '0.9–3.1 ms']);
    expect(show(5, 5, 5)).toEqual(['5.00 ms', '5.00–5.00 ms']);
    expect(show(900, 1200, 1500)).toEqual(['1.20 s', '0.90–1.50 s']);
  });

  it('write growth laws with raised exponents', () => {
    expect([formatPower(1.0234), formatPower(1.98, 0.3), formatPower(-0.5, 0.001)]).toEqual([
      'n¹·⁰²',
      'n²·⁰',
      'n⁻⁰·⁵⁰',
    ]);
    expect([formatTheoryPower(2), formatTheoryPower(1.0000001), formatTheoryPower(1.07)]).toEqual([
      'n²',
      'n¹',
      'n¹·⁰⁷',
    ]);
  });
});

describe('a row of weights', () => {
  const weights = [0.1, 0.4, 0, 0.4, 0.1];

  it('ranks keys by weight, equal ones by position', () => {
    expect([0, 1, 2, 3, 4].map((key) => rankOf(weights, key))).toEqual([3, 1, 5, 2, 4]);
    expect(rankOf(weights, 3, [1, 0, 0, 1, 1])).toBe(1);
  });

  it('finds the strongest keys as a full sort would', () => {
    const many = Array.from({ length: 200 }, (_, n) => ((n * 7919) % 211) / 211);
    const sorted = many.map((_, n) => n).sort((a, b) => many[b]! - many[a]! || a - b);
    expect(topKeys(many, 8)).toEqual(sorted.slice(0, 8));
    expect(topKeys(weights, 3)).toEqual([1, 3, 0]);
    expect(topKeys(weights, 9, [1, 0, 1, 0, 0])).toEqual([0, 2]);
  });

  it('measures how concentrated it is', () => {
    expect(entropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 12);
    expect(entropy([1, 0, 0])).toBe(0);
    expect([keysForMass(weights, 0.7), keysForMass(weights, 0.9), keysForMass([0, 0], 0.7)]).toEqual([2, 3, 0]);
    const summary = summariseRow(weights, 3);
    expect(summary.visibleCount).toBe(4);
    expect(summariseRow(weights, 3, [1, 1, 1, 1, 1]).visibleCount).toBe(5);
    expect(summary.strongest.map(({ key, cumulativeMass }) => [key, +cumulativeMass.toFixed(6)])).toEqual([
      [1, 0.4],
      [3, 0.8],
      [0, 0.9],
    ]);
  });
});
