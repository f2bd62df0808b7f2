// The labs' central claim, leniently: how time really grows with length and width on this machine's CPU. The bench measures the same
// closely (`npm run bench -- --mixers`); here a busy machine must not fail, and a wrong algorithm must.
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

const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 30;

/**
 * Processor time of the quickest run of each chain, taken in turns; the process computes alone in its one thread. What others do to the
 * caches only adds to it, so rounds go on while `isSettled` is not content, to an end: a wrong growth never contents it.
 */
async function quickest(chains: readonly ResidentChain[], isSettled: (times: number[]) => boolean): Promise<number[]> {
  const times = chains.map(() => Infinity);
  for (let round = 0; round < MOST_ROUNDS && !(round >= FEWEST_ROUNDS && isSettled(times)); round++)
    for (const [index, { chain }] of chains.entries()) {
      const before = process.cpuUsage();
      await chain.run(1, {});
      const { user, system } = process.cpuUsage(before);
      times[index] = Math.min(times[index]!, user + system);
    }
  return times;
}

async function requireExponent(
  kind: MixerKind,
  axis: 'length' | 'width',
  values: number[],
  more: Partial<MixerProblem>,
  expected: number,
  tolerance: number,
): Promise<void> {
  const chains: ResidentChain[] = [];
  try {
    for (const value of values)
      chains.push(await prepareMixer(backend, { ...MIXER_DEFAULTS, kind, ...more, [axis]: value }, {}));
    const exponent = (times: number[]) => fitPowerLaw(values, times)!.exponent;
    const isNear = (times: number[]) => Math.abs(exponent(times) - expected) < tolerance;
    const measured = exponent(await quickest(chains, isNear));
    expect(Math.abs(measured - expected), `measured an exponent of ${measured.toFixed(2)}`).toBeLessThan(tolerance);
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
    await requireExponent(kind, 'length', [256, 512, 1024], { width: 64 }, expected, 0.3);
  });
});

describe('over the width', () => {
  it.each([
    ['attention-core', 1],
    ['gru', 2],
    ['convolution', 2],
  ] as const)('%s grows as d^%i', async (kind, expected) => {
    await requireExponent(kind, 'width', [128, 256, 512], { length: 128, heads: 4 }, expected, 0.4);
  });
});

it('four times the heads at fixed width take about the same time; of a fixed size, clearly more', async () => {
  const shape = { ...STACK_DEFAULTS, layers: 1, length: 256, feedForward: 64 };
  const trials = [...headsAtWidth(shape, [2, 8]), ...headsOfSize(shape, [2, 8])];
  const chains: ResidentChain[] = [];
  for (const trial of trials) chains.push(await prepareStack(backend, trial.shape, {}));
  try {
    const ratios = ([few, many, small, large]: number[]) => [many! / few!, large! / small!] as const;
    const isAsClaimed = (times: number[]) => ratios(times)[0] < 1.5 && ratios(times)[1] > 2.2;
    const [atWidth, ofSize] = ratios(await quickest(chains, isAsClaimed));
    expect(atWidth).toBeLessThan(1.5);
    expect(ofSize).toBeGreaterThan(2.2);
  } finally {
    for (const chain of chains) chain.dispose();
  }
});
