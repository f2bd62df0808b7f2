// Orders of factors, ROC curves and sentence pairs.
import { describe, expect, it } from 'vitest';
import { CORPUS } from '../../src/data/documents/corpus.ts';
import { drawFactorization, leftToRight, seesInOrder } from '../../src/objectives/factorization.ts';
import {
  embeddingScore,
  scoreTask,
  SentenceTable,
  wordCountScore,
  worstPairs,
} from '../../src/objectives/pair-scores.ts';
import { areaInterval, rocArea, rocCurve, type ScoredPair } from '../../src/objectives/roc.ts';
import { drawPairs, PAIR_TASKS } from '../../src/objectives/sentence-pairs.ts';
import { fillNormals } from '../../src/data/counter-random.ts';

describe('a factorisation order', () => {
  it('is a seeded permutation', () => {
    const { order, rankOf } = drawFactorization(8, 1, 0);
    expect(order).toMatchInlineSnapshot(`
      [
        6,
        1,
        7,
        3,
        2,
        4,
        5,
        0,
      ]
    `);
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    order.forEach((position, rank) => expect(rankOf[position]).toBe(rank));
    expect(drawFactorization(8, 1, 1).order).not.toEqual(order);
  });

  it('lets the content stream see itself and what came before, the query stream only what came before', () => {
    const one = drawFactorization(9, 4, 0);
    for (let query = 0; query < 9; query++) {
      const seen = (stream: 'content' | 'query') =>
        Array.from({ length: 9 }, (_, key) => key).filter((key) => seesInOrder(one, stream, query, key));
      const before = one.order.slice(0, one.rankOf[query]).toSorted((a, b) => a - b);
      expect(seen('query')).toEqual(before);
      expect(seen('content')).toEqual([...before, query].toSorted((a, b) => a - b));
    }
  });

  it('predicts the last part only, left to right everything', () => {
    expect(drawFactorization(12, 1, 0).firstPredicted).toBe(10);
    expect(drawFactorization(1, 1, 0).firstPredicted).toBe(0);
    expect(leftToRight(3)).toMatchObject({ order: [0, 1, 2], firstPredicted: 0 });
  });

  it('makes every token a context of every other in half of the orders', () => {
    let seen = 0;
    for (let draw = 0; draw < 4000; draw++) if (seesInOrder(drawFactorization(6, 3, draw), 'query', 4, 1)) seen++;
    expect(Math.abs(seen / 4000 - 0.5)).toBeLessThan(0.03);
  });
});

const pairs = (positives: number[], negatives: number[]): ScoredPair[] => [
  ...positives.map((score, group) => ({ score, isPositive: true, group })),
  ...negatives.map((score, group) => ({ score, isPositive: false, group })),
];

/** Every pair of a positive and a negative, one by one. */
function countedArea(all: readonly ScoredPair[]): number {
  const [positives, negatives] = [true, false].map((which) => all.filter(({ isPositive }) => isPositive === which));
  let won = 0;
  for (const p of positives!) for (const n of negatives!) won += p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0;
  return won / (positives!.length * negatives!.length);
}

describe('a ROC curve', () => {
  it('has the area of Mann and Whitney, ties and all', () => {
    const noisy = new Float32Array(60);
    fillNormals(noisy, 0, 60, 1, [7, 0, 0, 0]);
    const rounded = Array.from(noisy, (value) => Math.round(value * 2) / 2);
    for (const all of [
      pairs([3, 2, 2], [2, 1]),
      pairs([1, 1], [1, 1]),
      pairs([0], [5]),
      pairs(rounded.slice(0, 25), rounded.slice(25)),
    ])
      expect(rocArea(all)).toBeCloseTo(countedArea(all), 12);
  });

  it('encloses that area under its points', () => {
    const all = pairs([3, 2, 2, 0], [2, 1, 1]);
    const curve = rocCurve(all);
    expect(curve[0]).toEqual({ falsePositives: 0, truePositives: 0, threshold: Infinity });
    expect(curve.at(-1)).toMatchObject({ falsePositives: 1, truePositives: 1 });
    let area = 0;
    for (let n = 1; n < curve.length; n++)
      area +=
        (curve[n]!.falsePositives - curve[n - 1]!.falsePositives) *
        ((curve[n]!.truePositives + curve[n - 1]!.truePositives) / 2);
    expect(area).toBeCloseTo(rocArea(all), 12);
  });

  it('has an interval that is seeded, holds the area and narrows with more groups', () => {
    const numbers = new Float32Array(800);
    fillNormals(numbers, 0, 800, 1, [9, 0, 0, 0]);
    const drawn = (count: number) =>
      pairs(
        Array.from(numbers.subarray(0, count), (value) => value + 1),
        Array.from(numbers.subarray(400, 400 + count)),
      );
    const [few, many] = [drawn(40), drawn(400)];
    const [wide, narrow] = [areaInterval(few, 1), areaInterval(many, 1)];
    expect(areaInterval(few, 1)).toEqual(wide);
    expect(wide.lower).toBeLessThan(rocArea(few));
    expect(wide.upper).toBeGreaterThan(rocArea(few));
    expect(narrow.upper - narrow.lower).toBeLessThan((wide.upper - wide.lower) / 2);
    // Hanley & McNeil's standard error for d' = 1: area 0.760.
    expect(rocArea(many)).toBeCloseTo(0.76, 1);
  });
});

