// Zero-shot classification on numbers: softmax, decisions, label texts, scores with intervals, baselines, and the built-in sets.
import { describe, expect, it } from 'vitest';
import { DEVELOPMENT } from '../../src/labs/zero-shot/data/development.ts';
import { EVALUATION } from '../../src/labs/zero-shot/data/evaluation.ts';
import { TOPIC_IDS, TOPICS } from '../../src/labs/zero-shot/data/topics.ts';
import { allLabels, evaluate, methods, pairedGain, textSet } from '../../src/labs/zero-shot/evaluate.ts';
import {
  accuracy,
  bootstrapInterval,
  confusionMatrix,
  f1Scores,
  macroF1,
  majorityAnswers,
  wilson,
  wordCosines,
} from '../../src/theory/classification.ts';
import { cosine, cosineMatrix } from '../../src/theory/similarity.ts';
import { decide, labelText, nearest, softmax } from '../../src/theory/zero-shot.ts';

describe('deciding', () => {
  it('turns scores into shares that sum to 1, sharper when cold, even when hot, whatever their size', () => {
    const shares = softmax([0.2, 0.4], 0.1);
    expect(shares[1]! / shares[0]!).toBeCloseTo(Math.exp(2), 10);
    expect(softmax([500, 900], 1)).toEqual([Math.exp(-400), 1]);
    for (const heat of [1e-3, 0.05, 1, 1e3]) {
      const all = softmax([0.1, 0.7, 0.3], heat);
      expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(nearest(all)).toBe(1);
    }
    expect(softmax([0.1, 0.7, 0.3], 1e3).every((share) => Math.abs(share - 1 / 3) < 1e-3)).toBe(true);
    expect(softmax([0.4], 0.05)).toEqual([1]);
  });

  it('takes the largest, the first of equals, and none of none', () => {
    expect([nearest([1, 3, 3]), nearest([]), nearest([-1])]).toEqual([1, -1, 0]);
    expect(decide(Float32Array.of(0.1, 0.2, 0.9, 0.3), 2)).toEqual([1, 0]);
    expect(decide(new Float32Array(0), 0)).toEqual([]);
  });

  it('measures cosines, of zeros none', () => {
    expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine([0, 0], [1, 1])).toBe(0);
    const matrix = cosineMatrix(Float32Array.of(3, 0, 0, 2), Float32Array.of(1, 1, 0, 5, 0, 0), 2);
    expect([...matrix].map((value) => Number(value.toFixed(6)))).toEqual(
      [Math.SQRT1_2, 0, 0, Math.SQRT1_2, 1, 0].map((value) => Number(value.toFixed(6))),
    );
  });

  it('writes a label into its template and adds its description', () => {
    expect(labelText(' sport ', 'Teams.', 'About {}.', false)).toBe('About sport.');
    expect(labelText('sport', 'Teams.', 'About {}.', true)).toBe('About sport. Teams.');
    expect(labelText('sport', 'Teams.', '{}', true)).toBe('sport: Teams.');
    expect(labelText('sport', '  ', '{} {}', true)).toBe('sport sport');
    expect(labelText('$&', '', '{}', false)).toBe('$&');
  });
});

