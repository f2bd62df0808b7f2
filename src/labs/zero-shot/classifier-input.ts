// What the reader wrote, as the lab uses it: lists within their limits, label texts from the template, and remarks on what is odd. Nothing
// is changed in what was written. Called by the lab and its rail.
import { TRAINED_TOKENS } from '../../contract/encoder.ts';
import type { TokenizedText } from '../../contract/text-bench.ts';
import { listCharacters } from '../../i18n/sample-words.ts';
import type { LabValues } from '../../params/schema.ts';
import { LABEL_PLACE, labelText } from '../../theory/zero-shot.ts';
import { formatCount } from '../../viz/format.ts';
import {
  readLabels,
  readTexts,
  writeLabel,
  writeText,
  type ListedLabel,
  type ListedText,
} from '../../viz/text-lists.ts';
import { EXAMPLE_TEXTS } from './data/examples.ts';
import { STANDING_TEMPLATE, TOPIC_IDS, TOPICS } from './data/topics.ts';
import type { Words } from './lab-words.ts';

export const MOST_TEXTS = 500;
export const MOST_LABELS = 50;
const MOST_REMARKS = 4;

export const exampleTexts = (locale: 'en' | 'zh-Hans'): string =>
  EXAMPLE_TEXTS.map(({ text, label }) => writeText({ text: text[locale], truth: label })).join('\n');
export const EXAMPLE_LABELS = TOPIC_IDS.map((topic) => writeLabel(TOPICS[topic])).join('\n');

export interface ClassifierInput {
  texts: ListedText[];
  labels: ListedLabel[];
  /** What is embedded for each label. */
  labelTexts: string[];
  template: string;
  /** How many there were before the limits. */
  written: { texts: number; labels: number };
  /** The settings this was read from. */
  settings: Pick<LabValues, 'texts' | 'labels' | 'template' | 'descriptions'>;
  duplicates: string[];
  hasPlace: boolean;
}

export function readInput(
  texts: string | null,
  labels: string | null,
  template: string | null,
  describes: boolean,
): ClassifierInput {
  const allTexts = readTexts(texts ?? exampleTexts('en'));
  const { labels: allLabels, duplicates } = readLabels(labels ?? EXAMPLE_LABELS);
  const hasPlace = (template ?? STANDING_TEMPLATE).includes(LABEL_PLACE);
  const used = hasPlace ? (template ?? STANDING_TEMPLATE) : STANDING_TEMPLATE;
  const kept = allLabels.slice(0, MOST_LABELS);
  return {
    texts: allTexts.slice(0, MOST_TEXTS),
    labels: kept,
    labelTexts: kept.map(({ name, description }) => labelText(name, description, used, describes)),
    template: used,
    written: { texts: allTexts.length, labels: allLabels.length },
    settings: { texts, labels, template, descriptions: describes },
    duplicates,
    hasPlace,
  };
}

/** The place of a text's true label among the labels; -1 where it has none or another. */
export function truthOf({ truth }: ListedText, labels: readonly ListedLabel[]): number {
  return truth === null ? -1 : labels.findIndex(({ name }) => name.toLowerCase() === truth.toLowerCase());
}

/** Chinese examples in the box turned into their English twins; whatever else is there stays. */
export function withEnglishTwins(written: string): string {
  const twins = new Map(EXAMPLE_TEXTS.map(({ text }) => [text['zh-Hans'], text.en]));
  return readTexts(written)
    .map((one) => writeText({ ...one, text: twins.get(one.text) ?? one.text }))
    .join('\n');
}

function tokenRemarks(
  words: Words,
  tokens: readonly TokenizedText[],
  tooLong: (at: number) => string,
  unknown: (at: number) => string,
) {
  const remarks = [
    ...tokens.flatMap(({ isTooLong }, at) => (isTooLong ? [tooLong(at)] : [])),
    ...tokens.flatMap((one, at) => (one.unknown.length > 0 ? [unknown(at)] : [])),
  ];
  if (remarks.length <= MOST_REMARKS) return remarks;
  const more = words.say.zero_shot_more_remarks({ count: formatCount(remarks.length - MOST_REMARKS, words.locale) });
  return [...remarks.slice(0, MOST_REMARKS), more];
}

/** Of the texts' tokens: what is not read, and what the vocabulary lacks. */
export function textRemarks(words: Words, tokens: readonly TokenizedText[]): string[] {
  const { say, locale } = words;
  const count = (value: number) => formatCount(value, locale);
  return tokenRemarks(
    words,
    tokens,
    (at) =>
      say.zero_shot_too_long({
        place: count(at + 1),
        count: count(tokens[at]!.ids.length),
        most: count(TRAINED_TOKENS),
      }),
    (at) => say.zero_shot_unknown({ place: count(at + 1), characters: listCharacters(tokens[at]!.unknown) }),
  );
}

export function labelRemarks(words: Words, tokens: readonly TokenizedText[], labels: readonly ListedLabel[]): string[] {
  const { say, locale } = words;
  const name = (at: number) => labels[at]?.name ?? '';
  return tokenRemarks(
    words,
    tokens,
    (at) =>
      say.zero_shot_label_too_long({
        name: name(at),
        count: formatCount(tokens[at]!.ids.length, locale),
        most: formatCount(TRAINED_TOKENS, locale),
      }),
    (at) => say.zero_shot_label_unknown({ name: name(at), characters: listCharacters(tokens[at]!.unknown) }),
  );
}
