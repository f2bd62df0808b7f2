// Every mixer and stack of the table on the GPU backend against float64; the same through a device that grants nothing beyond the defaults.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { prepareMixer } from '../../src/engine/mixer-chain.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { MIXER_CASES, STACK_CASES } from '../support/mixer-cases.ts';
import { mixerErrorShare, stackErrorShare } from '../support/mixer-checks.ts';

const uncaptured: string[] = [];
const onUncaptured = (message: string) => void uncaptured.push(message);
let backend: Backend;
beforeAll(async () => {
  backend = await createGpuBackend({ onUncaptured });
});
afterAll(async () => {
  await backend.dispose();
  expect(uncaptured).toEqual([]);
});

describe('mixers on the GPU', () => {
  it.each(MIXER_CASES)('$name', async (one) => {
    expect(await mixerErrorShare(backend, one)).toBeLessThan(1);
  });
});

describe('stacks on the GPU', () => {
  it.each(STACK_CASES)('$name', async (one) => {
    expect(await stackErrorShare(backend, one)).toBeLessThan(1);
  });
});

it('says how a recurrence runs', () => {
  expect(backend.operations.scanPlan('lstm', 256)).toBe('one-dispatch');
  expect(backend.operations.scanPlan('elman', 1028)).toBe('dispatch-per-step');
});

it('recurrences run on the default limits too', async () => {
  const modest = await createGpuBackend({ onUncaptured, defaultLimits: true });
  try {
    for (const one of MIXER_CASES.filter(({ problem: { kind, width } }) => kind === 'lstm' && width > 20))
      expect(await mixerErrorShare(modest, one)).toBeLessThan(1);
  } finally {
    await modest.dispose();
  }
});

it('operations that run at once give what a recorded chain gives', async () => {
  const { operations } = backend;
  const x = await operations.upload(
    Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
    8,
    5,
  );
  const taps = await operations.upload(
    Float32Array.from({ length: 75 }, (_, i) => Math.cos(i)),
    15,
    5,
  );
  const bias = await operations.upload(new Float32Array(5), 1, 5);
  const spacing = { taps: 3, dilation: 1, reach: 1 };
  const chain = await backend.chain((on) => on.convolve(x, taps, bias, spacing));
  try {
    const atOnce = await operations.convolve(x, taps, bias, spacing);
    expect(await chain.read({})).toEqual(await operations.read(atOnce));
    atOnce.dispose();
  } finally {
    chain.dispose();
    for (const tensor of [x, taps, bias]) tensor.dispose();
  }
});

const lstm = MIXER_CASES.find(({ problem: { kind } }) => kind === 'lstm')!.problem;
it.each(['webgpu', 'cpu'] as const)('on %s a long recurrence is given up between its pieces', async (kind) => {
  const on = kind === 'webgpu' ? backend : await createCpuBackend({ threads: 1 });
  const resident = await prepareMixer(on, { ...lstm, length: 30_000, width: 64 }, {});
  try {
    const controller = new AbortController();
    const run = resident.chain.run(1, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    const startMs = performance.now();
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - startMs).toBeLessThan(1000);
  } finally {
    resident.dispose();
    if (on !== backend) await on.dispose();
  }
});
