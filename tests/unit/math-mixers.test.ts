// The float64 references of mixers and stacks against PyTorch's own layers, and against arithmetic done by hand.
import { describe, expect, it } from 'vitest';
import { requireMixer, type MixerKind, type MixerProblem } from '../../src/contract/mixers.ts';
import { requireStack } from '../../src/contract/stack.ts';
import { drawInput, drawMixerWeights, drawStackWeights } from '../../src/data/mixer-input.ts';
import { gelu, referenceStack } from '../../src/math/encoder-stack.ts';
import { referenceMixer } from '../../src/math/mixers.ts';
import fixture from '../fixtures/mixers.json' with { type: 'json' };
import { stackShape } from '../support/mixer-cases.ts';
import { largestMagnitude, worstDifference } from '../support/tolerance.ts';

interface Recorded {
  kind: string;
  x: number[];
  weights: Record<string, number[]>;
  values: number[];
}

const base = { heads: 1, window: 0, kernel: 1, dilation: 1, seed: 1 };
const f32 = (record: Record<string, number[] | undefined>) => record as unknown as Record<string, Float32Array>;

describe('mixers against PyTorch', () => {
  const recorded = fixture.mixers as unknown as Recorded[];
  it('has every kind but the cores', () => {
    expect(new Set(recorded.map(({ kind }) => kind)).size).toBe(8);
  });
  for (const [index, { kind, x, weights, values, ...sizes }] of recorded.entries())
    it(`${kind}, case ${index}`, () => {
      const problem = requireMixer({ ...base, ...sizes, kind: kind as MixerKind } as MixerProblem);
      const ours = referenceMixer(problem, x, f32(weights)).values;
      // Recorded with twelve digits.
      expect(worstDifference(ours, values).worst).toBeLessThan(1e-10);
    });
});

describe('encoder layers against PyTorch, twice the same', () => {
  for (const { activation, x, weights: w, values, ...sizes } of fixture.stacks)
    it(`with ${activation}`, () => {
      const shape = requireStack(
        stackShape({
          ...sizes,
          kvHeads: sizes.heads,
          headDim: 2,
          activation: activation as 'relu',
          sharedLayers: true,
        }),
      );
      const matrices = { qkv: [w.qkv], output: [w.output], up: [w.up], down: [w.down] };
      const biases = { qkv: w.qkvBias, output: w.outputBias, up: w.upBias, down: w.downBias };
      const norms = [w.norms0, w.norms1, w.norms2, w.norms3];
      const layer = { matrices, biases, norms } as unknown as Parameters<typeof referenceStack>[2][number];
      expect(worstDifference(referenceStack(shape, x, [layer]).values, values).worst).toBeLessThan(1e-10);
    });
});

