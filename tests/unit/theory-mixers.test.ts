// The books of mixers and stacks: counts against brute force and against the fact sheet's numbers, crossovers, paths, predicted gains.
import { describe, expect, it } from 'vitest';
import {
  MIXER_KINDS,
  mixerShapes,
  requireMixer,
  type MixerKind,
  type MixerProblem,
} from '../../src/contract/mixers.ts';
import { stackShapes, requireStack } from '../../src/contract/stack.ts';
import { dequantise, quantiseColumns } from '../../src/theory/int8.ts';
import {
  coreDominatesFrom,
  coreMacs,
  coreShareOfBlock,
  crossoverLength,
  mixerMacs,
  mixerParameters,
  predictedMixerExponent,
  sequentialMacs,
  sequentialSteps,
} from '../../src/theory/mixer-cost.ts';
import {
  hopsBetween,
  influenceSpread,
  layersBetween,
  layersToSpan,
  longestPath,
  pathBetween,
  receptiveField,
} from '../../src/theory/paths.ts';
import {
  keyValueCacheBytes,
  layerMacs,
  lowRankPaysBelow,
  predictedGain,
  stackMacs,
  stackParameters,
  stackWeightBytes,
} from '../../src/theory/stack-cost.ts';
import { tableOneRow, TABLE_ONE } from '../../src/theory/table-one.ts';
import { stackShape } from '../support/mixer-cases.ts';

const at = (kind: MixerKind, length: number, width: number, more: Partial<MixerProblem> = {}): MixerProblem => ({
  kind,
  length,
  width,
  heads: 1,
  window: 2,
  kernel: 3,
  dilation: 1,
  seed: 0,
  ...more,
});

describe('operations', () => {
  it.each([
    ['attention-core', 402_653_184],
    ['attention', 1_610_612_736],
    ['elman', 603_979_776],
    ['gru', 1_811_939_328],
    ['lstm', 2_415_919_104],
    ['convolution', 905_969_664],
    ['separable', 303_169_536],
  ] as const)('%s at n = 512, d = 768 is the fact sheet’s', (kind, macs) => {
    expect(mixerMacs(at(kind, 512, 768))).toBe(macs);
  });

  it('a window’s pairs are counted one by one: 74 of 16 × 16 at ±2', () => {
    expect(coreMacs(at('local', 16, 10))).toBe(2 * 10 * 74);
    expect(coreMacs(at('local-core', 16, 10, { window: 99 }))).toBe(2 * 10 * 256);
  });

  it('parameters are the sizes of the matrices', () => {
    for (const kind of MIXER_KINDS) {
      if (kind.endsWith('core')) continue;
      const sizes = Object.entries(mixerShapes(at(kind, 5, 12))).filter(
        ([name]) => !name.toLowerCase().endsWith('bias'),
      );
      expect(mixerParameters(at(kind, 5, 12)), kind).toBe(sizes.reduce((sum, [, [r, c]]) => sum + r * c, 0));
    }
  });

  it('heads change no operation', () => {
    expect(mixerMacs(at('attention', 100, 64, { heads: 16 }))).toBe(mixerMacs(at('attention', 100, 64)));
  });

  it('half of a recurrence waits, step by step', () => {
    for (const kind of ['elman', 'gru', 'lstm'] as const) {
      expect(sequentialMacs(at(kind, 100, 64)) * 2).toBe(mixerMacs(at(kind, 100, 64)));
      expect(sequentialSteps(at(kind, 100, 64))).toBe(100);
    }
    expect(sequentialMacs(at('attention', 100, 64))).toBe(0);
    expect(sequentialSteps(at('dilated', 100, 64))).toBe(1);
  });

  it('grow as Table 1 says', () => {
    const values = [256, 512, 1024, 2048];
    expect(predictedMixerExponent(at('attention-core', 1, 64), 'length', values)).toBeCloseTo(2, 12);
    expect(predictedMixerExponent(at('attention-core', 512, 1), 'width', values)).toBeCloseTo(1, 12);
    expect(predictedMixerExponent(at('local-core', 1, 64, { window: 8 }), 'length', values)).toBeCloseTo(1, 1);
    for (const kind of ['elman', 'gru', 'lstm', 'convolution', 'dilated'] as const) {
      expect(predictedMixerExponent(at(kind, 1, 64), 'length', values), kind).toBeCloseTo(1, 12);
      expect(predictedMixerExponent(at(kind, 512, 1), 'width', values), kind).toBeCloseTo(2, 12);
    }
    const layer = predictedMixerExponent(at('attention', 1, 512), 'length', values);
    expect(layer).toBeGreaterThan(1.2);
    expect(layer).toBeLessThan(1.8);
  });
});

