// Every mixer and stack of the table on the CPU backend against float64.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { hyperbolicTangent, sigmoid } from '../../src/cpu/curves.ts';
import { MIXER_CASES, STACK_CASES } from '../support/mixer-cases.ts';
import { mixerErrorShare, stackErrorShare } from '../support/mixer-checks.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createCpuBackend();
});
afterAll(() => backend.dispose());

describe('mixers on the CPU', () => {
  it.each(MIXER_CASES)('$name', async (one) => {
    expect(await mixerErrorShare(backend, one)).toBeLessThan(1);
  });
});

describe('stacks on the CPU', () => {
  it.each(STACK_CASES)('$name', async (one) => {
    expect(await stackErrorShare(backend, one)).toBeLessThan(1);
  });
});

it('curves are right from one end to the other', () => {
  for (let x = -40; x <= 40; x += 0.37) {
    expect(Math.abs(hyperbolicTangent(x) - Math.tanh(x))).toBeLessThan(2e-9);
    expect(Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(2e-9);
  }
  expect([sigmoid(-5000), sigmoid(5000), hyperbolicTangent(-5000)]).toEqual([0, 1, -1]);
});
