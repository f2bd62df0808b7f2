// Every mixer and stack of the table on the CPU backend against float64.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { gelu, sigmoid, sigmoidAll } from '../../src/cpu/curves.ts';
import { gelu as reference } from '../../src/math/encoder-stack.ts';
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
  const xs = Float64Array.from({ length: 219 }, (_, index) => (index - 109) * 0.37);
  const all = new Float64Array(220);
  all.set(xs);
  sigmoidAll(all, 219);
  xs.forEach((x, index) => {
    expect(Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(2e-9);
    expect(Math.abs(all[index]! - 1 / (1 + Math.exp(-x)))).toBeLessThan(2e-9);
    expect(Math.abs(gelu(x) - reference(x))).toBeLessThan(1e-7);
  });
  expect([sigmoid(-5000), sigmoid(5000)]).toEqual([0, 1]);
  const far = Float64Array.of(-5000, 5000, 0, Infinity);
  sigmoidAll(far, 4);
  expect([...far].map(Math.fround)).toEqual([Math.fround(far[0]!), 1, 0.5, 1]);
  expect(far[0]).toBeLessThan(1e-40);
});
