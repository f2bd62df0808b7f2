// Oracle values: research/theory.md §1.2c, §1.3 and §1.4a, there counted by brute force.
import { describe, expect, it } from 'vitest';
import { resolveProblem, type AttentionProblem } from '../../src/contract/problem.ts';
import { isVisible } from '../../src/contract/visibility.ts';
import {
  arithmeticIntensity,
  asymptoticExponent,
  bytes,
  flops,
  predictedExponent,
  scoreMatrixBytes,
  visibleShare,
} from '../../src/theory/attention-cost.ts';

const problem = (given: Partial<AttentionProblem>) =>
  resolveProblem({ heads: 1, headDim: 1, queryLength: 16, ...given });
const LENGTHS = [1024, 2048, 4096, 8192];

describe('attention cost', () => {
  it('counts twice the multiply-adds of the attention core of BERT-base at 512 tokens', () => {
    expect(flops(problem({ heads: 12, headDim: 64, queryLength: 512 }))).toBe(2 * 402_653_184);
  });

  it('counts only visible pairs: 74 of a window of two to both sides, 58 of four causal keys, at 16 tokens', () => {
    expect(flops(problem({ mask: { window: { left: 2, right: 2 } } }))).toBe(4 * 74);
    expect(flops(problem({ mask: { causal: true, window: { left: 3, right: 0 } } }))).toBe(4 * 58);
  });

  it('agrees with counting pairs one by one when everything is masked at once', () => {
    const given = problem({
      heads: 6,
      kvHeads: 2,
      headDim: 5,
      queryLength: 23,
      keyLength: 31,
      mask: { causal: true, window: { left: 9, right: 4 }, dilation: 2, globalTokens: 3 },
    });
    let pairs = 0;
    for (let i = 0; i < 23; i++) for (let j = 0; j < 31; j++) pairs += isVisible(given, i, j) ? 1 : 0;
    expect(flops(given)).toBe(4 * 5 * pairs * 6);
    expect(visibleShare(given)).toBeCloseTo(pairs / (23 * 31), 12);
  });

  it('counts every tensor once in bytes, with K and V only for the key heads', () => {
    const given = problem({ heads: 4, kvHeads: 2, headDim: 8, queryLength: 10, keyLength: 12 });
    expect(bytes(given)).toBe(4 * (4 * 10 * 8 + 2 * (2 * 12 * 8) + 4 * 10 * 8 + 4 * 10));
    expect(arithmeticIntensity(given)).toBeCloseTo((4 * 8 * 120 * 4) / bytes(given), 12);
  });

  it('gives 12 MiB for the scores of BERT-base and 1 GiB for 32 half-precision heads at 4,096 tokens', () => {
    expect(scoreMatrixBytes(problem({ heads: 12, queryLength: 512 }))).toBe(12 * 2 ** 20);
    expect(scoreMatrixBytes(problem({ heads: 32, queryLength: 4096 }), 2)).toBe(2 ** 30);
  });

  it('predicts slope two for full attention, nearly two for causal and nearly one for a narrow window', () => {
    expect(predictedExponent(problem({}), LENGTHS)).toBeCloseTo(2, 9);
    const causal = predictedExponent(problem({ mask: { causal: true } }), LENGTHS);
    expect(causal).toBeGreaterThan(1.999);
    expect(causal).toBeLessThan(2);
    const windowed = predictedExponent(problem({ mask: { window: { left: 64, right: 64 } } }), LENGTHS);
    expect(windowed).toBeGreaterThan(1);
    expect(windowed).toBeLessThan(1.02);
    expect(predictedExponent(problem({}), [512])).toBeNaN();
  });

  it('calls a mask linear only when every visible side is bounded', () => {
    const exponent = (mask: AttentionProblem['mask']) => asymptoticExponent(problem({ mask }).mask);
    expect(exponent({ window: { left: 4, right: 4 } })).toBe(1);
    expect(exponent({ causal: true, window: { left: 4, right: Infinity } })).toBe(1);
    expect(exponent({ window: { left: 4, right: Infinity } })).toBe(2);
    expect(exponent({ causal: true })).toBe(2);
    expect(exponent({ dilation: 4 })).toBe(2);
  });
});
