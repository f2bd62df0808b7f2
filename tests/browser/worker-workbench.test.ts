// The lab's workbench through the worker door, on the real backends: what the page relies on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import type { Measurement, MeasurementGap, Setting, Workbench, WorkbenchEvent } from '../../src/contract/workbench.ts';
import { drawSignal } from '../../src/data/synthetic.ts';
import { referenceAttention, referenceRow } from '../../src/math/attention.ts';
import { connectWorkbench } from '../../src/worker/connect.ts';
import { worstDifference } from '../support/tolerance.ts';

const shape = { heads: 2, length: 96, headDim: 16 };
const spec = { kind: 'synthetic', signal: 'local', seed: 3, ...shape } as const;
const setting = (more: Partial<Setting> = {}): Setting => ({
  length: 96,
  heads: 2,
  mask: { window: { left: 8, right: 8 } },
  backend: 'auto',
  ...more,
});
const ignore = () => {};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
  );

let workbench: Workbench;
const events: WorkbenchEvent[] = [];

beforeAll(async () => {
  const connected = await connectWorkbench();
  expect(connected.rung).toBe('url');
  workbench = connected.workbench;
  const addresses = { weightsUrl: `${location.origin}/none`, exampleUrl: `${location.origin}/none` };
  const backends = await workbench.start({ ...addresses, threads: 1 }, (event) => events.push(event));
  expect(backends.cpu.kind).toBe('cpu');
});
afterAll(() => workbench.dispose());

test('asking before anything is open is refused, not hung', async () => {
  expect(await code(workbench.compute(setting(), ignore))).toBe('invalid-problem');
  expect(await code(workbench.row(0, 0))).toBe('invalid-problem');
});

describe.each(['cpu', 'webgpu'] as const)('on %s', (backend) => {
  test('the pair, its error, rows and steps agree with the reference', async () => {
    await workbench.openSource(spec, ignore);
    const shares: number[] = [];
    const computed = await workbench.compute(setting({ backend }), ({ done }) => shares.push(done));
    expect(computed.backend.kind).toBe(backend);
    expect(computed.full.pairs).toBe(96 * 96);
    expect(computed.windowed.pairs).toBe(96 * 17 - 72);
    expect(shares.at(-1)).toBe(1);

    const tensors = drawSignal('local', 3, shape);
    const full = resolveProblem({ heads: 2, queryLength: 96, headDim: 16 });
    const windowed = resolveProblem({ heads: 2, queryLength: 96, headDim: 16, mask: setting().mask });
    const a = referenceAttention(full, tensors).output;
    const b = referenceAttention(windowed, tensors).output;
    let largest = 0;
    a.forEach((value, index) => (largest = Math.max(largest, Math.abs(value - b[index]!))));
    expect(computed.error!.largest).toBeCloseTo(largest, 4);
    expect(Math.max(...computed.error!.perRow)).toBe(Math.fround(computed.error!.largest));

    const row = await workbench.row(1, 40);
    expect(row.generation).toBe(computed.generation);
    expect(worstDifference(row.full, referenceRow(full, tensors, 1, 40).weights).worst).toBeLessThan(1e-5);
    expect(worstDifference(row.windowed, referenceRow(windowed, tensors, 1, 40).weights).worst).toBeLessThan(1e-5);
    const steps = await workbench.steps('windowed', 1, 40);
    expect(worstDifference(steps.weights, row.windowed).worst).toBeLessThan(1e-5);
    expect(steps.max + Math.log(steps.sum)).toBeCloseTo(row.windowedLogSumExp, 4);
    expect(steps.visible.reduce((sum, one) => sum + one, 0)).toBe(17);
  });

  test('pictures are pooled alike and hidden cells are zero', async () => {
    await workbench.openSource(spec, ignore);
    await workbench.compute(setting({ backend }), ignore);
    const request = { head: 0, rows: [0, 96], columns: [0, 96], height: 500, width: 500, pooling: 'max' } as const;
    const picture = await workbench.picture({ ...request, rows: [0, 96], columns: [0, 96] }, ignore);
    expect([picture.height, picture.width]).toEqual([96, 96]);
    expect(picture.windowed[0 * 96 + 50]).toBe(0);
    expect(picture.full[0 * 96 + 50]).toBeGreaterThan(0);
    expect(picture.windowed[5 * 96 + 5]).toBeGreaterThan(picture.full[5 * 96 + 5]!);
  });

  test('every head gets a thumbnail, all before the call ends', async () => {
    await workbench.openSource(spec, ignore);
    await workbench.compute(setting({ backend }), ignore);
    const heads: number[] = [];
    await workbench.thumbnails('full', 12, ({ head, values, size, entropy }) => {
      expect(values.length).toBe(size * size);
      expect(entropy).toBeGreaterThan(0);
      heads.push(head);
    });
    expect(heads).toEqual([0, 1]);
  });
});