describe('scores', () => {
  const truth = [0, 0, 0, 1, 1, 2];
  const answers = [0, 0, 1, 1, 0, 1];

  it('count right and wrong answers by class', () => {
    expect([...confusionMatrix(truth, answers, 3)]).toEqual([2, 1, 0, 1, 1, 0, 0, 1, 0]);
    expect([...confusionMatrix([0, 1], [-1, 1], 2)]).toEqual([0, 0, 0, 1]);
    expect(accuracy(truth, answers)).toBe(0.5);
    expect(f1Scores(truth, answers, 3)).toEqual([4 / 6, 2 / 5, 0]);
    expect(macroF1(truth, answers, 3)).toBeCloseTo((4 / 6 + 2 / 5) / 3, 12);
  });

  it('have the intervals of the books', () => {
    // Theory sheet 4.5d: 0.80 of 100 is [71.1, 86.7].
    const [low, high] = wilson(80, 100);
    expect([low, high].map((share) => Number(share.toFixed(3)))).toEqual([0.711, 0.867]);
    expect(wilson(0, 10)[0]).toBeCloseTo(0, 10);
    const share = (places: readonly number[]) => places.filter((place) => place < 40).length / places.length;
    const [from, to] = bootstrapInterval(100, share, { seed: 3 });
    // The binomial's own: 0.4 ± 1.96 · 0.049.
    expect(Math.abs(from - 0.304)).toBeLessThan(0.02);
    expect(Math.abs(to - 0.496)).toBeLessThan(0.02);
    expect(bootstrapInterval(100, share, { seed: 3 })).toEqual([from, to]);
  });

  it('of the majority are what its share says', () => {
    const commonest = majorityAnswers(truth, 3);
    expect(commonest).toEqual([0, 0, 0, 0, 0, 0]);
    const share = 0.5;
    expect(macroF1(truth, commonest, 3)).toBeCloseTo(((1 / 3) * (2 * share)) / (1 + share), 12);
  });

  it('of words see only the words that both share, and no empty ones', () => {
    const cosines = wordCosines(['The dog bites the man', 'a cat'], ['dog man', 'the', 'a cat sleeps']);
    expect(cosines[0]).toBeCloseTo(2 / Math.sqrt(3 * 2), 6);
    expect([...cosines.subarray(1, 5)]).toEqual([0, 0, 0, 0]);
    expect(cosines[5]).toBeCloseTo(1 / Math.sqrt(2), 6);
    expect([...wordCosines(['man bites dog'], ['dog bites man'])][0]).toBeCloseTo(1, 6);
  });
});

describe('the built-in evaluation', () => {
  const set = textSet(EVALUATION);

  it('has twenty texts of each topic, none twice, none of the development set, none naming its topic', () => {
    expect(set.texts.length).toBe(120);
    for (const [index, topic] of TOPIC_IDS.entries()) {
      expect(set.truth.filter((one) => one === index).length).toBe(20);
      for (const text of EVALUATION[topic])
        expect(text.toLowerCase()).not.toMatch(new RegExp(`\\b${TOPICS[topic].name}\\b`));
    }
    const development = textSet(DEVELOPMENT).texts;
    expect(new Set([...set.texts, ...development]).size).toBe(144);
  });

  it('scores perfect embeddings perfectly, and noise like noise', () => {
    const labels = allLabels();
    const unit = (topic: number) => Float32Array.from({ length: 512 }, (_, x) => (x === topic ? 1 : 0));
    const topicOf = (label: string) =>
      TOPIC_IDS.findIndex(
        (topic) => label.split(':')[0]!.includes(TOPICS[topic].name) || label.includes(TOPICS[topic].description),
      );
    const texts = new Float32Array(120 * 512);
    set.truth.forEach((topic, row) => texts.set(unit(topic), row * 512));
    const rows = new Float32Array(labels.length * 512);
    labels.forEach((label, row) => rows.set(unit(topicOf(label)), row * 512));
    const scores = evaluate(set, texts, rows);
    expect(scores.length).toBe(methods().length);
    const encoder = scores.filter(({ method }) => method.kind === 'encoder');
    expect(encoder.map(({ accuracy: share }) => share)).toEqual(encoder.map(() => 1));
    const majority = scores.find(({ method }) => method.kind === 'majority')!;
    expect(majority.accuracy).toBeCloseTo(1 / 6, 12);
    const { gain, interval } = pairedGain(set, encoder[0]!, majority);
    expect(gain).toBeCloseTo(5 / 6, 12);
    expect(interval[0]).toBeLessThan(5 / 6);
    expect(interval[1]).toBeGreaterThan(5 / 6);
    const swapped = evaluate(
      set,
      texts,
      rows.map((value, at) => (at < 6 * 512 ? rows[(at + 512) % (6 * 512)]! : value)),
    );
    expect(swapped.find(({ method }) => method.id === 'encoder-0-names')!.accuracy).toBe(0);
  });
});
