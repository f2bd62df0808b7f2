// The report of our own kernels as text, and what makes a run worthless, on made-up rows.
import { expect, test } from 'vitest';
import type { BenchmarkReport, BenchmarkRow } from '../../src/contract/benchmark.ts';
import { gapTable, growthTable, mistakes, peakTable, reportText, timingTable } from '../bench/grid/report.ts';
import { pictureTable, type PictureResult } from '../bench/picture/result.ts';

const row = (more: Partial<BenchmarkRow> = {}): BenchmarkRow => ({
  case: 'full, 1 × 64, n 1000',
  family: 'full, 1 × 64',
  backend: 'cpu',
  device: 'CPU, 2 threads',
  plan: null,
  heads: 1,
  queryLength: 1000,
  headDim: 64,
  storage: 'f32',
  pairs: 1e6,
  kernelMs: [2, 2, 2],
  wallMs: [9, 1, 5],
  uploadMs: [],
  readbackMs: [],
  pictureMs: [1.1, 1, 1.2],
  warmUps: 2,
  runsPerSample: 4,
  timerResolutionMs: null,
  flops: 2.56e8,
  bytes: 1e6,
  rooflineShare: null,
  boundBy: null,
  largestError: 1e-7,
  ...more,
});

const report = (more: Partial<BenchmarkReport> = {}): BenchmarkReport => ({
  schema: 'attention-lab/benchmark/1',
  date: '2026-01-01T00:00:00.000Z',
  userAgent: 'test',
  hardwareConcurrency: 2,
  peaks: [],
  rows: [],
  gaps: [],
  growth: [],
  ...more,
});

test('the table shows median, quartiles, plan and operations per second by the backend’s clock', () => {
  const table = timingTable(report({ rows: [row({ plan: 'rows 8×2', rooflineShare: 0.256, boundBy: 'compute' })] }));
  expect(table).toMatch(/rows 8×2\s+2 \[2, 2\]\s+5 \[3, 7\]\s+128\s+25\.6 % compute\s+0\.55 ×\s+3 × 4\s+1\.0e-7/);
});

test('a row without a peak has no share of it', () => {
  expect(timingTable(report({ rows: [row()] }))).toMatch(/128\s+–/);
});

test('a device’s limits are the best of their samples', () => {
  const samples = (values: number[]) => ({ samples: values, warmUps: 1, sampleMs: 30 });
  const table = peakTable(
    report({
      peaks: [
        {
          backend: 'webgpu',
          device: 'swiftshader',
          clock: 'kernel',
          timerResolutionMs: null,
          flops: samples([1e9, 9e9, 3e9]),
          bytes: samples([2e9]),
        },
      ],
    }),
  );
  expect(table).toMatch(/webgpu: swiftshader\s+9\s+2\s+kernel\s+–/);
});

test('growth stands beside what operations alone would give', () => {
  const growth = [
    { family: 'window', backend: 'cpu', clock: 'wall', exponent: 1.042, standardError: null, predicted: 1 } as const,
  ];
  expect(growthTable(report({ growth }))).toMatch(/n\^1\.04 ± \?\s+n\^1\.00/);
});

test('a gap says why in words', () => {
  const gap = { case: 'full', family: 'full', backend: 'cpu' } as const;
  const overBudget = { ...gap, code: 'over-budget', detail: { numbers: { estimateMs: 9000, budgetMs: 1 } } } as const;
  expect(gapTable(report({ gaps: [overBudget] }))).toContain('about 9 s');
  const given = { ...gap, code: 'over-budget', detail: { numbers: { estimateMs: Infinity, budgetMs: 1 } } } as const;
  expect(gapTable(report({ gaps: [given] }))).toContain('a shorter case took too long');
});

test('an empty part of the report leaves no heading', () => {
  expect(reportText(report())).toBe('');
  expect(reportText(report({ rows: [row()] }))).not.toContain('Growth');
});

test('a sound run has no mistakes; a case over the budget or the memory is none', () => {
  const gaps = (['over-budget', 'too-large'] as const).map((code) => ({
    case: 'full',
    family: 'full',
    backend: 'cpu' as const,
    code,
    detail: {},
  }));
  expect(mistakes(report({ rows: [row()], gaps }), ['cpu'])).toEqual([]);
});

test('a wrong answer, a missing backend and a kernel longer than its call are mistakes', () => {
  const detail = { reason: 'wrong-answer', value: 0.5 };
  const gaps = [{ case: 'full', family: 'full', backend: 'cpu', code: 'internal', detail } as const];
  const found = mistakes(report({ rows: [row({ kernelMs: [6, 6, 6] })], gaps }), ['webgpu', 'cpu']);
  expect(found).toEqual([
    'cpu, full: internal wrong-answer 0.5',
    'webgpu: nothing was measured',
    'cpu, full, 1 × 64, n 1000: kernel time above wall time, so a clock is wrong',
  ]);
});

test('the picture’s share is taken round by round and held to its bar', () => {
  const result = (length: number): PictureResult => ({
    length,
    side: 512,
    backend: 'cpu',
    device: 'CPU',
    attentionMs: [100, 200, 100],
    pictureMs: [60, 160, 50],
  });
  const table = pictureTable([result(16_384), result(512)]);
  expect(table).toMatch(/cpu: CPU\s+16384\s+512 × 512\s+100\s+60\s+0\.6\s+0\.5\s+0\.8\s+≤ 0\.7 met/);
  expect(table).toMatch(/cpu: CPU\s+512\s+512 × 512\s+100\s+60\s+0\.6\s+0\.5\s+0\.8\s*$/);
});
