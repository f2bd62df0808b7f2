import { expect, test } from 'vitest';
import { contradictions, outputDifference, slopes, timingTable } from '../bench/report.ts';
import { SETTINGS, type BackendRun, type BenchSeries } from '../bench/settings.ts';

const series = (length: number, wallMs: number[], kernelMs: number[] = []): BenchSeries => ({
  backend: 'cpu',
  variant: 'full',
  length,
  wallMs,
  kernelMs,
  runsPerSample: 1,
  flops: 4 * 64 * length * length,
  leftOut: null,
});

const run = (all: BenchSeries[], firstOutput: number[] = []): BackendRun => ({
  backend: 'cpu',
  info: { description: 'test', features: [], threads: 1 },
  failure: null,
  series: all,
  firstOutput,
});

test('times that grow with the square of the length have slope two', () => {
  const quadratic = SETTINGS.lengths.map((length) => series(length, [length ** 2 / 1e4]));
  const [slope] = slopes([run(quadratic)], SETTINGS);
  expect(slope).toMatchObject({ clock: 'wall', variant: 'full', asymptotic: 2 });
  expect(slope!.exponent).toBeCloseTo(2, 10);
  expect(slope!.predicted).toBeCloseTo(2, 10);
});

test('two lengths are too few for a slope', () => {
  expect(slopes([run([series(512, [1]), series(1024, [4])])], SETTINGS)).toEqual([]);
});

test('the table shows median, quartiles and useful operations per second', () => {
  const table = timingTable([run([series(1000, [9, 1, 5], [2, 2, 2])])]);
  expect(table).toContain('5 [3, 7]');
  expect(table).toContain('  128  ');
});

test('a series that was left out says why', () => {
  const tooSlow = { ...series(4096, []), leftOut: 'one run takes 9.0 s' };
  expect(timingTable([run([tooSlow])])).toContain('left out: one run takes 9.0 s');
});

test('a kernel that takes longer than the call it ran in is a contradiction', () => {
  expect(contradictions([run([series(512, [10, 10], [9, 9])])])).toEqual([]);
  expect(contradictions([run([series(512, [10, 10], [20, 20])])])).toEqual(['cpu full n=512']);
});

test('outputs of both backends are compared, one alone is not', () => {
  expect(outputDifference([run([], [1, 2]), run([], [1, 2.5])])).toBe(0.5);
  expect(outputDifference([run([], [1, 2]), run([], [])])).toBeNull();
});
