// The tensor operations of the GPU backend against naive float64.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Activation, Backend } from '../../src/contract/backend.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { referenceAttention, referenceRow } from '../../src/math/attention.ts';
import { gelu } from '../../src/math/encoder-stack.ts';
import { normals, seededUniform } from '../support/cases.ts';
import { worstDifference } from '../support/tolerance.ts';

let backend: Backend;
const uncaptured: string[] = [];
beforeAll(async () => {
  backend = await createGpuBackend({ onUncaptured: (message) => uncaptured.push(message) });
});
afterAll(async () => {
  await backend.dispose();
  expect(uncaptured).toEqual([]);
});

const draw = (rows: number, columns: number, seed: number) => normals(rows * columns, seededUniform(seed));

const ACTIVATE: Record<Activation, (x: number) => number> = {
  none: (x) => x,
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  gelu,
};
for (const [rows, inner, columns] of [
  [1, 1, 1],
  [5, 7, 3],
  [33, 64, 70],
  [40, 256, 128],
] as const)
  for (const activation of ['none', 'relu', 'tanh', 'gelu'] as const)
    it(`linear ${rows}×${inner}×${columns} with ${activation} matches float64`, async () => {
      const { operations } = backend;
      const [x, w, b] = [draw(rows, inner, 1), draw(inner, columns, 2), draw(1, columns, 3)];
      const xs = await operations.upload(x, rows, inner);
      const ws = await operations.upload(w, inner, columns);
      const bs = await operations.upload(b, 1, columns);
      const result = await operations.linear(xs, ws, activation === 'none' ? null : bs, activation);
      const expected = Float64Array.from({ length: rows * columns }, (_, at) => {
        const [row, column] = [Math.floor(at / columns), at % columns];
        let sum = activation === 'none' ? 0 : b[column]!;
        for (let i = 0; i < inner; i++) sum += x[row * inner + i]! * w[i * columns + column]!;
        return ACTIVATE[activation](sum);
      });
      expect(worstDifference(await operations.read(result), expected).worst).toBeLessThan(2e-6 * Math.sqrt(inner) * 4);
      for (const tensor of [xs, ws, bs, result]) tensor.dispose();
    });

it('tanh of huge arguments is one, not NaN', async () => {
  const { operations } = backend;
  const x = await operations.upload(Float32Array.of(1000, -1e30, 3e38), 3, 1);
  const one = await operations.upload(Float32Array.of(1), 1, 1);
  expect([...(await operations.read(await operations.linear(x, one, null, 'tanh')))]).toEqual([1, -1, 1]);
});

it('layer norm, rows of 70 and of 3, matches float64', async () => {
  const { operations } = backend;
  for (const columns of [70, 3, 512]) {
    const [x, gamma, beta] = [draw(9, columns, 4), draw(1, columns, 5), draw(1, columns, 6)];
    const result = await operations.layerNorm(
      await operations.upload(x, 9, columns),
      await operations.upload(gamma, 1, columns),
      await operations.upload(beta, 1, columns),
      1e-6,
    );
    const expected = new Float64Array(9 * columns);
    for (let row = 0; row < 9; row++) {
      const values = [...x.subarray(row * columns, (row + 1) * columns)];
      const mean = values.reduce((a, b) => a + b, 0) / columns;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / columns;
      values.forEach((value, c) => {
        expected[row * columns + c] = ((value - mean) / Math.sqrt(variance + 1e-6)) * gamma[c]! + beta[c]!;
      });
    }
    expect(worstDifference(await operations.read(result), expected).worst).toBeLessThan(1e-5);
  }
});

it('adds element by element', async () => {
  const { operations } = backend;
  const [a, b] = [draw(7, 5, 7), draw(7, 5, 8)];
  const sum = await operations.add(await operations.upload(a, 7, 5), await operations.upload(b, 7, 5));
  expect(await operations.read(sum)).toEqual(a.map((value, at) => value + b[at]!));
});

for (const headDim of [8, 5])
  it(`splits a fused projection into heads of ${headDim} and merges them back`, async () => {
    const { operations } = backend;
    const [heads, lengths] = [3, [4, 6]];
    const columns = heads * headDim;
    const fused = draw(10, 3 * columns, 9);
    const tensor = await operations.upload(fused, 10, 3 * columns);
    const parts = [
      await operations.splitHeads(tensor, [0, 4], heads),
      await operations.splitHeads(tensor, [4, 10], heads),
    ];
    const k = await operations.read(parts[1]!.k);
    for (let at = 0; at < k.length; at++) {
      const [x, row, head] = [at % headDim, Math.floor(at / headDim) % lengths[1]!, Math.floor(at / headDim / 6)];
      expect(k[at]).toBe(fused[(4 + row) * 3 * columns + columns + head * headDim + x]);
    }
    const merged = await operations.read(
      await operations.mergeHeads(
        parts.map(({ v }) => v),
        heads,
      ),
    );
    for (let row = 0; row < 10; row++)
      for (let c = 0; c < columns; c++)
        expect(merged[row * columns + c]).toBe(fused[row * 3 * columns + 2 * columns + c]);
  });

it('attends on stacks and gives the dense weights', async () => {
  const { operations } = backend;
  const problem = resolveProblem({ heads: 2, queryLength: 11, keyLength: 13, headDim: 6, mask: { causal: true } });
  const [q, k, v] = [draw(22, 6, 10), draw(26, 6, 11), draw(26, 6, 12)];
  const [qs, ks, vs] = [
    await operations.upload(q, 22, 6),
    await operations.upload(k, 26, 6),
    await operations.upload(v, 26, 6),
  ];
  const output = await operations.read(await operations.attend(problem, qs, ks, vs, {}));
  expect(worstDifference(output, referenceAttention(problem, { q, k, v }).output).worst).toBeLessThan(1e-5);
  const weights = await operations.read(await operations.attentionWeights(problem, qs, ks, {}));
  for (let row = 0; row < 22; row++) {
    const expected = referenceRow(problem, { q, k }, Math.floor(row / 11), row % 11).weights;
    expect(worstDifference(weights.subarray(row * 13, (row + 1) * 13), expected).worst).toBeLessThan(1e-5);
  }
});
