// The labs' central claim, leniently: how time really grows with length and width on this machine's CPU. The bench measures the same
// closely (`npm run bench -- --mixers`); here a busy machine must not fail what a wrong algorithm would. The best of some runs counts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import type { MixerKind, MixerProblem } from '../../src/contract/mixers.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { prepareMixer, type ResidentChain } from '../../src/engine/mixer-chain.ts';
import { prepareStack } from '../../src/engine/stack-chain.ts';
import { fitPowerLaw } from '../../src/theory/fit.ts';
import { headsAtWidth, headsOfSize, MIXER_DEFAULTS, STACK_DEFAULTS } from '../../src/theory/lab-defaults.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createCpuBackend({ threads: 1 });
});
afterAll(() => backend.dispose());

/** Milliseconds of computing of the quickest of `rounds` runs of each, in turns. */
async function best(chains: readonly ResidentChain[], rounds: number): Promise<number[]> {
  const times = chains.map(() => Infinity);
  for (let round = 0; round < rounds; round++)
    for (const [index, { chain }] of chains.entries())
      times[index] = Math.min(times[index]!, (await chain.run(1, {})).kernel ?? Infinity);
  return times;
}

async function exponent(kind: MixerKind, axis: 'length' | 'width', values: number[], more: Partial<MixerProblem>) {
  const problems = values.map((value) => ({ ...MIXER_DEFAULTS, kind, ...more, [axis]: value }));
  const chains = [];
  for (const problem of problems) chains.push(await prepareMixer(backend, problem, {}));
  try {
    return fitPowerLaw(values, await best(chains, 7))!.exponent;
  } finally {
    for (const chain of chains) chain.dispose();
  }
}

describe('over the length', () => {
  it.each([
    ['attention-core', 2],
    ['local-core', 1],
    ['elman', 1],
    ['lstm', 1],
    ['convolution', 1],
  ] as const)('%s grows as n^%i', async (kind, expected) => {
    const measured = await exponent(kind, 'length', [256, 512, 1024], { width: 64 });
    expect(Math.abs(measured - expected), `measured n^${measured.toFixed(2)}`).toBeLessThan(0.3);
  });
});

describe('over the width', () => {
  it.each([
    ['attention-core', 1],
    ['gru', 2],
    ['convolution', 2],
  ] as const)('%s grows as d^%i', async (kind, expected) => {
    const measured = await exponent(kind, 'width', [128, 256, 512], { length: 128, heads: 4 });
    expect(Math.abs(measured - expected), `measured d^${measured.toFixed(2)}`).toBeLessThan(0.4);
  });
});

it('four times the heads at fixed width take about the same time; of a fixed size, clearly more', async () => {
  const shape = { ...STACK_DEFAULTS, layers: 1, length: 256, feedForward: 64 };
  const trials = [...headsAtWidth(shape, [2, 8]), ...headsOfSize(shape, [2, 8])];
  const chains = [];
  for (const trial of trials) chains.push(await prepareStack(backend, trial.shape, {}));
  try {
    const [few, many, small, large] = (await best(chains, 5)) as [number, number, number, number];
    expect(many / few).toBeLessThan(1.5);
    expect(large / small).toBeGreaterThan(2.2);
  } finally {
    for (const chain of chains) chain.dispose();
  }
});
