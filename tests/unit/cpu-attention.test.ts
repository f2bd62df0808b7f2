// The CPU backend in the calling thread against the float64 reference: every case of the shared table.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { visibleCount, isVisible } from '../../src/contract/visibility.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { exponential } from '../../src/cpu/exponential.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { CASES, caseTensors } from '../support/cases.ts';
import { largestMagnitude, logSumExpGate, outputGate, weightGate, worstDifference } from '../support/tolerance.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createCpuBackend();
});
afterAll(() => backend.dispose());

it.each([0, -1e-9, -0.5, -1, -17.25, -99, -600, 1, 50, 99])('has e^%d to nine digits', (x) => {
  expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(6e-10);
});

it('has 0 for e^-Infinity and for what float32 could never show', () => {
  expect(exponential(-Infinity)).toBe(0);
  expect(exponential(-1e9)).toBe(0);
});

describe.each(CASES)('$name', (given) => {
  const problem = resolveProblem(given.problem);
  const tensors = caseTensors(given);
  const reference = referenceAttention(problem, tensors);
  const { heads, queryLength, keyLength } = problem;

  it('gives the reference output and log-sum-exp', async () => {
    const resident = await backend.upload(problem, tensors, {});
    try {
      const prepared = await backend.prepare(problem, resident);
      const { output, logSumExp } = await prepared.read({});
      const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
      expect(worstDifference(output, reference.output).worst).toBeLessThanOrEqual(gate);
      expect(worstDifference(logSumExp, reference.logSumExp).worst).toBeLessThanOrEqual(
        logSumExpGate(reference.largestScore),
      );
    } finally {
      resident.dispose();
    }
  });

  it('gives the reference weights in odd views, and row statistics', async () => {
    const resident = await backend.upload(problem, tensors, {});
    try {
      const prepared = await backend.prepare(problem, resident);
      const gate = weightGate(reference.largestScore);
      const middle = Math.floor(queryLength / 2);
      for (const pooling of ['mean', 'max'] as const)
        for (const view of [
          {
            rows: [0, queryLength] as [number, number],
            columns: [0, keyLength] as [number, number],
            height: Math.min(7, queryLength),
            width: Math.min(5, keyLength),
          },
          {
            rows: [middle, middle + 1] as [number, number],
            columns: [0, keyLength] as [number, number],
            height: 1,
            width: keyLength,
          },
          {
            rows: [Math.floor(queryLength / 3), queryLength] as [number, number],
            columns: [Math.floor(keyLength / 4), Math.ceil((keyLength * 3) / 4)] as [number, number],
            height: Math.ceil((queryLength - Math.floor(queryLength / 3)) / 2),
            width: Math.ceil((Math.ceil((keyLength * 3) / 4) - Math.floor(keyLength / 4)) / 3),
          },
        ]) {
          const whole = { ...view, head: heads - 1, pooling };
          const { values } = await prepared.weights(whole, {});
          expect(worstDifference(values, referenceWeights(problem, tensors, whole)).worst).toBeLessThanOrEqual(gate);
        }
      const { entropy, meanDistance } = await prepared.statistics({});
      const logLength = 2 + Math.log(keyLength) + reference.largestScore;
      expect(worstDifference(entropy, reference.entropy).worst).toBeLessThanOrEqual(gate * logLength);
      expect(worstDifference(meanDistance, reference.meanDistance).worst).toBeLessThanOrEqual(
        gate * (keyLength + queryLength),
      );
    } finally {
      resident.dispose();
    }
  });
});

describe('which keys are visited', () => {
  // V one-hot per key and equal weights: the output says exactly which keys went in.
  const masks = CASES.filter(({ problem, fill }) => problem.mask !== undefined && fill === undefined);
  it.each(masks)('$name: each visible key once, no hidden key', async (given) => {
    const problem = resolveProblem({ ...given.problem, heads: 1, kvHeads: 1, headDim: 256, scale: 0 });
    const { queryLength: N, keyLength: M } = problem;
    expect(M).toBeLessThanOrEqual(256);
    const v = new Float32Array(M * 256);
    for (let j = 0; j < M; j++) v[j * 256 + j] = 1;
    const tensors = { q: new Float32Array(N * 256).fill(1), k: new Float32Array(M * 256).fill(1), v };
    const resident = await backend.upload(problem, tensors, {});
    try {
      const { output, logSumExp } = await (await backend.prepare(problem, resident)).read({});
      for (let i = 0; i < N; i++) {
        const count = visibleCount(problem, i);
        expect(logSumExp[i]).toBeCloseTo(Math.log(count), 5);
        const seen = Array.from({ length: M }, (_, j) => output[i * 256 + j]! * count);
        const expected = Array.from({ length: M }, (_, j) => (isVisible(problem, i, j) ? 1 : 0));
        expect(worstDifference(seen, expected).worst, `row ${i}`).toBeLessThan(1e-5);
      }
    } finally {
      resident.dispose();
    }
  });
});
