// The labs on mixers and speed-ups through the worker door, on the real backends and with the real encoder: what their views rely on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { MIXER_KINDS, type MixerGap, type MixerMeasurement, type MixerSweep } from '../../src/contract/mixers.ts';
import type { HeadSwitches, StackGap, StackMeasurement } from '../../src/contract/stack.ts';
import type { Workbench } from '../../src/contract/workbench.ts';
import { drawInput, drawMixerWeights, drawStackWeights } from '../../src/data/mixer-input.ts';
import { referenceStack } from '../../src/math/encoder-stack.ts';
import { referenceMixer } from '../../src/math/mixers.ts';
import { lengthSweep, MIXER_DEFAULTS } from '../../src/theory/lab-defaults.ts';
import { connectWorkbench } from '../../src/worker/connect.ts';
import { stackShape } from '../support/mixer-cases.ts';
import { worstDifference } from '../support/tolerance.ts';

const ignore = () => {};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
  );

let workbench: Workbench;
beforeAll(async () => {
  ({ workbench } = await connectWorkbench());
  const addresses = {
    weightsUrl: `${location.origin}/weights/use-lite.f16.safetensors`,
    exampleUrl: `${location.origin}/none`,
  };
  await workbench.start({ ...addresses, threads: 2, tunesWhenIdle: false }, ignore);
});
afterAll(() => workbench.dispose());

const base = { ...MIXER_DEFAULTS, length: 33, width: 20, heads: 2, seed: 8 };

describe.each(['cpu', 'webgpu'] as const)('on %s', (backend) => {
  test('a mixer and a stack answer as the reference does', async () => {
    const problem = { ...base, kind: 'lstm' as const };
    const run = await workbench.labs.runMixer(problem, backend, ignore);
    expect(run.backend.kind).toBe(backend);
    expect(run.scanPlan).toBe(backend === 'cpu' ? 'one-thread' : 'one-dispatch');
    const expected = referenceMixer(problem, drawInput(problem), drawMixerWeights(problem)).values;
    expect(worstDifference(run.values, expected).worst).toBeLessThan(1e-5);

    const shape = stackShape({ window: 5 });
    const stack = await workbench.labs.runStack(shape, backend, ignore);
    const wanted = referenceStack(shape, drawInput(shape), drawStackWeights(shape)).values;
    expect(worstDifference(stack.values, wanted).worst).toBeLessThan(1e-4);
  });
});

test('a sweep measures every kind at every value, smallest first, each on its own clock', async () => {
  const sweep: MixerSweep = {
    ...lengthSweep(['cpu', 'webgpu']),
    kinds: [...MIXER_KINDS],
    base,
    values: [64, 16],
    samples: 3,
    totalMs: 60_000,
  };
  const results: (MixerMeasurement | MixerGap)[] = [];
  const shares: number[] = [];
  await workbench.labs.sweepMixers(sweep, (result, done) => (results.push(result), shares.push(done)));
  expect(results.length).toBe(2 * 2 * MIXER_KINDS.length);
  expect(results.slice(0, 20).every(({ problem }) => problem.length === 16)).toBe(true);
  expect(shares.at(-1)).toBe(1);
  for (const result of results) {
    if ('code' in result) throw new Error(JSON.stringify(result));
    expect(result.wall.length).toBe(3);
    expect(Math.min(...result.wall)).toBeGreaterThan(0);
    expect(result.scanPlan !== null).toBe(['elman', 'gru', 'lstm'].includes(result.problem.kind));
  }
});

test('a sweep ends when its time is up: what did not fit is a gap with the reason', async () => {
  const sweep: MixerSweep = {
    ...lengthSweep(['cpu', 'webgpu'], { ...MIXER_DEFAULTS, width: 256 }),
    values: [256, 1024, 4096, 16_384],
    totalMs: 4000,
  };
  const results: (MixerMeasurement | MixerGap)[] = [];
  const startMs = performance.now();
  await workbench.labs.sweepMixers(sweep, (result) => results.push(result));
  expect(performance.now() - startMs).toBeLessThan(9000);
  expect(results.length).toBe(4 * 2 * sweep.kinds.length);
  const gaps = results.filter((result) => 'code' in result);
  expect(gaps.length).toBeGreaterThan(0);
  expect(new Set(gaps.map((gap) => (gap as MixerGap).code))).toEqual(new Set(['over-budget']));
});

test('a sweep is given up at once, and the next one runs', async () => {
  const sweep = { ...lengthSweep(['cpu']), values: [2048, 4096] };
  const running = code(workbench.labs.sweepMixers(sweep, ignore));
  setTimeout(() => void workbench.cancel('measure'), 200);
  expect(await running).toBe('aborted');
  const results: unknown[] = [];
  const short = { ...sweep, kinds: ['elman' as const], values: [16], samples: 3 };
  await workbench.labs.sweepMixers(short, (result) => results.push(result));
  expect(results.length).toBe(1);
});