describe('the corpus', () => {
  it('has at least 30 documents of six to eight different sentences', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(CORPUS.map(({ id }) => id)).size).toBe(CORPUS.length);
    const all = CORPUS.flatMap(({ sentences }) => sentences);
    expect(new Set(all).size).toBe(all.length);
    for (const { sentences } of CORPUS) {
      expect(sentences.length).toBeGreaterThanOrEqual(6);
      expect(sentences.length).toBeLessThanOrEqual(8);
    }
  });
});

describe('sentence pairs', () => {
  const follows = (pair: ReturnType<typeof drawPairs>[number]) =>
    pair.first.document === pair.second.document && pair.second.sentence === pair.first.sentence + 1;

  it.each(PAIR_TASKS)('are half of each class, from real places, and seeded: %s', (task) => {
    const drawn = drawPairs(CORPUS, task, 1);
    const anchors = CORPUS.reduce((sum, { sentences }) => sum + sentences.length - 1, 0);
    expect(drawn.length).toBe(2 * anchors);
    expect(drawn.filter(({ isPositive }) => isPositive).length).toBe(anchors);
    for (const pair of drawn) {
      expect(follows(pair)).toBe(pair.isPositive);
      for (const place of [pair.first, pair.second])
        expect(CORPUS[place.document]!.sentences[place.sentence]).toBeTypeOf('string');
      expect(pair.first).not.toEqual(pair.second);
    }
    expect(drawPairs(CORPUS, task, 1)).toEqual(drawn);
    if (task !== 'sop') expect(drawPairs(CORPUS, task, 2)).not.toEqual(drawn);
  });

  it('take the wrong sentence from another document, the same one, or the pair itself', () => {
    const negatives = (task: (typeof PAIR_TASKS)[number]) =>
      drawPairs(CORPUS, task, 5).filter(({ isPositive }) => !isPositive);
    for (const { first, second } of negatives('nsp')) expect(first.document).not.toBe(second.document);
    for (const { first, second } of negatives('same-document')) expect(first.document).toBe(second.document);
    for (const { first, second } of negatives('sop')) expect(second.sentence).toBe(first.sentence - 1);
  });

  it('draw every other document and sentence about alike', () => {
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 60; seed++)
      for (const { second, isPositive } of drawPairs(CORPUS, 'nsp', seed))
        if (!isPositive) counts.set(second.document, (counts.get(second.document) ?? 0) + 1);
    const mean = [...counts.values()].reduce((sum, one) => sum + one) / CORPUS.length;
    expect(counts.size).toBe(CORPUS.length);
    for (const count of counts.values()) expect(Math.abs(count / mean - 1)).toBeLessThan(0.25);
  });
});

describe('symmetric scores', () => {
  const table = new SentenceTable(CORPUS);
  const noise = new Float32Array(table.sentences.length * 16);
  fillNormals(noise, 0, noise.length, 1, [3, 0, 0, 0]);

  it('give sentence order an area of exactly one half, whatever they are', () => {
    for (const score of [wordCountScore(table.sentences), embeddingScore(noise, 16)]) {
      const { area, interval, bestAccuracy } = scoreTask(CORPUS, 'sop', score, 1);
      expect(area).toBe(0.5);
      expect(interval).toEqual({ lower: 0.5, upper: 0.5 });
      expect(bestAccuracy).toBe(0.5);
    }
  });

  it('find nothing in noise, and everything when the score knows the answer', () => {
    const { interval } = scoreTask(CORPUS, 'nsp', embeddingScore(noise, 16), 1);
    expect(interval.lower).toBeLessThan(0.5);
    expect(interval.upper).toBeGreaterThan(0.5);
    expect(scoreTask(CORPUS, 'nsp', (a, b) => -Math.abs(b - a - 1), 1)).toMatchObject({ area: 1, bestAccuracy: 1 });
  });

  it('are cosines', () => {
    const score = wordCountScore(['the cat sat', 'The cat', '…']);
    expect(score(0, 0)).toBeCloseTo(1, 12);
    expect(score(0, 1)).toBeCloseTo(2 / Math.sqrt(6), 12);
    expect(score(0, 2)).toBe(0);
    expect(embeddingScore(Float32Array.of(3, 0, 0, 2, 3, 4), 2)(0, 2)).toBeCloseTo(0.6, 6);
  });

  it('show what they get most wrong, worst first', () => {
    const result = scoreTask(CORPUS, 'same-document', wordCountScore(table.sentences), 1);
    const worst = worstPairs(result, 3);
    for (const isPositive of [false, true]) {
      const side = worst.filter((pair) => pair.isPositive === isPositive).map(({ score }) => score);
      expect(side.length).toBeGreaterThan(0);
      expect(side).toEqual(side.toSorted((a, b) => (isPositive ? a - b : b - a)));
    }
    for (const { score, isPositive } of worst) expect(score >= result.threshold).toBe(!isPositive);
  });
});
