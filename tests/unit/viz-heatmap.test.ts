// Pixels, block states and hidden outlines of a picture, against the visibility rule cell by cell.
import { hcl, lab, rgb } from 'd3';
import { describe, expect, it } from 'vitest';
import { resolveProblem, type AttentionMask, type ResolvedProblem } from '../../src/contract/problem.ts';
import { isVisible, queryPosition } from '../../src/contract/visibility.ts';
import { colorRampTables } from '../../src/tools/color-ramps-plugin.ts';
import {
  CELL_CAUSAL,
  CELL_OUTSIDE,
  CELL_VISIBLE,
  blockStart,
  cellStates,
  type PictureView,
} from '../../src/viz/cell-states.ts';
import { inkOn, NEUTRAL_ENTRY, ramp, rampLuminance, WEIGHT_RAMPS } from '../../src/viz/color-ramp.ts';
import { differenceEntry, LEAST_POSITIVE_ENTRY, legendStops, rampTop, weightScale } from '../../src/viz/color-scale.ts';
import { headColor, headHue } from '../../src/viz/head-hue.ts';
import { differenceOf, paintDifference, paintWeights } from '../../src/viz/heatmap-pixels.ts';
import { hiddenRegions } from '../../src/viz/hidden-regions.ts';

const problem = (queryLength: number, keyLength: number, mask: AttentionMask): ResolvedProblem =>
  resolveProblem({ heads: 1, queryLength, keyLength, headDim: 4, mask });

const MASKS: AttentionMask[] = [
  {},
  { causal: true },
  { window: { left: 3, right: 2 } },
  { window: { left: 3, right: Infinity } },
  { causal: true, window: { left: 4, right: 4 } },
  { causal: true, window: { left: 2, right: 0 }, globalTokens: 3 },
  { window: { left: 6, right: 6 }, dilation: 3 },
  { window: { left: 6, right: 3 }, dilation: 3, globalTokens: 1, causal: true },
  { window: { left: 0, right: 0 }, globalTokens: 2 },
];
const SHAPES: [number, number][] = [
  [17, 17],
  [9, 20],
  [20, 9],
];
const viewsOf = (queries: number, keys: number): PictureView[] => [
  { rows: [0, queries], columns: [0, keys], height: queries, width: keys },
  { rows: [0, queries], columns: [0, keys], height: 4, width: 3 },
  { rows: [2, queries - 1], columns: [1, keys - 2], height: 3, width: 5 },
];
const CASES = MASKS.flatMap((mask) =>
  SHAPES.flatMap(([queries, keys]) =>
    viewsOf(queries, keys).map((view) => ({
      name: `${JSON.stringify(mask)} ${queries}×${keys} in ${view.height}×${view.width}`,
      problem: problem(queries, keys, mask),
      view,
    })),
  ),
);

/** The state of one block by asking about every cell. */
function naiveState(of: ResolvedProblem, view: PictureView, row: number, column: number): number {
  let allCausal = of.mask.causal;
  for (let i = blockStart(view.rows, view.height, row); i < blockStart(view.rows, view.height, row + 1); i++)
    for (
      let j = blockStart(view.columns, view.width, column);
      j < blockStart(view.columns, view.width, column + 1);
      j++
    ) {
      if (isVisible(of, i, j)) return CELL_VISIBLE;
      if (j <= queryPosition(of, i)) allCausal = false;
    }
  return allCausal ? CELL_CAUSAL : CELL_OUTSIDE;
}

/** Even–odd test of a point against path data made of M, H, V and Z. */
function covers(path: string, x: number, y: number): boolean {
  let inside = false;
  for (const ring of path.split('Z').filter(Boolean)) {
    const points: [number, number][] = [];
    for (const [, command, rest] of ring.matchAll(/([MHV])([^MHV]*)/g)) {
      const [a, b] = rest!.trim().split(' ').map(Number) as [number, number];
      const last = points.at(-1) ?? [0, 0];
      points.push(command === 'M' ? [a, b] : command === 'H' ? [a, last[1]] : [last[0], a]);
    }
    points.forEach(([x1, y1], n) => {
      const [x0, y0] = points.at(n - 1)!;
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    });
  }
  return inside;
}

describe('block states', () => {
  it.each(CASES)('say of every block what its cells say: $name', ({ problem: of, view }) => {
    const states = cellStates(of, view);
    const expected = Array.from(states, (_, n) => naiveState(of, view, Math.floor(n / view.width), n % view.width));
    expect([...states]).toEqual(expected);
  });
});