test('the newest compute wins and the superseded one is aborted; the pair stays usable', async () => {
  await workbench.openSource({ ...spec, length: 2048 }, ignore);
  const slow = code(workbench.compute(setting({ length: 2048, backend: 'cpu' }), ignore));
  const quick = await workbench.compute(setting({ length: 32, backend: 'cpu' }), ignore);
  expect(await slow).toBe('aborted');
  expect((await workbench.row(0, 31)).generation).toBe(quick.generation);
});

test('a failing source leaves the earlier one open', async () => {
  await workbench.openSource(spec, ignore);
  const bytes = new TextEncoder().encode('not a number').buffer as ArrayBuffer;
  expect(await code(workbench.openSource({ kind: 'file', name: 'a.npy', bytes }, ignore))).toBe('invalid-file');
  expect(bytes.byteLength).toBe(0);
  expect((await workbench.compute(setting({ backend: 'cpu' }), ignore)).length).toBe(96);
});

test('a ready matrix is shown as given, and windowed with its rows scaled back to one', async () => {
  const rows = ['0.5,0.25,0.25', '0.2,0.2,0.6', '0.1,0.4,0.5'].join('\n');
  const bytes = new TextEncoder().encode(rows).buffer as ArrayBuffer;
  const source = await workbench.openSource({ kind: 'file', name: 'weights.csv', bytes }, ignore);
  expect(source.isMatrix).toBe(true);
  const mask = { window: { left: 0, right: 1 } };
  const computed = await workbench.compute(setting({ length: 3, heads: 1, mask }), ignore);
  expect(computed.error).toBeNull();
  const row = await workbench.row(0, 0);
  expect(row.full).toEqual(Float32Array.of(0.5, 0.25, 0.25));
  expect(worstDifference(row.windowed, [2 / 3, 1 / 3, 0]).worst).toBeLessThan(1e-6);
  expect(await code(workbench.steps('full', 0, 0))).toBe('invalid-problem');
});

test('measuring gives samples of every series on its own clock, and a gap where the budget is too small', async () => {
  await workbench.openSource(spec, ignore);
  const results: (Measurement | MeasurementGap)[] = [];
  const series = ['gpu-full', 'gpu-windowed', 'cpu-full', 'cpu-windowed'] as const;
  const options = { series: [...series], samples: 3, budgetMs: 4000 };
  await workbench.measure(setting(), [96], options, (result) => results.push(result));
  expect(results.map((result) => result.series).sort()).toEqual([...series].sort());
  for (const result of results) {
    if ('code' in result) throw new Error(JSON.stringify(result));
    expect(result.wall.length).toBe(3);
    expect(result.upload.length).toBe(3);
    expect(result.readback.length).toBe(3);
    expect(result.warmUps).toBeGreaterThanOrEqual(2);
    expect(Math.min(...result.wall)).toBeGreaterThan(0);
  }
  const gaps: (Measurement | MeasurementGap)[] = [];
  const hurried = { series: ['cpu-full' as const], samples: 3, budgetMs: 20 };
  await workbench.measure(setting({ heads: 2 }), [4096], hurried, (result) => gaps.push(result));
  expect(gaps).toMatchObject([{ series: 'cpu-full', code: 'over-budget', length: 4096 }]);
});
