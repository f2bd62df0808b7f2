import { describe, expect, it } from 'vitest';
import { resolveProblem, type AttentionProblem } from '../../src/contract/problem.ts';
import { isVisible, ownKey, visibleCount, visiblePairs, visibleRuns } from '../../src/contract/visibility.ts';

function* smallProblems(): Generator<AttentionProblem> {
  for (const [queryLength, keyLength] of [
    [1, 1],
    [7, 7],
    [4, 9],
    [9, 4],
  ] as const)
    for (const causal of [false, true])
      for (const left of [0, 1, 3, Infinity])
        for (const right of [0, 2, Infinity])
          for (const dilation of [1, 2, 3])
            for (const globalTokens of [0, 1, 3, 20])
              yield {
                heads: 1,
                headDim: 1,
                queryLength,
                keyLength,
                mask: { causal, window: { left, right }, dilation, globalTokens },
              };
}

describe('visibility', () => {
  it('gives runs that hold exactly the keys the predicate allows, once each, in order', () => {
    let checked = 0;
    for (const given of smallProblems()) {
      const problem = resolveProblem(given);
      let pairs = 0;
      for (let i = 0; i < problem.queryLength; i++) {
        const fromRuns: number[] = [];
        for (const run of visibleRuns(problem, i)) for (let j = run.start; j < run.end; j += run.step) fromRuns.push(j);
        const fromRule = Array.from({ length: problem.keyLength }, (_, j) => j).filter((j) => isVisible(problem, i, j));
        expect(fromRuns, JSON.stringify({ given, i })).toEqual(fromRule);
        expect(visibleCount(problem, i)).toBe(fromRule.length);
        pairs += fromRule.length;
        checked++;
      }
      expect(visiblePairs(problem)).toBe(pairs);
    }
    expect(checked).toBeGreaterThan(5000);
  });

  it('counts the pairs of a symmetric and of a causal window as the closed forms do', () => {
    const pairs = (mask: AttentionProblem['mask']) =>
      visiblePairs(resolveProblem({ heads: 1, headDim: 1, queryLength: 16, mask }));
    expect(pairs({ window: { left: 2, right: 2 } })).toBe(74);
    expect(pairs({ window: { left: 3, right: 0 }, causal: true })).toBe(58);
  });
});

it('a query’s own key is the one at its position, the first for those before all keys', () => {
  expect([0, 1, 2].map((query) => ownKey({ queryLength: 3, keyLength: 8 }, query))).toEqual([5, 6, 7]);
  expect([0, 1, 2].map((query) => ownKey({ queryLength: 3, keyLength: 2 }, query))).toEqual([0, 0, 1]);
});