describe('by hand', () => {
  const one = (kind: MixerKind, more: Partial<MixerProblem> = {}) => ({ ...base, kind, length: 2, width: 1, ...more });

  it('an Elman layer of one number', () => {
    const weights = f32({ input: [2], inputBias: [0.5], recurrent: [-1], recurrentBias: [0] });
    const first = Math.tanh(2 * 0.25 + 0.5);
    const { values } = referenceMixer(one('elman'), [0.25, -1], weights);
    expect([...values]).toEqual([first, Math.tanh(-1.5 - first)]);
  });

  it('a GRU whose update gate is shut takes the new state, whose reset gate multiplies the recurrent product', () => {
    // Gates reset, update, new. Reset ½, update 0 (σ(−1000)), new tanh(1 + ½·(3·h + 4)).
    const weights = f32({
      input: [0, 0, 0],
      inputBias: [0, -1000, 1],
      recurrent: [0, 0, 3],
      recurrentBias: [0, 0, 4],
    });
    const first = Math.tanh(1 + 0.5 * 4);
    const { values } = referenceMixer(one('gru'), [7, 7], weights);
    expect(values[0]).toBeCloseTo(first, 14);
    // Reset inside, U(r ∘ h) + c, would give tanh(1 + 1.5·h + 4) instead.
    expect(values[1]).toBeCloseTo(Math.tanh(1 + 0.5 * (3 * first + 4)), 14);
  });

  it('an LSTM with open gates sums what comes in', () => {
    const weights = f32({
      input: [0, 0, 1, 0],
      inputBias: [1000, 1000, 0, 1000],
      recurrent: [0, 0, 0, 0],
      recurrentBias: [0, 0, 0, 0],
    });
    const { values } = referenceMixer(one('lstm'), [0.5, 0.25], weights);
    expect(values[1]).toBeCloseTo(Math.tanh(Math.tanh(0.5) + Math.tanh(0.25)), 14);
  });

  it('a kernel of four has one tap to the left and two to the right', () => {
    const weights = f32({ taps: [1, 10, 100, 1000], bias: [0.5] });
    const { values } = referenceMixer(one('convolution', { kernel: 4, length: 4 }), [1, 2, 3, 4], weights);
    expect([...values]).toEqual([3210.5, 4321.5, 432.5, 43.5]);
  });

  it('the tanh form of GELU is close to the Gaussian’s, x·Φ(x)', () => {
    // Φ(1) = 0.841344746…, Φ(−2) = 0.022750132…
    expect(gelu(1)).toBeCloseTo(0.841344746, 3);
    expect(gelu(-2)).toBeCloseTo(-2 * 0.022750132, 3);
    expect([gelu(0), gelu(30)]).toEqual([0, 30]);
  });
});

describe('identities of the stack', () => {
  const shape = stackShape({ length: 9 });
  const x = drawInput(shape);
  const layers = drawStackWeights(shape);

  it('key heads that repeat give what a grouped stack gives', () => {
    const grouped = stackShape({ length: 9, heads: 4, kvHeads: 2, headDim: 6, layers: 1 });
    const [layer] = drawStackWeights(grouped);
    const whole = { ...grouped, kvHeads: 4 };
    // Columns of the fused projection: 4 query heads, 2 key heads, 2 value heads; each of the latter twice.
    const heads = [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7];
    const widen = (numbers: Float32Array) =>
      Float32Array.from({ length: (numbers.length / 48) * 72 }, (_, at) => {
        const [row, column] = [Math.floor(at / 72), at % 72];
        return numbers[row * 48 + heads[Math.floor(column / 6)]! * 6 + (column % 6)]!;
      });
    const wide = {
      ...layer!,
      matrices: { ...layer!.matrices, qkv: [widen(layer!.matrices.qkv[0]!)] },
      biases: { ...layer!.biases, qkv: widen(layer!.biases.qkv) },
    };
    const expected = referenceStack(whole, x, [wide]).values;
    expect(worstDifference(referenceStack(grouped, x, [layer!]).values, expected).worst).toBe(0);
  });

  it('a window beyond the ends changes nothing, one of zero does', () => {
    const full = referenceStack(shape, x, layers).values;
    expect(worstDifference(referenceStack({ ...shape, window: 9 }, x, layers).values, full).worst).toBe(0);
    expect(worstDifference(referenceStack({ ...shape, window: 0 }, x, layers).values, full).worst).toBeGreaterThan(
      0.01,
    );
  });

  it('an input’s first rows do not depend on the length, and a recurrence’s first states neither', () => {
    const long = { ...base, kind: 'gru' as const, length: 12, width: 5 };
    const short = { ...long, length: 7 };
    expect(drawInput(long).subarray(0, 35)).toEqual(drawInput(short));
    const weights = drawMixerWeights(long);
    const all = referenceMixer(long, drawInput(long), weights).values;
    expect(worstDifference(all.subarray(0, 35), referenceMixer(short, drawInput(short), weights).values).worst).toBe(0);
    expect(largestMagnitude(all)).toBeLessThan(1);
  });
});