describe('crossovers', () => {
  const sizes = { width: 96, kernel: 9 };
  it.each([
    ['attention-core', 'elman', 96],
    ['attention-core', 'gru', 3 * 96],
    ['attention-core', 'lstm', 4 * 96],
    ['attention-core', 'convolution', (9 * 96) / 2],
    ['attention', 'elman', 0],
    ['attention', 'gru', 96],
    ['attention', 'lstm', 2 * 96],
    ['attention', 'convolution', ((9 - 4) * 96) / 2],
    ['attention', 'separable', 0],
  ] as const)('%s beats %s below n = %i', (attention, rival, length) => {
    expect(crossoverLength(attention, rival, sizes)).toBe(length);
  });

  it('are where the counts really cross', () => {
    for (const attention of ['attention', 'attention-core'] as const)
      for (const rival of ['elman', 'gru', 'lstm', 'convolution', 'separable'] as const) {
        const limit = crossoverLength(attention, rival, sizes);
        for (let n = 1; n < 900; n += 7) {
          const isCheaper = mixerMacs(at(attention, n, 96)) < mixerMacs(at(rival, n, 96, { kernel: 9 }));
          expect(isCheaper, `${attention} against ${rival} at ${n}`).toBe(n < limit);
        }
      }
  });

  it('a kernel of four or less is never beaten by a layer', () => {
    expect(crossoverLength('attention', 'convolution', { width: 64, kernel: 4 })).toBe(0);
    expect(crossoverLength('attention', 'convolution', { width: 64, kernel: 5 })).toBe(32);
  });

  it('the core passes its projections at 2d, half a block at 6d', () => {
    const d = 40;
    const [below, above] = [coreDominatesFrom(d) - 1, coreDominatesFrom(d) + 1];
    expect(coreMacs(at('attention', below, d))).toBeLessThan(4 * below * d * d);
    expect(coreMacs(at('attention', above, d))).toBeGreaterThan(4 * above * d * d);
    expect(coreShareOfBlock(4608, 768)).toBe(0.5);
    expect(coreShareOfBlock(512, 768)).toBeCloseTo(0.1, 10);
  });
});

