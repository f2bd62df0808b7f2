// Half precision against its definition.
import { describe, expect, it } from 'vitest';
import { fromHalves, LARGEST_HALF, roundToHalf, toHalves } from '../../src/theory/half-precision.ts';

const ALL = Uint16Array.from({ length: 65536 }, (_, half) => half);

/** The nearest of all finite halves by search; ties to the even one. */
function nearest(value: number, sorted: Float64Array): number {
  let [low, high] = [0, sorted.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [sorted[low]!, sorted[high]!];
  if (value - a !== b - value) return value - a < b - value ? a : b;
  const isEven = (x: number) => (toHalves(Float32Array.of(x))[0]! & 1) === 0;
  return isEven(a) ? a : b;
}

describe('half precision', () => {
  it('gives every half back as it was', () => {
    const finite = ALL.filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(toHalves(fromHalves(finite))).toEqual(finite);
  });

  it('knows the first, the last and the infinite', () => {
    expect([...fromHalves(Uint16Array.of(0x3c00, 0xc000, 1, 0x7bff, 0x7c00))]).toEqual([
      1,
      -2,
      2 ** -24,
      65504,
      Infinity,
    ]);
    expect(LARGEST_HALF).toBe(65504);
  });

  it('rounds to the nearest, ties to even, subnormals included', () => {
    const finite = Float64Array.from(fromHalves(ALL.filter((half) => half < 0x7c00))).sort();
    for (let at = 0; at + 1 < finite.length; at += 7) {
      const [low, high] = [finite[at]!, finite[at + 1]!];
      for (const share of [0, 0.25, 0.5, 0.501, 0.75]) {
        const value = Math.fround(low + share * (high - low));
        expect(roundToHalf(Float32Array.of(value, -value))).toEqual(
          Float32Array.of(nearest(value, finite), -nearest(value, finite)),
        );
      }
    }
  });

  it('makes what is too large infinite and what is too small zero', () => {
    expect([...roundToHalf(Float32Array.of(65519, 65520, 1e30, 1e-9, -1e-30))]).toEqual([
      65504,
      Infinity,
      Infinity,
      0,
      -0,
    ]);
  });
});
