import { describe, expect, it } from 'vitest';
import type { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { SIGNAL_KINDS, type SignalKind } from '../../src/contract/workbench.ts';
import { drawSignal } from '../../src/data/synthetic.ts';
import { referenceRow } from '../../src/math/attention.ts';
import { processorMs } from '../support/processor-time.ts';

/** Weights of every query of every head at the default scale, `[heads][length]` rows. */
function weightRows(kind: SignalKind, shape: { heads: number; length: number; headDim: number }, seed = 1) {
  const tensors = drawSignal(kind, seed, shape);
  const problem = resolveProblem({ heads: shape.heads, queryLength: shape.length, headDim: shape.headDim });
  return Array.from({ length: shape.heads }, (_, head) =>
    Array.from({ length: shape.length }, (_, query) => referenceRow(problem, tensors, head, query).weights),
  );
}

/** Mean over queries of the weight on the keys that `counts` names. */
function meanMass(rows: Float64Array[], counts: (query: number, key: number) => boolean): number {
  let mass = 0;
  rows.forEach((weights, query) => weights.forEach((weight, key) => (mass += counts(query, key) ? weight : 0)));
  return mass / rows.length;
}

const DIMS = [2, 3, 4, 8, 14, 64];

describe('synthetic signals', () => {
  it.each(SIGNAL_KINDS)('%s keeps every number when length and heads grow', (kind) => {
    const small = drawSignal(kind, 7, { heads: 2, length: 20, headDim: 16 });
    const large = drawSignal(kind, 7, { heads: 5, length: 33, headDim: 16 });
    for (const name of ['q', 'k', 'v'] as const)
      for (let head = 0; head < 2; head++) {
        const grown = large[name].subarray(head * 33 * 16, (head * 33 + 20) * 16);
        expect(grown).toEqual(small[name].subarray(head * 20 * 16, (head + 1) * 20 * 16));
      }
  });

  it.each(SIGNAL_KINDS)('%s changes with the seed and with the head, and is finite at every head dimension', (kind) => {
    for (const headDim of [1, ...DIMS, 255, 256]) {
      const shape = { heads: 2, length: 12, headDim };
      const one = drawSignal(kind, 1, shape);
      for (const tensor of [one.q, one.k, one.v]) expect(tensor.every(Number.isFinite)).toBe(true);
    }
    for (const headDim of DIMS) {
      const shape = { heads: 4, length: 96, headDim };
      const [first, second] = weightRows(kind, shape);
      const [reseeded] = weightRows(kind, shape, 2);
      const distance = (a: Float64Array[], b: Float64Array[]) =>
        a.reduce((sum, row, i) => sum + row.reduce((part, weight, j) => part + Math.abs(weight - b[i]![j]!), 0), 0) /
        96;
      expect(distance(first!, second!), `heads at ${headDim}`).toBeGreaterThan(0.05);
      expect(distance(first!, reseeded!), `seeds at ${headDim}`).toBeGreaterThan(0.02);
    }
  });

  it('random is standard normal, uncorrelated between tensors, and spreads its weight', () => {
    const { q, k } = drawSignal('random', 3, { heads: 2, length: 1000, headDim: 16 });
    const mean = (values: Float32Array, of: (x: number, n: number) => number) =>
      values.reduce((sum, x, n) => sum + of(x, n), 0) / values.length;
    expect(mean(q, (x) => x)).toBeCloseTo(0, 1);
    expect(mean(q, (x) => x * x)).toBeCloseTo(1, 1);
    expect(mean(q, (x) => (Math.abs(x) < 1 ? 1 : 0))).toBeCloseTo(0.683, 1);
    expect(Math.abs(mean(q, (x, n) => x * k[n]!))).toBeLessThan(0.03);
    expect(Math.abs(mean(q, (x, n) => x * (q[n + 1] ?? 0)))).toBeLessThan(0.03);
    const [rows] = weightRows('random', { heads: 1, length: 256, headDim: 64 });
    expect(meanMass(rows!, (i, j) => Math.abs(i - j) <= 8)).toBeLessThan(0.12);
  });

  it.each(DIMS)(
    'local keeps most weight within eight positions and widens from head to head, at dimension %i',
    (headDim) => {
      const heads = weightRows('local', { heads: 4, length: 400, headDim });
      const near = heads.map((rows) => meanMass(rows, (i, j) => Math.abs(i - j) <= 8));
      expect(near[0]).toBeGreaterThan(0.75);
      expect(near[3]).toBeGreaterThan(0.35);
      const veryNear = heads.map((rows) => meanMass(rows, (i, j) => Math.abs(i - j) <= 1));
      for (let head = 1; head < 4; head++) expect(veryNear[head]).toBeLessThan(veryNear[head - 1]! * 0.8);
      const falls = heads.map((rows) => [0, 4, 16].map((d) => meanMass(rows, (i, j) => Math.abs(i - j) === d)));
      for (const [at0, at4, at16] of falls as [number, number, number][]) {
        expect(at4 / 2).toBeLessThan(at0);
        expect(at16).toBeLessThan(at4);
      }
    },
  );

  it('local stays local at 8,192 positions', () => {
    const shape = { heads: 1, length: 8192, headDim: 64 };
    const tensors = drawSignal('local', 1, shape);
    const problem = resolveProblem({ heads: 1, queryLength: 8192, headDim: 64 });
    for (const query of [0, 1000, 4096, 8191]) {
      const { weights } = referenceRow(problem, tensors, 0, query);
      let near = 0;
      for (let key = Math.max(0, query - 8); key <= Math.min(8191, query + 8); key++) near += weights[key]!;
      expect(near, `query ${query}`).toBeGreaterThan(0.6);
    }
  });

  it.each(DIMS)(
    'copy puts its weight on stripes one period apart, shifted by one in head 1, at dimension %i',
    (headDim) => {
      const length = 200;
      const heads = weightRows('copy', { heads: 3, length, headDim });
      // Mean weight at each offset key − query, from the middle queries, which see every offset.
      const byOffset = (rows: Float64Array[]) =>
        Array.from({ length: 79 }, (_, n) => n - 39).map((offset) => {
          let sum = 0;
          for (let query = 60; query < 140; query++) sum += rows[query]![query + offset]!;
          return { offset, weight: sum / 80 };
        });
      const strongest = (head: number) =>
        byOffset(heads[head]!)
          .sort((a, b) => b.weight - a.weight)
          .slice(0, 3)
          .map(({ offset }) => offset)
          .sort((a, b) => a - b);
      const [back, same, ahead] = strongest(0) as [number, number, number];
      expect(same).toBe(0);
      expect(ahead).toBe(-back);
      expect(ahead).toBeGreaterThanOrEqual(24);
      expect(ahead).toBeLessThanOrEqual(39);
      expect(strongest(1)).toContain(1);
      expect(strongest(1)).toContain(1 - ahead);
      expect(strongest(2)).toContain(-1);
      const onStripes = meanMass(heads[0]!, (i, j) => (i - j) % ahead === 0);
      expect(onStripes).toBeGreaterThan(0.6);
    },
  );

  it('copy brings back the value of the token it found', () => {
    const { q, k, v } = drawSignal('copy', 1, { heads: 1, length: 120, headDim: 32 });
    const problem = resolveProblem({ heads: 1, queryLength: 120, headDim: 32 });
    let agreement = 0;
    for (let query = 40; query < 80; query++) {
      const { weights } = referenceRow(problem, { q, k }, 0, query);
      let dot = 0;
      let own = 0;
      for (let x = 0; x < 32; x++) {
        let output = 0;
        weights.forEach((weight, key) => (output += weight * v[key * 32 + x]!));
        dot += output * v[query * 32 + x]!;
        own += v[query * 32 + x]! ** 2;
      }
      agreement += dot / own / 40;
    }
    expect(agreement).toBeGreaterThan(0.6);
  });

  it.each(DIMS)('clusters weigh blocks of one topic: rows are alike or disjoint, at dimension %i', (headDim) => {
    const [rows] = weightRows('clusters', { heads: 1, length: 160, headDim });
    // Two queries share a topic when the weight one puts on the other is above the uniform 1/160.
    const related = (i: number, j: number) => rows![i]![j]! > 1 / 160;
    expect(meanMass(rows!, related)).toBeGreaterThan(0.85);
    const neighbours = rows!.filter((_, i) => i > 0 && related(i, i - 1)).length / 159;
    expect(neighbours).toBeGreaterThan(0.75);
    const share = rows!.reduce((sum, _, i) => sum + rows!.filter((_, j) => related(i, j)).length / 160, 0) / 160;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.45);
  });

  it.each(DIMS)('sink gives the first token most of the weight in every head, at dimension %i', (headDim) => {
    const heads = weightRows('sink', { heads: 4, length: 600, headDim });
    const onFirst = heads.map((rows) => meanMass(rows, (_, key) => key === 0));
    for (const mass of onFirst) expect(mass).toBeGreaterThan(0.55);
    expect(onFirst[0]).toBeGreaterThan(0.85);
    expect(onFirst[3]).toBeLessThan(onFirst[0]! - 0.15);
  });

  it('draws 16,384 positions of four heads of 64 in under 1.5 seconds of processor time for every kind', () => {
    for (const kind of SIGNAL_KINDS) {
      const ms = processorMs(() => drawSignal(kind, 1, { heads: 4, length: 16_384, headDim: 64 }));
      expect(ms, kind).toBeLessThan(1500);
    }
  });

  it('refuses what it cannot draw and names the field', () => {
    const field = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return (error as AttentionError).detail.field;
      }
      return 'nothing was thrown';
    };
    const shape = { heads: 1, length: 4, headDim: 4 };
    expect(field(() => drawSignal('constructor' as SignalKind, 1, shape))).toBe('signal');
    expect(field(() => drawSignal('random', -1, shape))).toBe('seed');
    expect(field(() => drawSignal('random', 1.5, shape))).toBe('seed');
    expect(field(() => drawSignal('random', 1, { ...shape, length: 0 }))).toBe('queryLength');
    expect(field(() => drawSignal('random', 1, { ...shape, headDim: 257 }))).toBe('headDim');
  });
});
