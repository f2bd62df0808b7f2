// Drawings of the speed-ups lab as numbers: bars beside predictions, the frontier of error and time, parts of a whole, heads by rank; formulas.
import { describe, expect, it } from 'vitest';
import type { HeadAblation } from '../../src/contract/stack.ts';
import { allHeads, eachHeadOff } from '../../src/state/speedups-lab.svelte.ts';
import { APPLY, kvHeadsFor, STACK_DEFAULTS, stacksInTurns } from '../../src/theory/lab-defaults.ts';
import { parameterParts, stackMacs, stackParameters, stackWeightBytes } from '../../src/theory/stack-cost.ts';
import { formatGain, formatGainSpread } from '../../src/viz/format.ts';
import { frontierGeometry, type FrontierMask } from '../../src/viz/frontier-chart.ts';
import { gainBars, type GainBarRow } from '../../src/viz/gain-bars.ts';
import { headMoves } from '../../src/viz/head-rank.ts';
import { breakMath, readMath, type MathNode } from '../../src/viz/math-text.ts';
import { partBars } from '../../src/viz/part-bars.ts';

const around = (ms: number) => ({ lower: ms * 0.9, median: ms, upper: ms * 1.1 });
const cpu = (ms: number, gain: number) => ({ backend: 'cpu' as const, ms: around(ms), gain: around(gain) });
const bar = (id: string, predicted: number, results: GainBarRow['results']): GainBarRow => ({
  id,
  name: id,
  predicted,
  results,
});

describe('bars of before and after', () => {
  it('are as long as their time, and marked where the prediction would end them', () => {
    const rows = [bar('base', 1, [cpu(400, 1)]), bar('half', 2, [cpu(250, 1.6)])];
    const { rows: drawn, unit } = gainBars(rows, 440);
    expect(unit).toBe('ms');
    const [before, after] = drawn.map(({ bars }) => bars[0]!);
    // 440 pixels are the slowest quartile, 440 ms.
    expect(before!.bar).toBeCloseTo(400, 6);
    expect(after!.bar).toBeCloseTo(250, 6);
    expect(after!.predicted).toBeCloseTo(200, 6);
    expect(after!.whisker.map(Math.round)).toEqual([225, 275]);
  });

  it('show shares of the work until something is measured', () => {
    const { rows, unit, ticks } = gainBars([bar('base', 1, []), bar('half', 2, [])], 300);
    expect(unit).toBe('share');
    expect(rows[1]!.bars).toEqual([{ backend: 'cpu', bar: 0, whisker: [0, 0], predicted: 150, alsoPredicted: null }]);
    expect(ticks.at(-1)).toEqual({ x: 300, value: 1 });
  });

  it('have ticks that keep apart', () => {
    for (const ms of [90, 310, 405, 999, 1234])
      for (const width of [120, 288, 411, 640]) {
        const { ticks } = gainBars([bar('base', 1, [cpu(ms, 1)])], width);
        const gaps = ticks.slice(1).map(({ x }, n) => x - ticks[n]!.x);
        expect(Math.min(...gaps, width), `${ms} ms on ${width} px`).toBeGreaterThanOrEqual(50);
      }
  });

  it('keep the place of what could not be measured', () => {
    const { rows } = gainBars([bar('base', 1, [cpu(100, 1)]), bar('gone', 4, [])], 110);
    expect(rows[1]!.bars[0]).toMatchObject({ bar: 0 });
    expect(rows[1]!.bars[0]!.predicted).toBeCloseTo(25, 6);
  });
});

const mask = (id: string, error: number, ms: number | null, kind: FrontierMask['kind'] = 'plain'): FrontierMask => ({
  id,
  kind,
  label: id,
  error,
  ms: ms === null ? null : around(ms),
});