test('the newest run wins, and bad sizes are refused by name', async () => {
  const long = { ...base, kind: 'gru' as const, length: 60_000, width: 64 };
  const slow = code(workbench.labs.runMixer(long, 'cpu', ignore));
  const quick = await workbench.labs.runMixer({ ...base, kind: 'elman' }, 'cpu', ignore);
  expect(quick.values.length).toBe(33 * 20);
  expect(await slow).toBe('aborted');
  expect(await code(workbench.labs.runMixer({ ...base, kind: 'attention', heads: 3 }, 'cpu', ignore))).toBe(
    'invalid-problem',
  );
  expect(await code(workbench.labs.sweepMixers({ ...lengthSweep(['cpu']), values: [] }, ignore))).toBe(
    'invalid-problem',
  );
});

test('stacks are compared in turns, with what their weights and keys really take', async () => {
  const results: (StackMeasurement | StackGap)[] = [];
  const trials = [
    { id: 'base', shape: stackShape() },
    { id: 'int8', shape: stackShape({ int8: true }) },
    { id: 'grouped', shape: stackShape({ kvHeads: 1 }) },
  ];
  const pace = { samples: 3, budgetMs: 3000, totalMs: 30_000 };
  const shares: number[] = [];
  await workbench.labs.compareStacks(
    { trials, backends: ['cpu'], ...pace },
    (result) => results.push(result),
    (done) => shares.push(done),
  );
  expect(shares.length).toBeGreaterThan(2);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  const [plain, int8, grouped] = trials.map(({ id }) => results.find((one) => one.id === id) as StackMeasurement);
  expect(plain!.wall.length).toBe(3);
  expect(int8!.weightBytes).toBeLessThan(plain!.weightBytes / 2);
  expect(grouped!.keyValueBytes * 3).toBe(plain!.keyValueBytes);
});

test('the error of a window falls with its width, and is none when it sees all', async () => {
  const source = { kind: 'synthetic', signal: 'local', seed: 4, length: 128, heads: 2, headDim: 32 } as const;
  const masks = [1, 8, 32, 128].map((window) => ({ window, dilation: 1, globalTokens: 0 }));
  const { rows, length } = await workbench.labs.localErrors(
    { source, length: 128, heads: 2, masks, backend: 'cpu', samples: 3 },
    ignore,
  );
  expect(length).toBe(128);
  expect(rows.map(({ pairs }) => pairs)).toEqual([16_384, 128 * 3 - 2, 128 * 17 - 72, 128 * 65 - 32 * 33, 16_384]);
  expect(rows[0]).toMatchObject({ mask: null, relative: 0, largest: 0 });
  for (let at = 2; at < rows.length; at++) expect(rows[at]!.relative).toBeLessThan(rows[at - 1]!.relative);
  expect(rows[4]!.relative).toBeLessThan(1e-6);
  expect(rows.every(({ samples }) => samples.length === 3)).toBe(true);
});

test('the same on real text, through the encoder', async () => {
  const text = 'The quick brown fox jumps over the lazy dog, and nobody minds.';
  const { rows } = await workbench.labs.localErrors(
    {
      source: { kind: 'text', text, layer: 0 },
      length: 512,
      heads: 4,
      masks: [{ window: 2, dilation: 1, globalTokens: 0 }],
      backend: 'cpu',
      samples: 0,
    },
    ignore,
  );
  expect(rows[1]!.relative).toBeGreaterThan(0.01);
  expect(rows[1]!.samples).toEqual([]);
});

test('switching heads off moves the sentence’s embedding; all on moves nothing', async () => {
  const texts = ['How old are you?', 'The lamp was lit.'];
  const all: HeadSwitches = [Array<boolean>(4).fill(true), Array<boolean>(4).fill(true)];
  const without = (layer: number, head: number) => all.map((row, l) => row.map((_, h) => l !== layer || h !== head));
  const none = all.map((row) => row.map(() => false));
  const sets = [all, without(0, 1), without(1, 3), none];
  const { rows, heads } = await workbench.labs.ablateHeads(texts, sets, 'cpu', ignore);
  expect(heads).toEqual([4, 4]);
  expect(rows[0]!.lowest).toBeCloseTo(1, 7);
  for (const row of rows.slice(1)) {
    expect(row.cosines.length).toBe(2);
    expect(row.mean).toBeLessThan(1 - 1e-6);
  }
  expect(rows[3]!.mean).toBeLessThan(Math.min(rows[1]!.mean, rows[2]!.mean));
  expect(await code(workbench.labs.ablateHeads(texts, [[[true]]], 'cpu', ignore))).toBe('invalid-problem');
});
