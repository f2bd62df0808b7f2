// The workbench's parts that need no worker: lanes, cuts, steps, measuring on a backend that is right by construction,
// and what becomes of the picture when the device is lost.
import { describe, expect, test } from 'vitest';
import type { BackendKind } from '../../src/contract/engine.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import type { Measurement, MeasurementGap, WorkbenchEvent } from '../../src/contract/workbench.ts';
import { cutTensors } from '../../src/engine/cut-source.ts';
import { Lanes } from '../../src/engine/lanes.ts';
import { measureLength } from '../../src/engine/measure.ts';
import { runsPerSample } from '../../src/engine/timed-runs.ts';
import { outputError } from '../../src/engine/output-error.ts';
import { rowSteps } from '../../src/engine/row-steps.ts';
import { LocalWorkbench } from '../../src/engine/workbench.ts';
import { referenceAttention, referenceRow } from '../../src/math/attention.ts';
import { CASES, caseTensors } from '../support/cases.ts';
import { createReferenceBackend, type ReferenceBackend } from '../support/reference-backend.ts';
import { worstDifference } from '../support/tolerance.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
  );

test('in a lane the newest wins, and begins only when the older has let go', async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const work = (name: string) => async (signal: AbortSignal) => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push(`${name} ends`);
    return signal.aborted ? 'late' : name;
  };
  const first = code(lanes.run('compute', work('a')));
  await Promise.resolve();
  const second = code(lanes.run('compute', work('b')));
  const third = lanes.run('compute', work('c'));
  expect([await first, await second, await third]).toEqual(['aborted', 'aborted', 'c']);
  expect(log).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
  await lanes.close();
  expect(await code(lanes.run('row', work('d')))).toBe('disposed');
});

describe('cutting a source', () => {
  const problem = { heads: 6, kvHeads: 2, queryLength: 10, headDim: 3 };
  const tensors = caseTensors({ name: 'cut', problem });
  const source = { heads: 6, kvHeads: 2, queryLength: 10, keyLength: 10, headDim: 3, scale: null, tensors };

  test.each([1, 2, 3, 4, 5, 6])('%i of six grouped heads give what they gave before', (heads) => {
    const { shape, tensors: cut } = cutTensors(source, 10, heads);
    const expected = referenceAttention(resolveProblem(problem), tensors).output.subarray(0, heads * 30);
    expect(worstDifference(referenceAttention(resolveProblem(shape), cut).output, expected).worst).toBe(0);
  });

  test('the first positions keep their causal answers, also with more keys than queries', () => {
    const long = { heads: 2, queryLength: 6, keyLength: 9, headDim: 3, mask: { causal: true } };
    const all = caseTensors({ name: 'cut causal', problem: long });
    const { shape, tensors: cut } = cutTensors({ ...long, kvHeads: 2, scale: null, tensors: all }, 4, 1);
    const expected = referenceAttention(resolveProblem(long), all).output.subarray(0, 12);
    const actual = referenceAttention(resolveProblem({ ...shape, mask: { causal: true } }), cut).output;
    expect(worstDifference(actual, expected).worst).toBe(0);
  });
});

test.each(CASES.filter(({ problem }) => problem.headDim <= 64))(
  'the steps of $name end in the reference’s weights',
  (one) => {
    const problem = resolveProblem(one.problem);
    const tensors = caseTensors(one);
    const head = problem.heads - 1;
    for (const query of [0, problem.queryLength >> 1, problem.queryLength - 1]) {
      const { weights, sum, max, visible, strongest } = rowSteps(problem, tensors, head, query);
      const expected = referenceRow(problem, tensors, head, query);
      expect(worstDifference(weights, Float32Array.from(expected.weights)).worst).toBeLessThan(1e-6);
      if (visible.some(Boolean)) expect(max + Math.log(sum)).toBeCloseTo(expected.logSumExp, 6);
      const falling = strongest.map(({ key }) => weights[key]!);
      expect(falling).toEqual([...falling].sort((a, b) => b - a));
    }
  },
);

test('the output error names the worst head and query and the worst of each row', () => {
  const full = Float32Array.of(1, 1, 1, 1, 1, 1, 1, -4);
  const windowed = Float32Array.of(1, 1.5, 1, 1, 1, 1, 3, -4);
  expect(outputError(full, windowed, { heads: 2, queryLength: 2, headDim: 2 })).toEqual({
    largest: 2,
    head: 1,
    query: 1,
    perRow: Float32Array.of(0.5, 2),
    largestOutput: 4,
  });
});

test('samples are made long enough for their clock', () => {
  expect(runsPerSample(5, null)).toBe(1);
  expect(runsPerSample(0.1, null)).toBe(20);
  expect(runsPerSample(0.5, 1)).toBe(40);
  expect(runsPerSample(0, null)).toBe(512);
});

test('measuring frees everything, and a series that cannot run is a gap of its own', async () => {
  const problem = { heads: 1, queryLength: 8, headDim: 2 };
  const cut = { shape: problem, tensors: caseTensors({ name: 'measure', problem }) };
  const cpu = createReferenceBackend({ kind: 'cpu' });
  const backendOf = async (series: string) => {
    if (series.startsWith('gpu')) throw new AttentionError('backend-unavailable', { reason: 'no-adapter' });
    return cpu;
  };
  const series = ['gpu-full', 'cpu-full', 'cpu-windowed'] as const;
  const options = { series: [...series], samples: 4, budgetMs: 5000 };
  const mask = { window: { left: 1, right: 0 } };
  const results = await measureLength(cut, mask, [...series], options, backendOf, new AbortController().signal);
  expect(results.find((result) => 'code' in result)).toMatchObject({ series: 'gpu-full', code: 'backend-unavailable' });
  const measured = results.filter((result): result is Measurement => !('code' in (result as MeasurementGap)));
  expect(measured.map(({ series, pairs, wall, kernel }) => [series, pairs, wall.length, kernel])).toEqual([
    ['cpu-full', 64, 4, [2, 2, 2, 2]],
    ['cpu-windowed', 15, 4, [2, 2, 2, 2]],
  ]);
  expect(cpu.held()).toBe(0);
});