describe('hidden regions', () => {
  it.each(CASES)('cover the hidden blocks and no visible one: $name', ({ problem: of, view }) => {
    const { causal, outside } = hiddenRegions(of, view);
    const undilated = { ...of, mask: { ...of.mask, dilation: 1 } };
    const states = cellStates(undilated, view);
    const cellsPerRow = (view.rows[1] - view.rows[0]) / view.height;
    const cellsPerColumn = (view.columns[1] - view.columns[0]) / view.width;
    states.forEach((state, n) => {
      const x = ((n % view.width) + 0.5) * cellsPerColumn;
      const y = (Math.floor(n / view.width) + 0.5) * cellsPerRow;
      expect([covers(causal, x, y), covers(outside, x, y)], `block ${n}`).toEqual([
        state === CELL_CAUSAL,
        state === CELL_OUTSIDE,
      ]);
    });
  });

  it('stay short for a long sequence shown in few blocks', () => {
    const of = problem(65536, 65536, { causal: true, window: { left: 512, right: 0 } });
    const view: PictureView = { rows: [0, 65536], columns: [0, 65536], height: 512, width: 512 };
    const { causal, outside } = hiddenRegions(of, view);
    expect(causal.length + outside.length).toBeLessThan(60_000);
    expect(causal.startsWith('M128 0H65536')).toBe(true);
  });
});

describe('painting', () => {
  const viridis = ramp('viridis');
  const texel = (pixels: Uint8ClampedArray, n: number) => [...pixels.slice(4 * n, 4 * n + 4)];
  const entry = (n: number) => [...viridis.slice(3 * n, 3 * n + 3), 255];

  it('gives exact zero the bottom, tiny weights a visible step and the largest the top', () => {
    const pixels = paintWeights([0, 1e-12, 0.5, 1], { height: 2, width: 2 }, { ramp: viridis, scale: 'linear' });
    expect(texel(pixels, 0)).toEqual(entry(0));
    expect(texel(pixels, 1)).toEqual(entry(LEAST_POSITIVE_ENTRY));
    expect(LEAST_POSITIVE_ENTRY).toBeGreaterThanOrEqual(12);
    expect(texel(pixels, 3)).toEqual(entry(255));
  });

  it('scales every row by its own largest weight on the row scale', () => {
    const pixels = paintWeights([0.1, 0.05, 0.8, 0.4, 0, 0], { height: 3, width: 2 }, { ramp: viridis, scale: 'row' });
    expect(texel(pixels, 0)).toEqual(entry(255));
    expect(texel(pixels, 2)).toEqual(entry(255));
    expect(texel(pixels, 1)).toEqual(texel(pixels, 3));
    expect(texel(pixels, 4)).toEqual(entry(0));
  });

  it('puts equal ratios equally far apart on the log scale, down to its floor', () => {
    const { entry: on } = weightScale('log', 1, 1e-4);
    expect(on(1)).toBe(255);
    expect(on(1e-4)).toBe(LEAST_POSITIVE_ENTRY);
    expect(on(1e-9)).toBe(LEAST_POSITIVE_ENTRY);
    expect(on(0)).toBe(0);
    expect(Math.abs(on(1) - on(0.1) - (on(0.1) - on(0.01)))).toBeLessThanOrEqual(1);
  });

  it('leaves hidden and not yet computed blocks transparent', () => {
    const states = Uint8Array.from([CELL_VISIBLE, CELL_CAUSAL, CELL_OUTSIDE, CELL_VISIBLE]);
    const pixels = paintWeights([1, 0, 0, NaN], { height: 2, width: 2 }, { ramp: viridis, scale: 'linear', states });
    expect([0, 1, 2, 3].map((n) => pixels[4 * n + 3])).toEqual([255, 0, 0, 0]);
  });

  it('paints a picture without any weight as zeros on every scale', () => {
    for (const scale of ['linear', 'log', 'row'] as const) {
      const pixels = paintWeights([0, 0], { height: 1, width: 2 }, { ramp: viridis, scale });
      expect(texel(pixels, 1)).toEqual(entry(0));
    }
  });

  it('paints differences symmetrically around an exact neutral zero', () => {
    const colors = ramp('difference-light');
    const pixels = paintDifference(
      differenceOf([0.5, 0.2, 0], [0, 0.2, 0.5]),
      { height: 1, width: 3 },
      { ramp: colors },
    );
    const color = (n: number) => [...colors.slice(3 * n, 3 * n + 3), 255];
    expect(texel(pixels, 0)).toEqual(color(255));
    expect(texel(pixels, 1)).toEqual(color(NEUTRAL_ENTRY));
    expect(texel(pixels, 2)).toEqual(color(0));
  });

  it('leaves out the differences of hidden blocks', () => {
    const states = Uint8Array.of(CELL_VISIBLE, CELL_CAUSAL, CELL_OUTSIDE);
    const pixels = paintDifference([0.5, 0, 0], { height: 1, width: 3 }, { ramp: ramp('difference-dark'), states });
    expect([0, 1, 2].map((n) => pixels[4 * n + 3])).toEqual([255, 0, 0]);
  });

  it('tells a tiny difference from none', () => {
    expect([differenceEntry(1e-20, 1), differenceEntry(0, 1), differenceEntry(-1e-20, 1)]).toEqual([
      NEUTRAL_ENTRY + 1,
      NEUTRAL_ENTRY,
      NEUTRAL_ENTRY - 1,
    ]);
  });
});

