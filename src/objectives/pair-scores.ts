// Scores of sentence pairs that need no model or only its embeddings: cosine of embeddings, and cosine of counted words. Both are
// symmetric: score(a, b) = score(b, a) to the last bit, which is why neither can tell an order from its reverse.
import type { CorpusDocument } from '../data/documents/short-text.ts';
import { areaInterval, rocArea, rocCurve, type Interval, type RocPoint, type ScoredPair } from './roc.ts';
import { drawPairs, type PairTask, type SentencePair, type SentencePlace } from './sentence-pairs.ts';

/** All sentences in a row, and where each document's begin. */
export class SentenceTable {
  readonly sentences: readonly string[];
  readonly #starts: readonly number[];

  constructor(documents: readonly CorpusDocument[]) {
    this.sentences = documents.flatMap(({ sentences }) => sentences);
    let start = 0;
    this.#starts = documents.map(({ sentences }) => (start += sentences.length) - sentences.length);
  }

  indexOf({ document, sentence }: SentencePlace): number {
    return this.#starts[document]! + sentence;
  }
}

/** A number for two sentences of a table, by their indices. */
export type PairScore = (first: number, second: number) => number;

/** Cosine of rows of `[sentences, size]`. */
export function embeddingScore(embeddings: Float32Array, size: number): PairScore {
  const product = (a: number, b: number) => {
    let sum = 0;
    for (let x = 0; x < size; x++) sum += embeddings[a * size + x]! * embeddings[b * size + x]!;
    return sum;
  };
  const count = embeddings.length / size;
  const lengths = Array.from({ length: count }, (_, row) => Math.sqrt(product(row, row)));
  return (a, b) => product(a, b) / (lengths[a]! * lengths[b]!);
}

/** Cosine of the counts of lower-cased words: what topic words alone give away. 0 for a sentence without words. */
export function wordCountScore(sentences: readonly string[]): PairScore {
  const counts = sentences.map((sentence) => {
    const count = new Map<string, number>();
    for (const [word] of sentence.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu))
      count.set(word, (count.get(word) ?? 0) + 1);
    return count;
  });
  const product = (a: Map<string, number>, b: Map<string, number>) => {
    let sum = 0;
    for (const [word, times] of a) sum += times * (b.get(word) ?? 0);
    return sum;
  };
  const lengths = counts.map((one) => Math.sqrt(product(one, one)));
  return (a, b) => {
    const both = lengths[a]! * lengths[b]!;
    return both > 0 ? product(counts[a]!, counts[b]!) / both : 0;
  };
}

export interface TaskResult {
  task: PairTask;
  pairs: readonly (SentencePair & { score: number })[];
  curve: readonly RocPoint[];
  area: number;
  /** 95 %, by documents. */
  interval: Interval;
  /** Share of pairs on the right side of the best threshold of this very data; 0.5 is chance. */
  bestAccuracy: number;
  /** That threshold: "next" from here on. */
  threshold: number;
}

/** A task's pairs scored, with the curve of the score. The group of a pair is the document of its first sentence. */
export function scoreTask(
  documents: readonly CorpusDocument[],
  task: PairTask,
  score: PairScore,
  seed: number,
): TaskResult {
  const table = new SentenceTable(documents);
  const pairs = drawPairs(documents, task, seed).map((pair) => ({
    ...pair,
    score: score(table.indexOf(pair.first), table.indexOf(pair.second)),
  }));
  const scored = pairs.map(({ score: value, isPositive, first }): ScoredPair => ({
    score: value,
    isPositive,
    group: first.document,
  }));
  const curve = rocCurve(scored);
  // Classes are of one size, so the accuracy is the mean of the two rates.
  const best = curve.reduce((found, point) =>
    point.truePositives - point.falsePositives > found.truePositives - found.falsePositives ? point : found,
  );
  return {
    task,
    pairs,
    curve,
    area: rocArea(scored),
    interval: areaInterval(scored, seed),
    bestAccuracy: (1 + best.truePositives - best.falsePositives) / 2,
    threshold: best.threshold,
  };
}

/** Pairs the score gets most wrong at the threshold: negatives that score highest and positives that score lowest. */
export function worstPairs({ pairs, threshold }: TaskResult, count: number): (SentencePair & { score: number })[] {
  const wrong = pairs.filter(({ score, isPositive }) => score >= threshold !== isPositive);
  const wrongness = ({ score, isPositive }: { score: number; isPositive: boolean }) => (isPositive ? -score : score);
  const side = (isPositive: boolean) =>
    wrong
      .filter((pair) => pair.isPositive === isPositive)
      .sort((a, b) => wrongness(b) - wrongness(a))
      .slice(0, count);
  return [...side(false), ...side(true)];
}
