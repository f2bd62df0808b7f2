// The encoder's operations on the CPU against naive loops in float64.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Backend } from '../../src/contract/backend.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { referenceAttention, referenceRow } from '../../src/math/attention.ts';
import { gelu } from '../../src/math/encoder-stack.ts';
import { normals, seededUniform } from '../support/cases.ts';
import { worstDifference } from '../support/tolerance.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createCpuBackend();
});
afterAll(() => backend.dispose());

const uniform = seededUniform(11);

function naiveLinear(x: Float32Array, w: Float32Array, bias: Float32Array | null, I: number, O: number): Float64Array {
  const product = new Float64Array((x.length / I) * O);
  for (let r = 0; r < x.length / I; r++)
    for (let o = 0; o < O; o++) {
      product[r * O + o] = bias === null ? 0 : bias[o]!;
      for (let i = 0; i < I; i++) product[r * O + o]! += x[r * I + i]! * w[i * O + o]!;
    }
  return product;
}

const activations: Record<Activation, (x: number) => number> = {
  none: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  gelu,
};

describe('linear', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 7],
    [13, 64, 65],
    [9, 33, 130],
  ])('multiplies [%i, %i] by %i columns, with and without bias and each activation', async (R, I, O) => {
    const x = normals(R * I, uniform);
    const w = normals(I * O, uniform);
    const b = normals(O, uniform);
    const { operations } = backend;
    const [tx, tw, tb] = [
      await operations.upload(x, R, I),
      await operations.upload(w, I, O),
      await operations.upload(b, 1, O),
    ];
    for (const activation of ['none', 'relu', 'tanh', 'gelu'] as const)
      for (const bias of [null, tb]) {
        const y = await operations.linear(tx, tw, bias, activation);
        expect([y.rows, y.columns]).toEqual([R, O]);
        const expected = naiveLinear(x, w, bias && b, I, O).map(activations[activation]);
        expect(worstDifference(await operations.read(y), expected).worst).toBeLessThan(2e-6 * Math.sqrt(I));
        y.dispose();
      }
    for (const tensor of [tx, tw, tb]) tensor.dispose();
  });

  it('refuses shapes that do not match', async () => {
    const x = await backend.operations.upload(new Float32Array(6), 2, 3);
    const w = await backend.operations.upload(new Float32Array(8), 4, 2);
    await expect(backend.operations.linear(x, w, null, 'none')).rejects.toMatchObject({ code: 'shape-mismatch' });
  });
});

it('normalises rows to mean 0 and variance 1, then scales and shifts', async () => {
  const [R, C] = [5, 37];
  const { operations } = backend;
  const x = normals(R * C, uniform).map((value) => 3 * value + 100);
  const gamma = normals(C, uniform);
  const beta = normals(C, uniform);
  const y = await operations.layerNorm(
    await operations.upload(x, R, C),
    await operations.upload(gamma, 1, C),
    await operations.upload(beta, 1, C),
    1e-3,
  );
  const expected = Float64Array.from(x, (_, index) => {
    const row = Array.from(x.subarray(index - (index % C), index - (index % C) + C));
    const mean = row.reduce((a, b) => a + b) / C;
    const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / C;
    return ((x[index]! - mean) / Math.sqrt(variance + 1e-3)) * gamma[index % C]! + beta[index % C]!;
  });
  expect(worstDifference(await operations.read(y), expected).worst).toBeLessThan(1e-6);
});

it('adds tensors of the same shape', async () => {
  const { operations } = backend;
  const a = normals(12, uniform);
  const b = normals(12, uniform);
  const sum = await operations.add(await operations.upload(a, 3, 4), await operations.upload(b, 3, 4));
  expect(await operations.read(sum)).toEqual(a.map((value, index) => Math.fround(value + b[index]!)));
});

it('splits a fused projection into head stacks and merges stacks back', async () => {
  const { operations } = backend;
  const [R, H, D] = [7, 3, 4];
  const fused = Float32Array.from({ length: R * 3 * H * D }, (_, index) => index);
  const tensor = await operations.upload(fused, R, 3 * H * D);
  const upper = await operations.splitHeads(tensor, [0, 3], H);
  const lower = await operations.splitHeads(tensor, [3, 7], H);
  const v = await operations.read(lower.v);
  // head 2, row 3 + 1, dimension 3 of v
  expect(v[(2 * 4 + 1) * D + 3]).toBe(4 * 3 * H * D + 2 * H * D + 2 * D + 3);
  const merged = await operations.mergeHeads([upper.k, lower.k], H);
  expect([merged.rows, merged.columns]).toEqual([R, H * D]);
  const expected = Float32Array.from({ length: R * H * D }, (_, index) => {
    const row = Math.floor(index / (H * D));
    return fused[row * 3 * H * D + H * D + (index % (H * D))]!;
  });
  expect(await operations.read(merged)).toEqual(expected);
});

it('attends and gives dense weights on stacks', async () => {
  const problem = resolveProblem({
    heads: 4,
    kvHeads: 2,
    queryLength: 21,
    keyLength: 30,
    headDim: 12,
    mask: { causal: true, window: { left: 9, right: 3 }, dilation: 2, globalTokens: 2 },
  });
  const { operations } = backend;
  const q = normals(4 * 21 * 12, uniform);
  const k = normals(2 * 30 * 12, uniform);
  const v = normals(2 * 30 * 12, uniform);
  const [tq, tk, tv] = [
    await operations.upload(q, 4 * 21, 12),
    await operations.upload(k, 60, 12),
    await operations.upload(v, 60, 12),
  ];
  const output = await operations.read(await operations.attend(problem, tq, tk, tv, {}));
  expect(worstDifference(output, referenceAttention(problem, { q, k, v }).output).worst).toBeLessThan(1e-6);
  const weights = await operations.attentionWeights(problem, tq, tk, {});
  expect([weights.rows, weights.columns]).toEqual([84, 30]);
  const dense = await operations.read(weights);
  for (let h = 0; h < 4; h++)
    for (let i = 0; i < 21; i++) {
      const row = dense.subarray((h * 21 + i) * 30, (h * 21 + i + 1) * 30);
      expect(worstDifference(row, referenceRow(problem, { q, k }, h, i).weights).worst).toBeLessThan(1e-6);
    }
});
