// The sizes that the lab of speed-ups measures, for every width and number of heads that its sliders can be set to.
import { describe, expect, it } from 'vitest';
import { requireStack } from '../../src/contract/stack.ts';
import { baseShape, groupedTrials, sizeTrials, widthTrials } from '../../src/labs/speedups/sizes.ts';
import { defaultValues } from '../../src/params/schema.ts';

const SIZES = { length: 512, width: 128 };
const baseOf = (width: number, heads: number) =>
  baseShape({ ...defaultValues('en'), lab: 'speedups', width, heads }, SIZES);

describe('trials over heads', () => {
  it('are stacks that can be run, at every width', () => {
    const withoutHeads: number[] = [];
    for (let width = 1; width <= 2048; width++) {
      const base = baseOf(width, 4);
      const trials = widthTrials(base);
      if (trials.length === 0) withoutHeads.push(width);
      for (const { shape } of [...trials, ...sizeTrials(base), ...groupedTrials(base)])
        expect(() => requireStack(shape), `width ${width}, heads ${shape.heads}`).not.toThrow();
    }
    // Every one of them has no divisor that leaves a head of at most 256 numbers and is at most 64 itself.
    expect(withoutHeads.length).toBeGreaterThan(0);
    for (const width of withoutHeads)
      for (let heads = Math.ceil(width / 256); heads <= 64; heads++) expect(width % heads).not.toBe(0);
  });

  it('start with most heads and take the usual numbers where they divide the width', () => {
    expect(widthTrials(baseOf(128, 4)).map(({ shape }) => shape.heads)).toEqual([16, 8, 4, 2, 1]);
    expect(widthTrials(baseOf(27, 1)).map(({ shape }) => shape.heads)).toEqual([27, 9, 3, 1]);
    expect(widthTrials(baseOf(257, 2))).toEqual([]);
  });
});