describe('the frontier of error and time', () => {
  const masks = [mask('full', 0, 50, 'full'), mask('a', 0.5, 2), mask('b', 0.3, 6), mask('slow', 0.4, 9)];

  it('holds the masks that none beats in both', () => {
    const { points } = frontierGeometry(masks, { width: 400, height: 200 })!;
    expect(points.filter(({ isBest }) => isBest).map(({ id }) => id)).toEqual(['full', 'a', 'b']);
  });

  it('puts more time to the right and less error below', () => {
    const { points } = frontierGeometry(masks, { width: 400, height: 200 })!;
    const of = (id: string) => points.find((one) => one.id === id)!;
    expect(of('a').x).toBeLessThan(of('b').x);
    expect(of('b').x).toBeLessThan(of('full').x);
    expect(of('full').y).toBe(200);
    expect(of('a').y).toBeLessThan(of('b').y);
  });

  it('leaves out what has no time, and is nothing without any', () => {
    expect(frontierGeometry([mask('full', 0, 50, 'full'), mask('a', 0.5, null)], { width: 9, height: 9 })!.points).toHaveLength(1); // prettier-ignore
    expect(frontierGeometry([mask('a', 0.5, null)], { width: 9, height: 9 })).toBeNull();
  });

  it('is linear while times are close, so that lengths compare', () => {
    const { points } = frontierGeometry([mask('a', 0.5, 10), mask('b', 0.2, 20)], { width: 100, height: 50 })!;
    expect(points[1]!.x / points[0]!.x).toBeCloseTo(2, 6);
  });
});

describe('parameters by part', () => {
  it('add up to what the stack stores, shared and factored as well', () => {
    for (const shape of [
      STACK_DEFAULTS,
      APPLY.shared(STACK_DEFAULTS),
      APPLY['low-rank'](STACK_DEFAULTS),
      APPLY.grouped(STACK_DEFAULTS),
    ]) {
      const { embedding, attention, feedForward, rest, total } = parameterParts(shape);
      expect(embedding + attention + feedForward + rest).toBe(total);
      expect(total).toBe(stackParameters(shape).total);
    }
  });

  it('are 4d² and 2·d·d_ff per layer', () => {
    const { layers, width: d, feedForward: ff } = STACK_DEFAULTS;
    const { attention, feedForward, embedding } = parameterParts(STACK_DEFAULTS);
    expect(attention).toBe(layers * 4 * d * d);
    expect(feedForward).toBe(layers * 2 * d * ff);
    expect(embedding).toBe(30_522 * d);
  });

  it('are drawn end to end, the largest whole filling the axis', () => {
    const rows = [
      { id: 'a', parts: { x: 30, y: 70 } },
      { id: 'b', parts: { x: 50, y: 0 } },
    ];
    const [a, b] = partBars(rows, ['x', 'y'], 200);
    expect(a!.segments).toEqual([
      { part: 'x', x: 0, width: 60, value: 30 },
      { part: 'y', x: 60, width: 140, value: 70 },
    ]);
    expect(b!.segments).toHaveLength(1);
    expect([a!.total, b!.total]).toEqual([100, 50]);
  });
});

describe('speed-ups with targets', () => {
  it('group keys into a divisor of the heads', () => {
    expect([kvHeadsFor(8, 3), kvHeadsFor(6, 4), kvHeadsFor(4, 99), kvHeadsFor(5, 0)]).toEqual([2, 3, 4, 1]);
    expect(APPLY.grouped({ ...STACK_DEFAULTS, heads: 8, kvHeads: 8 }, { kvHeads: 3 }).kvHeads).toBe(2);
  });

  it('take window and rank as they are told', () => {
    expect(APPLY.window(STACK_DEFAULTS, { window: 7 }).window).toBe(7);
    expect(APPLY['low-rank'](STACK_DEFAULTS, { rank: 5 }).rank).toBe(5);
    expect([APPLY.window(STACK_DEFAULTS).window, APPLY['low-rank'](STACK_DEFAULTS).rank]).toEqual([32, 32]);
  });

  it('know that a smaller vocabulary saves bytes but no operations', () => {
    const smaller = APPLY.vocabulary(STACK_DEFAULTS);
    expect(stackMacs(smaller)).toBe(stackMacs(STACK_DEFAULTS));
    expect(stackWeightBytes(smaller)).toBe(stackWeightBytes(STACK_DEFAULTS));
    expect(parameterParts(smaller).embedding).toBeLessThan(parameterParts(STACK_DEFAULTS).embedding / 3.9);
  });

  it('are measured within 20 s', () => {
    expect(stacksInTurns([], ['cpu']).totalMs).toBeLessThan(20_000);
  });
});