describe('paths', () => {
  /** What reaches each position after `layers` layers, by spreading it position by position. */
  function spread(problem: MixerProblem, position: number, layers: number): Set<number> {
    let reached = new Set([position]);
    const { length: n, kernel: k, window: w, kind } = problem;
    for (let layer = layers - 1; layer >= 0; layer--) {
      const apart = kind === 'dilated' ? k ** layer : 1;
      const next = new Set<number>();
      for (const p of reached)
        for (let q = 0; q < n; q++) {
          const tap = (q - p + Math.floor((apart * (k - 1)) / 2)) / apart;
          if (kind === 'local' ? Math.abs(p - q) <= w : Number.isInteger(tap) && tap >= 0 && tap < k) next.add(q);
        }
      reached = next;
    }
    return reached;
  }

  it.each([
    at('local', 40, 4, { window: 3 }),
    at('convolution', 40, 4, { kernel: 3 }),
    at('convolution', 40, 4, { kernel: 4 }),
    at('dilated', 60, 4, { kernel: 3 }),
    at('dilated', 60, 4, { kernel: 2 }),
    at('dilated', 60, 4, { kernel: 4 }),
  ])('receptive fields and layers are those of spreading hop by hop: $kind, kernel $kernel', (problem) => {
    for (const position of [0, 17, problem.length - 1])
      for (const layers of [0, 1, 2, 3]) {
        const reached = spread(problem, position, layers);
        const field = receptiveField(problem, position, layers);
        expect([Math.min(...reached), Math.max(...reached)]).toEqual([field.first, field.last]);
      }
    for (const [from, to] of [
      [0, 39],
      [39, 0],
      [5, 6],
      [20, 3],
      [7, 7],
      [0, 2],
      [38, 36],
    ] as const) {
      const layers = layersBetween(problem, from, to);
      if (layers === Infinity) continue;
      expect(spread(problem, to, layers).has(from)).toBe(true);
      if (layers > 0) expect(spread(problem, to, layers - 1).has(from)).toBe(false);
      const path = pathBetween(problem, from, to)!;
      expect([path[0], path.at(-1), path.length - 1]).toEqual([from, to, hopsBetween(problem, from, to)]);
    }
  });

  it('attention takes one hop, a recurrence one per position and only forwards', () => {
    expect(pathBetween(at('attention', 9, 4), 7, 2)).toEqual([7, 2]);
    expect(pathBetween(at('gru', 9, 4), 2, 5)).toEqual([2, 3, 4, 5]);
    expect(pathBetween(at('gru', 9, 4), 5, 2)).toBeNull();
    expect(hopsBetween(at('lstm', 9, 4), 5, 2)).toBe(Infinity);
    expect(longestPath(at('elman', 9, 4))).toBe(8);
    expect(longestPath(at('attention-core', 900, 4))).toBe(1);
  });

  it('a window of w takes ⌈distance / w⌉ layers', () => {
    expect(layersBetween(at('local', 100, 4, { window: 16 }), 3, 99)).toBe(6);
    expect(layersBetween(at('local', 100, 4, { window: 16 }), 3, 100 - 1 + 0)).toBe(6);
    expect(pathBetween(at('local', 100, 4, { window: 16 }), 50, 10)).toEqual([50, 34, 18, 10]);
    expect(layersBetween(at('local', 100, 4, { window: 0 }), 3, 4)).toBe(Infinity);
  });

  it('4,096 positions need 2,048 plain layers of kernel three, 8 dilated ones, 12 of kernel two', () => {
    expect(layersToSpan(at('convolution', 4096, 4))).toBe(2048);
    expect(layersToSpan(at('dilated', 4096, 4))).toBe(8);
    expect(layersToSpan(at('dilated', 4096, 4, { kernel: 2 }))).toBe(12);
    expect(layersToSpan(at('convolution', 4096, 4, { kernel: 1 }))).toBe(Infinity);
  });

  it('reach is not influence: ±256 over 12 layers spreads by 513 of 3,072', () => {
    expect(influenceSpread(256, 12)).toBeCloseTo(513, 0);
  });
});

describe('Table 1', () => {
  it('has the paper’s four rows', () => {
    const rows = Object.values(TABLE_ONE).filter(({ paperRow }) => paperRow !== null);
    expect(new Set(rows.map(({ paperRow }) => paperRow)).size).toBe(4);
    expect(TABLE_ONE['attention-core']).toMatchObject({ operations: 'n²·d', steps: '1', path: '1' });
    expect(TABLE_ONE.dilated.path).toBe('log_k n');
  });
  it('gives numbers at the current sizes', () => {
    expect(tableOneRow(at('elman', 64, 32))).toMatchObject({ macs: 2 * 64 * 32 * 32, stepCount: 64, pathLength: 63 });
    expect(tableOneRow(at('local-core', 65, 32, { window: 8 })).pathLength).toBe(8);
  });
});

