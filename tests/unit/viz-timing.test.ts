// Charts of measurements: medians, who is fastest, where the GPU loses, fitted and predicted slopes, labels that keep apart.
import { describe, expect, it } from 'vitest';
import type { Measurement, Series } from '../../src/contract/workbench.ts';
import { gpuLossRegions } from '../../src/viz/gpu-loss.ts';
import { spreadLabels } from '../../src/viz/label-spacing.ts';
import { sweepGeometry } from '../../src/viz/sweep-chart.ts';
import { timingBars } from '../../src/viz/timing-bars.ts';
import { fastestOf, summarise, sweepSeries, timingRows } from '../../src/viz/timing-series.ts';

const measurement = (series: Series, length: number, wallMs: number, more: Partial<Measurement> = {}): Measurement => ({
  series,
  length,
  warmUps: 2,
  wall: [wallMs * 0.9, wallMs, wallMs * 1.2],
  kernel: [],
  runsPerSample: 1,
  upload: [],
  readback: [],
  timerResolution: null,
  flops: 1e9,
  bytes: 1e6,
  pairs: length * length,
  device: 'test',
  ...more,
});
const quick = (series: Series, length: number, wallMs: number, more?: Partial<Measurement>) =>
  summarise(measurement(series, length, wallMs, more));

describe('a summary', () => {
  it('keeps every clock apart and leaves out those that gave nothing', () => {
    const summary = quick('gpu-full', 64, 10, { kernel: [2, 2, 2], upload: [5], readback: [] });
    expect(summary.wall!.median).toBe(10);
    expect([summary.kernel!.median, summary.upload!.median, summary.readback]).toEqual([2, 5, null]);
  });

  it('gives throughput per clock: 1 GFLOP in 10 ms is 100 GFLOP/s', () => {
    const summary = quick('gpu-full', 64, 10, { kernel: [2] });
    expect(summary.wallFlopRate).toBeCloseTo(100e9, 0);
    expect(summary.kernelFlopRate).toBeCloseTo(500e9, 0);
    expect(quick('cpu-full', 64, 10).kernelFlopRate).toBeNull();
  });

  it('names the smallest wall median the fastest, whatever the kernels say', () => {
    const all = [quick('gpu-full', 64, 5, { kernel: [0.1] }), quick('cpu-windowed', 64, 3, { kernel: [3] })];
    expect(fastestOf(all)).toBe('cpu-windowed');
    expect(fastestOf([])).toBeNull();
  });
});

describe('the region where the GPU loses', () => {
  it('ends where the curves cross between two measured lengths', () => {
    const summaries = [64, 256, 1024].flatMap((length) => [
      quick('gpu-full', length, 8),
      quick('cpu-full', length, length / 16),
      quick('gpu-windowed', length, 1),
      quick('cpu-windowed', length, 2),
    ]);
    const [region, ...others] = gpuLossRegions(summaries, 'full');
    expect(others).toEqual([]);
    expect(region!.from).toBe(64);
    expect(region!.to).toBeCloseTo(128, 6);
    expect([region!.crossesFrom, region!.crossesTo]).toEqual([false, true]);
    expect(gpuLossRegions(summaries, 'windowed')).toEqual([]);
  });

  it('reaches the last length when the CPU wins there too, and needs both backends at a length', () => {
    const summaries = [
      ...[64, 256].flatMap((length) => [quick('gpu-full', length, 8), quick('cpu-full', length, 4)]),
      quick('gpu-full', 1024, 1),
    ];
    expect(gpuLossRegions(summaries, 'full')).toEqual([
      { variant: 'full', from: 64, to: 256, crossesFrom: false, crossesTo: false },
    ]);
  });

  it('can begin in the middle and comes back when the curves cross again', () => {
    const cpu = [10, 1, 10, 1];
    const summaries = cpu.flatMap((ms, n) => [
      quick('gpu-full', 4 ** (n + 3), Math.sqrt(10)),
      quick('cpu-full', 4 ** (n + 3), ms),
    ]);
    const regions = gpuLossRegions(summaries, 'full');
    expect(regions.map(({ from, to }) => [Math.round(from), Math.round(to)])).toEqual([
      [128, 512],
      [2048, 4096],
    ]);
  });
});

describe('timing rows', () => {
  const rows = timingRows(
    {
      'cpu-full': measurement('cpu-full', 64, 8, { kernel: [7] }),
      'gpu-full': measurement('gpu-full', 64, 4, { upload: [0.5] }),
      'gpu-windowed': { series: 'gpu-windowed', length: 64, code: 'too-large', detail: {} },
    },
    'en',
  );

  it('come in the fixed order, without gaps, and mark the fastest', () => {
    expect(rows.map(({ series, isFastest }) => [series, isFastest])).toEqual([
      ['gpu-full', true],
      ['cpu-full', false],
    ]);
  });

  it('say only what was measured', () => {
    expect(rows[0]!.wallText).toBe('4.00\u00a0ms');
    expect(rows[0]!.phaseTexts).toEqual({ kernel: null, upload: '500\u00a0µs', readback: null });
    expect([rows[0]!.kernelRateText, rows[1]!.kernelRateText]).toEqual([null, '143\u00a0GFLOP/s']);
  });
});