describe('heads by rank', () => {
  const heads = [2, 2];
  const cosines = [1, 0.9, 0.99, 0.5, 1];
  const ablation: HeadAblation = {
    texts: ['a'],
    heads,
    device: 'a test',
    rows: eachHeadOff(heads).map((switches, n) => ({ switches, cosines: [cosines[n]!], mean: cosines[n]!, lowest: cosines[n]! })), // prettier-ignore
  };

  it('are those that move the embedding most', () => {
    const moves = headMoves(ablation);
    expect(moves.map(({ layer, head, rank }) => [layer, head, rank])).toEqual([
      [0, 0, 2],
      [0, 1, 3],
      [1, 0, 1],
      [1, 1, 4],
    ]);
    expect(moves[2]).toMatchObject({ moved: 0.5, share: 1 });
    expect(moves[0]!.share).toBeCloseTo(0.2, 6);
  });

  it('leave out sets of several heads', () => {
    const off = allHeads(heads).map((layer) => layer.map(() => false));
    const rows = [...ablation.rows, { switches: off, cosines: [0], mean: 0, lowest: 0 }];
    expect(headMoves({ ...ablation, rows })).toHaveLength(4);
  });
});

describe('formulas as short text', () => {
  const flat = (nodes: readonly MathNode[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'fraction') return `[${flat(node.above)}|${flat(node.below)}]`;
        if (node.kind !== 'scripted') return node.text;
        const { base, sub, sup } = node;
        return flat([base]) + (sub ? `_${flat([sub])}` : '') + (sup ? `^${flat([sup])}` : '');
      })
      .join(' ');

  it('become numbers, names, scripts and fractions, multiplied where they touch', () => {
    expect(flat(readMath('4 n d^2 + 2 d d_ff'))).toBe('4 \u2062 n \u2062 d^2 + 2 \u2062 d \u2062 d_ff');
    expect(flat(readMath('r < \\frac { m n } { m + n }'))).toBe('r < [m \u2062 n|m + n]');
    expect(flat(readMath('L ( a + b )'))).toBe('L \u2062 ( a + b )');
    expect(flat(readMath('h_kv^2 "heads in words"'))).toBe('h_kv^2 heads in words');
  });

  it('keep a number with its unit together', () => {
    const [number, ...others] = readMath('1,234.5\u00a0ms');
    expect(number).toEqual({ kind: 'number', text: '1,234.5\u00a0ms' });
    expect(others).toEqual([]);
  });

  it('break before their signs, and are never longer or shorter for it', () => {
    const nodes = readMath('x = a + b');
    const parts = breakMath(nodes);
    expect(parts.map(flat)).toEqual(['x', '= a', '+ b']);
    expect(parts.flat()).toEqual(nodes);
  });

  it('survive what they do not understand', () => {
    for (const odd of ['', '{', '}}', '\\frac', '\\frac { a', '^2', '_', '"open'])
      expect(() => readMath(odd), odd).not.toThrow();
  });
});

describe('gains in words', () => {
  it('keep two decimals and say their quartiles', () => {
    expect(formatGain(1.7449, 'en')).toBe('×1.74');
    expect(formatGain(12.34, 'en')).toBe('×12.3');
    expect(formatGainSpread({ lower: 1.5, median: 1.74, upper: 1.9 }, 'en')).toBe('×1.74 (1.50–1.90)');
    expect(formatGainSpread({ lower: 1.5, median: 1.74, upper: 1.9 }, 'zh-Hans')).toBe('×1.74（1.50–1.90）');
  });
});