describe('stacks', () => {
  const bert = requireStack(
    stackShape({
      layers: 12,
      length: 128,
      width: 768,
      heads: 12,
      kvHeads: 12,
      headDim: 64,
      feedForward: 3072,
      vocabulary: 30_522,
    }),
  );

  it('counts BERT-base’s twelve layers exactly', () => {
    const { matrices, biases, norms, embedding } = stackParameters(bert);
    expect(matrices).toBe(84_934_656);
    expect(matrices + biases + norms).toBe(85_054_464);
    expect(embedding).toBe(30_522 * 768);
    expect(stackMacs({ ...bert, length: 512 }) / 12).toBe(4_026_531_840);
  });

  it('the parts of a layer are the book’s', () => {
    const d = 768;
    expect(layerMacs(bert)).toEqual({
      projections: 4 * 128 * d * d,
      core: 2 * 128 * 128 * d,
      feedForward: 8 * 128 * d * d,
    });
    expect(Object.values(stackShapes(bert)).reduce((sum, [r, c]) => sum + r * c, 0)).toBe(12 * d * d);
  });

  it('heads at fixed width change the exponentials only; at fixed head size, everything of attention', () => {
    const atWidth = predictedGain(bert, { ...bert, heads: 3, kvHeads: 3, headDim: 256 });
    expect(atWidth).toMatchObject({ operations: 1, parameters: 1, exponentials: 4 });
    const few = { ...bert, heads: 3, kvHeads: 3 };
    expect(layerMacs(few).core * 4).toBe(layerMacs(bert).core);
    expect(layerMacs(few).projections * 4).toBe(layerMacs(bert).projections);
    expect(layerMacs(few).feedForward).toBe(layerMacs(bert).feedForward);
  });

  it('grouped keys shrink the cache by heads over key heads, and the core by nothing', () => {
    const llama = { layers: 32, headDim: 128, length: 1 };
    expect(keyValueCacheBytes({ ...llama, kvHeads: 32 }, 2)).toBe(512 * 1024);
    expect(keyValueCacheBytes({ ...llama, kvHeads: 8 }, 2)).toBe(128 * 1024);
    const grouped = { ...bert, kvHeads: 3 };
    expect(predictedGain(bert, grouped).keyValueBytes).toBe(4);
    expect(layerMacs(grouped).core).toBe(layerMacs(bert).core);
    // 4nd² becomes (2 + 2·3/12)nd².
    expect(layerMacs(grouped).projections / layerMacs(bert).projections).toBeCloseTo(2.5 / 4, 12);
  });

  it('sharing layers divides parameters by L and operations by nothing', () => {
    const gain = predictedGain({ ...bert, vocabulary: 0 }, { ...bert, vocabulary: 0, sharedLayers: true });
    expect(gain).toMatchObject({ parameters: 12, weightBytes: 12, operations: 1 });
  });

  it('8 bits take a little more than a quarter of the bytes', () => {
    const gain = predictedGain(bert, { ...bert, int8: true });
    expect(gain.operations).toBe(1);
    expect(gain.weightBytes).toBeGreaterThan(3.97);
    expect(gain.weightBytes).toBeLessThan(4);
    expect(stackWeightBytes({ ...bert, int8: true, rank: 8 })).toBeLessThan(stackWeightBytes(bert) / 100);
  });

  it('a square matrix in two factors pays below half its width', () => {
    expect(lowRankPaysBelow(768, 768)).toBe(384);
    const square = stackShape({ width: 24, rank: 12 });
    expect(stackShapes(square).output).toEqual([24, 24]);
    expect(layerMacs({ ...square, rank: 11 }).projections).toBeLessThan(
      layerMacs({ ...square, rank: null }).projections,
    );
  });
});

it('8-bit columns are at most half a scale off, and zeros stay zeros', () => {
  const matrix = Float32Array.of(1, 0, -3, 0.01, 0, 2, -1, 0, 0.4);
  const { values, scales } = quantiseColumns(matrix, 3, 3);
  dequantise({ values, scales }).forEach((value, index) => {
    expect(Math.abs(value - matrix[index]!)).toBeLessThanOrEqual(scales[index % 3]! / 2 + 1e-7);
  });
  expect(values[1]).toBe(0);
  expect(Math.max(...values.map(Math.abs))).toBe(127);
});

describe('what is not allowed', () => {
  it.each([
    [{ heads: 3 }, 'heads'],
    [{ width: 512, heads: 1 }, 'heads'],
    [{ kernel: 0 }, 'kernel'],
    [{ dilation: 1.5 }, 'dilation'],
    [{ length: 0 }, 'length'],
  ])('%o is refused by name', (more, field) => {
    expect(() => requireMixer(at('attention', 4, 64, more))).toThrow(
      expect.objectContaining({ code: 'invalid-problem', detail: expect.objectContaining({ field }) }),
    );
  });
  it('a stack’s key heads divide its heads', () => {
    expect(() => requireStack(stackShape({ kvHeads: 2 }))).toThrow('kvHeads');
    expect(() => requireStack(stackShape({ rank: 0 }))).toThrow('rank');
  });
});
