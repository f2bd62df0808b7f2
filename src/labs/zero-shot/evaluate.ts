// The built-in evaluation: every way of writing the labels on the same texts, and two baselines. Computes with embeddings that are handed
// in; nothing is chosen by its result. Called by the lab and by `npm run bench -- --zero-shot`.
import {
  accuracy,
  bootstrapInterval,
  confusionMatrix,
  macroF1,
  majorityAnswers,
  wilson,
  wordCosines,
  type Interval,
} from '../../theory/classification.ts';
import { cosineMatrix } from '../../theory/similarity.ts';
import { decide, labelText } from '../../theory/zero-shot.ts';
import { TEMPLATES, TOPIC_IDS, TOPICS, type TopicId } from './data/topics.ts';

const WIDTH = 512;

/** Texts with the index of their topic. */
export interface TextSet {
  texts: string[];
  truth: number[];
}

export function textSet(byTopic: Readonly<Record<TopicId, readonly string[]>>): TextSet {
  const all = TOPIC_IDS.flatMap((topic, index) => byTopic[topic].map((text) => ({ text, index })));
  return { texts: all.map(({ text }) => text), truth: all.map(({ index }) => index) };
}

export type MethodId =
  'majority' | 'words-names' | 'words-descriptions' | `encoder-${number}-${'names' | 'descriptions'}`;

export interface Method {
  id: MethodId;
  kind: 'majority' | 'words' | 'encoder';
  /** What is compared with the texts; none for the majority. */
  template: string;
  describes: boolean;
  labels: string[];
}

const labelsOf = (template: string, describes: boolean) =>
  TOPIC_IDS.map((topic) => labelText(TOPICS[topic].name, TOPICS[topic].description, template, describes));

/** Baselines first, then each template with names only and with descriptions. */
export function methods(): Method[] {
  const words = (describes: boolean): Method => ({
    id: describes ? 'words-descriptions' : 'words-names',
    kind: 'words',
    template: '{}',
    describes,
    labels: labelsOf('{}', describes),
  });
  const encoder = TEMPLATES.flatMap((template, index) =>
    [false, true].map((describes): Method => {
      const id: MethodId = `encoder-${index}-${describes ? 'descriptions' : 'names'}`;
      return { id, kind: 'encoder', template, describes, labels: labelsOf(template, describes) };
    }),
  );
  return [
    { id: 'majority', kind: 'majority', template: '{}', describes: false, labels: [] },
    words(false),
    words(true),
    ...encoder,
  ];
}

/** Every label's text of every method, each once: what has to be embedded besides the texts. */
export const allLabels = () => [...new Set(methods().flatMap(({ labels }) => labels))];

export interface Score {
  method: Method;
  answers: number[];
  accuracy: number;
  accuracyInterval: Interval;
  macroF1: number;
  macroF1Interval: Interval;
  /** `[K, K]`: true topic, answer. */
  confusion: Uint32Array;
  /** Texts that share no word with any label and so are answered by the first (bag of words only). */
  undecided: number;
}

function answersOf(
  method: Method,
  { texts, truth }: TextSet,
  embeddings: Float32Array,
  labelRow: (label: string) => Float32Array,
) {
  const classes = TOPIC_IDS.length;
  if (method.kind === 'majority') return { answers: majorityAnswers(truth, classes), undecided: 0 };
  if (method.kind === 'words') {
    const cosines = wordCosines(texts, method.labels);
    const isEmpty = (row: number) => cosines.subarray(row * classes, (row + 1) * classes).every((value) => value === 0);
    return { answers: decide(cosines, classes), undecided: texts.filter((_, row) => isEmpty(row)).length };
  }
  const rows = new Float32Array(classes * WIDTH);
  method.labels.forEach((label, index) => rows.set(labelRow(label), index * WIDTH));
  return { answers: decide(cosineMatrix(embeddings, rows, WIDTH), classes), undecided: 0 };
}

/** `embeddings` of the set's texts `[texts, 512]`, `labelEmbeddings` of `allLabels()` in their order. */
export function evaluate(set: TextSet, embeddings: Float32Array, labelEmbeddings: Float32Array): Score[] {
  const labels = allLabels();
  const labelRow = (label: string) => {
    const at = labels.indexOf(label);
    return labelEmbeddings.subarray(at * WIDTH, (at + 1) * WIDTH);
  };
  const { truth } = set;
  const classes = TOPIC_IDS.length;
  return methods().map((method) => {
    const { answers, undecided } = answersOf(method, set, embeddings, labelRow);
    const right = answers.filter((answer, index) => answer === truth[index]).length;
    const f1At = (places: readonly number[]) =>
      macroF1(
        places.map((place) => truth[place]!),
        places.map((place) => answers[place]!),
        classes,
      );
    return {
      method,
      answers,
      accuracy: accuracy(truth, answers),
      accuracyInterval: wilson(right, truth.length),
      macroF1: macroF1(truth, answers, classes),
      macroF1Interval: bootstrapInterval(truth.length, f1At, { rounds: 1000 }),
      confusion: confusionMatrix(truth, answers, classes),
      undecided,
    };
  });
}

/** By how much one method is more often right than another on the same texts, with the paired bootstrap's interval. */
export function pairedGain({ truth }: TextSet, one: Score, other: Score): { gain: number; interval: Interval } {
  const difference = (places: readonly number[]) =>
    places.reduce(
      (sum, place) => sum + Number(one.answers[place] === truth[place]) - Number(other.answers[place] === truth[place]),
      0,
    ) / places.length;
  return { gain: one.accuracy - other.accuracy, interval: bootstrapInterval(truth.length, difference) };
}