describe('colour ramps', () => {
  it('arrive as they were computed', () => {
    for (const [name, bytes] of Object.entries(colorRampTables()))
      expect([...ramp(name as 'viridis')]).toEqual([...bytes]);
  });

  it.each(WEIGHT_RAMPS)('%s changes lightness in one direction only', (name) => {
    const bytes = ramp(name);
    const lightness = Array.from(
      { length: 256 },
      (_, n) => lab(rgb(bytes[3 * n]!, bytes[3 * n + 1]!, bytes[3 * n + 2]!)).l,
    );
    const steps = lightness.slice(1).map((l, n) => Math.sign(Math.round((l - lightness[n]!) * 2)));
    expect(new Set(steps.filter((sign) => sign !== 0)).size).toBe(1);
  });

  it.each([...WEIGHT_RAMPS, 'difference-light', 'difference-dark'] as const)(
    '%s can be written on everywhere',
    (name) => {
      for (let n = 0; n < 256; n++) {
        const cell = rampLuminance(name, n) + 0.05;
        const contrast = inkOn(name, n) === '#000' ? cell / 0.05 : 1.05 / cell;
        expect(contrast, `entry ${n}`).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(WEIGHT_RAMPS)('%s shows the smallest positive weight as another colour than zero', (name) => {
    const bytes = ramp(name);
    const at = (n: number) => lab(rgb(bytes[3 * n]!, bytes[3 * n + 1]!, bytes[3 * n + 2]!));
    const [zero, least] = [at(0), at(LEAST_POSITIVE_ENTRY)];
    expect(Math.hypot(least.l - zero.l, least.a - zero.a, least.b - zero.b)).toBeGreaterThan(4);
  });

  it('have at least three labelled stops that climb, on every scale', () => {
    for (const scale of [
      weightScale('linear', 0.37),
      weightScale('log', 0.9),
      weightScale('row', 0.2),
      weightScale('log', 0),
    ]) {
      const stops = legendStops(scale);
      expect(stops.length).toBeGreaterThanOrEqual(3);
      const positions = stops.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(positions.at(-1)).toBeGreaterThan(0.9);
      expect(stops.every(({ value, position }) => position === scale.entry(value) / 255 || scale.max === 0)).toBe(true);
    }
  });
});

describe('top of the linear ramp', () => {
  it('is the sample that 99.5 % of the positive weights do not pass, as sorting finds it', () => {
    // Weights over twelve powers of e, as rows of a softmax have them, in two pictures.
    const pictures = [7001, 12_000].map((length, picture) =>
      Float32Array.from({ length }, (_, n) => (n % 5 === 0 ? 0 : Math.exp(-12 * ((0.618 * (n + picture * 31)) % 1)))),
    );
    const positive = pictures.flatMap((one) => [...one].filter((value) => value > 0)).sort((a, b) => a - b);
    expect(rampTop(pictures)).toBe(positive[Math.ceil(0.995 * (positive.length - 1))]);
  });
  it.each([
    ['one weight', [[0, 0.25, 0]], 0.25],
    ['equal weights', [[0.5, 0.5], [0.5]], 0.5],
    ['no positive weight', [[0, 0], [NaN]], 1],
    ['weights below 10⁻³⁸', [[0, 1e-40, 2e-40]], Math.fround(2e-40)],
  ])('holds for %s', (_, pictures, top) => {
    expect(rampTop(pictures)).toBe(top);
  });
});

describe('head colours', () => {
  it('stand out from the white and the dark surface alike', () => {
    const luminance = (hex: string) => {
      const { r, g, b } = rgb(hex);
      const channel = (c: number) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    };
    for (let head = 0; head < 64; head++) {
      const own = luminance(headColor(head)) + 0.05;
      expect(1.05 / own, `head ${head} on white`).toBeGreaterThanOrEqual(3);
      expect(own / (luminance('#1a1b1e') + 0.05), `head ${head} on dark`).toBeGreaterThanOrEqual(3);
    }
  });

  it('keep any two of the first eight heads apart', () => {
    for (let a = 0; a < 8; a++)
      for (let b = 0; b < a; b++) {
        const turn = Math.abs(headHue(a) - headHue(b));
        expect(Math.min(turn, 360 - turn)).toBeGreaterThan(20);
        expect(Math.abs(hcl(headColor(a)).h - hcl(headColor(b)).h)).toBeGreaterThan(5);
      }
  });
});
