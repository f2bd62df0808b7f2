// Geometry of the mixers lab: growth, paths, schedules. Positions are checked against the theory, not against recorded pixels.
import { describe, expect, it } from 'vitest';
import { MIXER_KINDS, type MixerKind } from '../../src/contract/mixers.ts';
import { fitPowerLaw } from '../../src/theory/fit.ts';
import { MIXER_DEFAULTS } from '../../src/theory/lab-defaults.ts';
import { crossoverLength, mixerMacs } from '../../src/theory/mixer-cost.ts';
import { hopsBetween } from '../../src/theory/paths.ts';
import { growthGeometry, type GrowthLine } from '../../src/viz/growth-chart.ts';
import { mixerColor, mixerMark } from '../../src/viz/mixer-marks.ts';
import { pathsPicture } from '../../src/viz/paths-picture.ts';
import { schedulePicture } from '../../src/viz/schedule-picture.ts';

const LENGTHS = [64, 128, 256, 512, 1024];

function bookish(kind: MixerKind, lengths = LENGTHS): GrowthLine {
  const work = (length: number) => mixerMacs({ ...MIXER_DEFAULTS, kind, length });
  const points = lengths.map((x) => ({ x, ms: { lower: work(x) / 2e6, median: work(x) / 1e6, upper: work(x) / 5e5 } }));
  const fit = fitPowerLaw(lengths, points.map(({ ms }) => ms.median)); // prettier-ignore
  return { kind, backend: 'cpu', points, fit, fitFrom: lengths[0]!, work };
}
const OPTIONS = { width: 400, height: 300, reach: [64, 1024] as const, labelHeight: 17, marked: 512 };
const numbers = (path: string) => path.match(/-?[\d.]+/g)!.map(Number);

describe('growth', () => {
  const predicted = crossoverLength('attention-core', 'lstm', MIXER_DEFAULTS);
  const crossings = [{ attention: 'attention-core', rival: 'lstm', predicted, measured: { cpu: predicted } }] as const;
  const chart = growthGeometry([bookish('attention-core'), bookish('lstm')], crossings, OPTIONS)!;

  it('runs the book’s line through the largest point, and along times that follow the book', () => {
    for (const { points, theoryPath } of chart.lines) {
      const ends = numbers(theoryPath);
      expect(ends.at(-2)).toBeCloseTo(points.at(-1)!.x, 3);
      expect(ends.at(-1)).toBeCloseTo(points.at(-1)!.y, 2);
    }
    const [core, lstm] = chart.lines;
    const slope = ({ points: [a, b] }: typeof core & object) => (b!.y - a!.y) / (b!.x - a!.x);
    expect(slope(core!) / slope(lstm!)).toBeCloseTo(2, 6);
  });

  it('marks the measured crossing where both lines are', () => {
    const met = chart.measured[0]!;
    expect(chart.predicted[0]!.x).toBeCloseTo(met.x, 6);
    // 4d = 256 is a measured length: both lines have a point there.
    for (const { points } of chart.lines) {
      const there = points.find(({ value }) => value === predicted)!;
      expect([met.x, met.y]).toEqual([expect.closeTo(there.x, 6), expect.closeTo(there.y, 6)]);
    }
  });

  it('counts operations before anything is measured, and gathers crossings at one length', () => {
    const rivals = (['gru', 'lstm'] as const).map((rival) => ({
      attention: 'attention' as const,
      rival,
      predicted: crossoverLength('attention', rival, MIXER_DEFAULTS),
      measured: {},
    }));
    const core = { attention: 'attention-core' as const, rival: 'elman' as const, predicted: 64, measured: {} };
    const bare = growthGeometry([bookish('attention', []), bookish('gru', [])], [core, ...rivals], OPTIONS)!;
    expect(bare.unit).toBe('macs');
    expect(bare.predicted.map(({ value, pairs }) => [value, pairs.length])).toEqual([
      [64, 2],
      [128, 1],
    ]);
    expect(bare.measured).toEqual([]);
    // Both lines are drawn to the end, and meet at n = d.
    for (const { theoryPath } of bare.lines) expect(numbers(theoryPath).at(-2)).toBeCloseTo(400, 6);
    expect(growthGeometry([], [], OPTIONS)).toBeNull();
  });
});

describe('paths', () => {
  const of = (kind: MixerKind, from: number, to: number, depth = 2) =>
    pathsPicture({ ...MIXER_DEFAULTS, kind, length: 32, window: 4 }, { from, to, depth, width: 320, height: 100 });

  it('stop as often as the hops tell, from one position to the other', () => {
    for (const kind of MIXER_KINDS)
      for (const [from, to] of [
        [3, 20],
        [20, 3],
        [7, 7],
      ] as const) {
        // prettier-ignore
        const { hops, stops, x } = of(kind, from, to);
        expect(hops, kind).toBe(hopsBetween({ ...MIXER_DEFAULTS, kind, length: 32, window: 4 }, from, to));
        if (hops === Infinity) {
          expect(stops).toEqual([]);
          continue;
        }
        expect(stops[0]!.x).toBe(x[from]);
        expect(stops.at(-1)!.x).toBe(x[to]);
        const isRecurrence = ['elman', 'gru', 'lstm'].includes(kind);
        expect(stops.length, kind).toBe(hops + (isRecurrence ? 2 : 1));
      }
  });

  it('widen the field layer by layer, and never beyond the ends', () => {
    const window = of('local', 3, 16, 3);
    expect(window.reach).toEqual({ first: 4, last: 28 });
    const dilated = of('dilated', 3, 16, 3);
    expect(dilated.reach).toEqual({ first: 3, last: 29 });
    expect(of('attention', 3, 16, 1).reach).toEqual({ first: 0, last: 31 });
    for (const kind of MIXER_KINDS)
      for (const value of numbers(of(kind, 0, 31, 4).field)) expect(value).toBeGreaterThanOrEqual(0);
  });
});

describe('schedules', () => {
  it('of a recurrence go down a stair, of all others in one step', () => {
    const recurrence = schedulePicture('gru', 6, 300, 120);
    expect(recurrence.boxes.filter(({ isFree }) => isFree).length).toBe(6);
    const stairs = recurrence.boxes.filter(({ isFree }) => !isFree);
    expect(stairs.every((box, n) => n === 0 || (box.x > stairs[n - 1]!.x && box.y > stairs[n - 1]!.y))).toBe(true);
    const parallel = schedulePicture('attention', 6, 300, 120);
    expect(new Set(parallel.boxes.map(({ x }) => x)).size).toBe(1);
    expect(parallel.gap).toBeNull();
  });

  it('leave out positions of long sequences, never the last', () => {
    const { rows, gap, boxes } = schedulePicture('elman', 512, 300, 120);
    expect(rows.at(-1)!.position).toBe(512);
    expect(gap).not.toBeNull();
    for (const { x, width, y, height } of boxes) expect(Math.max(x + width - 300, y + height - 120)).toBeLessThan(0.01);
  });
});

it('tells every mixer from its kin by its mark', () => {
  const looks = MIXER_KINDS.map((kind) => mixerColor(kind) + mixerMark(kind));
  expect(new Set(looks).size).toBe(MIXER_KINDS.length);
});
