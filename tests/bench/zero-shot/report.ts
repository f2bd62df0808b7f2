// Scores and sentences per second as text. Pure.
import type { Throughput, ThroughputGap } from '../../../src/contract/text-bench.ts';
import { TOPIC_IDS } from '../../../src/labs/zero-shot/data/topics.ts';
import type { Score } from '../../../src/labs/zero-shot/evaluate.ts';
import { median, quartiles } from '../../../src/theory/statistics.ts';
import { alignColumns, three } from '../table.ts';

const percent = (share: number) => `${(100 * share).toFixed(1)}`;
const range = ([low, high]: readonly [number, number]) => `[${percent(low)}, ${percent(high)}]`;

export function methodName({ method }: Score): string {
  if (method.kind === 'majority') return 'majority';
  const what = method.describes ? 'names and descriptions' : 'names';
  return method.kind === 'words' ? `bag of words, ${what}` : `encoder, “${method.template}”, ${what}`;
}

export function scoreTable(scores: readonly Score[]): string {
  return alignColumns([
    ['method', 'accuracy %', '95 % (Wilson)', 'macro-F1 %', '95 % (bootstrap)', 'undecided'],
    ...scores.map((score) => [
      methodName(score),
      percent(score.accuracy),
      range(score.accuracyInterval),
      percent(score.macroF1),
      range(score.macroF1Interval),
      String(score.undecided),
    ]),
  ]);
}

export function confusionTable({ confusion }: Score): string {
  const classes = TOPIC_IDS.length;
  return alignColumns([
    ['true \\ answer', ...TOPIC_IDS],
    ...TOPIC_IDS.map((topic, row) => [
      topic,
      ...Array.from(confusion.subarray(row * classes, (row + 1) * classes), String),
    ]),
  ]);
}

export function throughputTable(results: readonly (Throughput | ThroughputGap)[]): string {
  const header = ['backend', 'batch', 'sentences/s', 'quartiles', 'tokenise ms', 'layers ms', 'similarity ms'];
  return alignColumns([
    header,
    ...results.map((result) => {
      if ('code' in result) return [result.backend, String(result.batchSize), result.code, '', '', '', ''];
      const rates = result.layersMs.map(
        (layers, at) => (1000 * result.texts) / (layers + result.tokenizeMs[at]! + result.similarityMs[at]!),
      );
      const { lower, upper } = quartiles(rates);
      return [
        result.device,
        String(result.batchSize),
        three(median(rates)),
        `[${three(lower)}, ${three(upper)}]`,
        ...[result.tokenizeMs, result.layersMs, result.similarityMs].map((phase) => three(median(phase))),
      ];
    }),
  ]);
}