describe('timing bars', () => {
  it('are as long as their medians on an axis from zero', () => {
    const { bars, isLogarithmic, ticks } = timingBars([quick('gpu-full', 64, 4), quick('cpu-full', 64, 8)], 300);
    expect(isLogarithmic).toBe(false);
    expect(bars.map(({ series }) => series)).toEqual(['gpu-full', 'cpu-full']);
    expect(bars[1]!.bar / bars[0]!.bar).toBeCloseTo(2, 9);
    expect(ticks[0]).toEqual({ x: 0, ms: 0 });
    for (const { whisker } of bars) expect(whisker[1]).toBeLessThanOrEqual(300);
  });

  it('turn to a logarithmic axis when the slowest would hide the fastest', () => {
    const { bars, isLogarithmic } = timingBars(
      [quick('gpu-full', 64, 1, { kernel: [0.05] }), quick('cpu-full', 64, 500)],
      300,
    );
    expect(isLogarithmic).toBe(true);
    expect(bars[0]!.bar).toBeGreaterThan(30);
    expect(bars[0]!.marks[0]!.x).toBeGreaterThanOrEqual(0);
    expect(bars[0]!.marks[0]!.x).toBeLessThan(bars[0]!.bar);
  });

  it('draw nothing, and fail at nothing, without samples', () => {
    expect(timingBars([], 300).bars).toEqual([]);
    expect(timingBars([quick('gpu-full', 64, 1, { wall: [] })], 300).bars).toEqual([]);
  });
});

describe('the sweep', () => {
  const sweep = [256, 512, 1024, 2048].flatMap((length) => [
    measurement('gpu-full', length, 1e-6 * length ** 2, { flops: 256 * length ** 2, kernel: [1e-7 * length ** 2] }),
    measurement('cpu-windowed', length, 1e-3 * length, { flops: 256 * 65 * length }),
  ]);
  const options = { width: 500, height: 300, clock: 'wall', labelHeight: 30 } as const;

  it('finds the slopes of made-up times and of the counted operations', () => {
    const series = sweepSeries(sweep);
    expect(series.map((one) => one.series)).toEqual(['gpu-full', 'cpu-windowed']);
    expect(series.map(({ fit }) => fit!.exponent)).toEqual([expect.closeTo(2, 6), expect.closeTo(1, 6)]);
    expect(series.map(({ slopeText, theoryText }) => [slopeText, theoryText])).toEqual([
      ['n²·⁰⁰', 'n²'],
      ['n¹·⁰⁰', 'n¹'],
    ]);
    expect(sweepGeometry(series, options)!.theory.map(({ variant, exponent }) => [variant, exponent])).toEqual([
      ['full', expect.closeTo(2, 6)],
      ['windowed', expect.closeTo(1, 6)],
    ]);
  });

  it('fits the longer half, so that fixed costs at short lengths do not flatten the slope', () => {
    const lengths = [64, 128, 256, 512, 1024, 2048];
    const fixedCost = lengths.map((length) => measurement('gpu-full', length, length < 512 ? 5 : 5e-6 * length ** 2));
    const [series] = sweepSeries(fixedCost);
    expect(series!.fitFrom).toBe(512);
    expect(series!.fit!.exponent).toBeCloseTo(2, 6);
    expect(sweepSeries(fixedCost.slice(0, 2))[0]!.fitFrom).toBe(64);
  });

  it('draws the theory through the fastest point of the longest length', () => {
    const { theory, lines } = sweepGeometry(sweepSeries(sweep), options)!;
    const [x, y] = theory[0]!.path.split('L').at(-1)!.split(',').map(Number);
    const last = lines[0]!.points.at(-1)!;
    expect([x, y]).toEqual([expect.closeTo(last.x, 2), expect.closeTo(last.y, 2)]);
  });

  it('keeps every point inside the plot and the quartiles around their median', () => {
    for (const { points } of sweepGeometry(sweepSeries(sweep), options)!.lines)
      for (const { x, y, yLower, yUpper } of points) {
        expect(x).toBeGreaterThanOrEqual(-1e-9);
        expect(x).toBeLessThanOrEqual(500 + 1e-9);
        expect(yUpper).toBeLessThan(y);
        expect(yLower).toBeGreaterThan(y);
        expect(yUpper).toBeGreaterThanOrEqual(0);
        expect(yLower).toBeLessThanOrEqual(300);
      }
  });

  it('shows only the series that have the asked-for clock', () => {
    const series = sweepSeries(sweep, 'kernel');
    expect(series.map((one) => one.series)).toEqual(['gpu-full']);
    const { lines } = sweepGeometry(series, { ...options, clock: 'kernel' })!;
    expect(lines[0]!.points.at(-1)!.time.median).toBeCloseTo(1e-7 * 2048 ** 2, 9);
  });

  it('shows a single length without a fit, and nothing without times', () => {
    const series = sweepSeries([measurement('gpu-full', 100, 3)]);
    expect([series[0]!.fit, series[0]!.slopeText]).toEqual([null, null]);
    const geometry = sweepGeometry(series, options)!;
    expect(geometry.lines[0]!.points[0]!.x).toBeCloseTo(250, 6);
    expect(geometry.theory).toEqual([]);
    expect(sweepGeometry([], options)).toBeNull();
  });
});

describe('direct labels', () => {
  it('stay where they wish when there is room', () => {
    expect(spreadLabels([10, 50, 90], 20, 100)).toEqual([10, 50, 90]);
  });

  it('share the way when they collide, keep their order and stay inside', () => {
    expect(spreadLabels([50, 50], 20, 100)).toEqual([40, 60]);
    const wanted = [97, 3, 95, 96, 4];
    const placed = spreadLabels(wanted, 18, 100);
    const order = wanted.map((_, n) => n).sort((a, b) => wanted[a]! - wanted[b]!);
    for (let n = 1; n < order.length; n++)
      expect(placed[order[n]!]! - placed[order[n - 1]!]!).toBeGreaterThanOrEqual(18 - 1e-9);
    for (const y of placed) {
      expect(y).toBeGreaterThanOrEqual(9 - 1e-9);
      expect(y).toBeLessThanOrEqual(91 + 1e-9);
    }
  });
});