describe('left to choose', () => {
  test('quick work goes to the CPU until both backends have been timed', async () => {
    const workbench = new LocalWorkbench(() => async (kind) => createReferenceBackend({ kind }));
    await workbench.start({ weightsUrl: '', exampleUrl: '' }, () => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    await workbench.openSource(
      { kind: 'synthetic', signal: 'random', seed: 1, heads: 1, length: 12, headDim: 4 },
      () => {},
    );
    const summary = await workbench.compute({ length: 12, heads: 1, mask: {}, backend: 'auto' }, () => {});
    expect(summary.backend.kind).toBe('cpu');
    await workbench.dispose();
  });
});

describe('a GPU that goes away', () => {
  const spec = { kind: 'synthetic', signal: 'random', seed: 1, heads: 1, length: 12, headDim: 4 } as const;
  const setting = { length: 12, heads: 1, mask: { window: { left: 2, right: 2 } }, backend: 'auto' } as const;

  async function startOn(gpus: number) {
    const opened: ReferenceBackend[] = [];
    const events: WorkbenchEvent[] = [];
    const open = async (kind: BackendKind) => {
      if (kind === 'webgpu' && opened.filter(({ info }) => info.kind === 'webgpu').length >= gpus)
        throw new AttentionError('backend-unavailable', { reason: 'no-adapter' });
      opened.push(createReferenceBackend({ kind }));
      return opened.at(-1)!;
    };
    const workbench = new LocalWorkbench(() => open);
    await workbench.start({ weightsUrl: '', exampleUrl: '' }, (event) => events.push(event));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await workbench.openSource(spec, () => {});
    return { workbench, opened, events };
  }

  test('when lost leaves the picture: the pair is computed again, under the same number', async () => {
    const { workbench, opened, events } = await startOn(2);
    const { generation, backend } = await workbench.compute({ ...setting, backend: 'webgpu' }, () => {});
    expect(backend.kind).toBe('webgpu');
    const before = await workbench.row(0, 5);
    opened.find(({ info }) => info.kind === 'webgpu')!.lose();
    expect(await workbench.row(0, 5)).toEqual(before);
    expect(before.generation).toBe(generation);
    expect(events).toContainEqual({ type: 'device-lost', recovered: true });
    await workbench.dispose();
    expect(opened.map((one) => [one.held(), one.isDisposed()])).toEqual(opened.map(() => [0, true]));
  });

  test('when lost without another goes on with the CPU and says so', async () => {
    const { workbench, opened, events } = await startOn(1);
    await workbench.compute({ ...setting, backend: 'webgpu' }, () => {});
    opened.find(({ info }) => info.kind === 'webgpu')!.lose();
    expect((await workbench.compute(setting, () => {})).backend.kind).toBe('cpu');
    expect(events).toContainEqual({ type: 'device-lost', recovered: false });
    expect(await code(workbench.compute({ ...setting, backend: 'webgpu' }, () => {}))).toMatch(/unavailable|lost/);
    await workbench.dispose();
  });

  test('is given back while the page rests, and the same picture comes from another without a word', async () => {
    const { workbench, opened, events } = await startOn(2);
    await workbench.compute({ ...setting, backend: 'webgpu' }, () => {});
    const before = await workbench.row(0, 5);
    const first = opened.find(({ info }) => info.kind === 'webgpu')!;
    await workbench.rest('away');
    expect(first.isDisposed()).toBe(false);
    await workbench.rest('gone');
    expect([first.held(), first.isDisposed()]).toEqual([0, true]);
    await workbench.rest('none');
    expect(await workbench.row(0, 5)).toEqual(before);
    const gpus = opened.filter(({ info }) => info.kind === 'webgpu');
    expect(gpus.map((gpu) => gpu.isDisposed())).toEqual([true, false]);
    expect(events.filter(({ type }) => type === 'device-lost')).toEqual([]);
    await workbench.dispose();
    expect(opened.map((one) => [one.held(), one.isDisposed()])).toEqual(opened.map(() => [0, true]));
  });

  test('is given back only when what was asked for has run, and not at all if the page is seen before', async () => {
    const { workbench, opened } = await startOn(2);
    const computing = workbench.compute({ ...setting, backend: 'webgpu' }, () => {});
    const resting = workbench.rest('gone');
    expect((await computing).backend.kind).toBe('webgpu');
    await resting;
    const gpus = () => opened.filter(({ info }) => info.kind === 'webgpu');
    expect(gpus().map((gpu) => gpu.isDisposed())).toEqual([true]);
    const again = workbench.compute({ ...setting, backend: 'webgpu' }, () => {});
    const asleep = workbench.rest('gone');
    await workbench.rest('none');
    await Promise.all([again, asleep]);
    expect(gpus().map((gpu) => gpu.isDisposed())).toEqual([true, false]);
    await workbench.dispose();
  });

  test('is looked for by nobody while the page is away', async () => {
    const { workbench, opened } = await startOn(1);
    await workbench.rest('away');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(opened.map(({ info }) => info.kind)).toEqual(['cpu']);
    await workbench.rest('none');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(opened.map(({ info }) => info.kind)).toEqual(['cpu', 'webgpu']);
    await workbench.dispose();
  });
});
