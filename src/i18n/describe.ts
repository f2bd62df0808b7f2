// Pictures in words: what is shown, in which state, and what stands out. Regenerated whenever the numbers are; read by everyone and by
// screen readers first. Whole sentences of the catalogue, put after each other; nothing here computes.
import type { BlockPattern, CellPattern } from '../viz/picture-pattern.ts';
import type { Pair } from '../viz/strong-pairs.ts';
import { formatCount, formatDifference, formatNumber, formatShare, formatWeight } from '../viz/format.ts';
import type { Locale, Text } from './text.ts';

/** How the page names positions. */
export interface Naming {
  text: Text;
  locale: Locale;
  /** The tokens of queries and keys; null where positions have numbers only. */
  names: { query: (query: number) => string; key: (key: number) => string } | null;
}

/** From here on the first position is worth a sentence. */
const LEAST_FIRST_SHARE = 0.15;
/** The least that a percentage of one decimal shows. */
const LEAST_SHARE = 0.001;

const sentences = (text: Text, all: readonly (string | null)[]) =>
  all.filter((one) => one !== null && one !== '').join(text.sentence_space());

/** “it” (12), or query 12. */
export function wordQuery({ text, locale, names }: Naming, query: number): string {
  const number = formatCount(query, locale);
  return names ? text.place_token_at({ token: names.query(query), number }) : text.place_query({ number });
}
export function wordKey({ text, locale, names }: Naming, key: number): string {
  const number = formatCount(key, locale);
  return names ? text.place_token_at({ token: names.key(key), number }) : text.place_key({ number });
}

/** What the picture is and which part of it is shown. */
export function wordPicture(
  { text, locale }: Naming,
  picture: { head: number; heads: number; length: number; pooling: string },
  part: { rows: readonly [number, number]; columns: readonly [number, number] } | null,
): string {
  const count = (value: number) => formatCount(value, locale);
  return sentences(text, [
    text.summary_what({ head: count(picture.head + 1), heads: count(picture.heads), n: count(picture.length) }),
    part && wordPart({ text, locale, names: null }, part),
    picture.pooling && text.summary_pooled({ pooling: picture.pooling }),
  ]);
}

export function wordPart(
  { text, locale }: Naming,
  { rows, columns }: { rows: readonly [number, number]; columns: readonly [number, number] },
): string {
  const count = (value: number) => formatCount(value, locale);
  return text.summary_part({
    from: count(rows[0]),
    to: count(rows[1] - 1),
    first: count(columns[0]),
    last: count(columns[1] - 1),
  });
}

/** The main pattern. `narrows`: the window hides something. */
export function wordPattern(naming: Naming, pattern: CellPattern | BlockPattern, narrows: boolean): string {
  const { text, locale } = naming;
  if (pattern.kind === 'blocks') {
    const count = (value: number) => formatCount(value, locale);
    return text.pattern_block({
      weight: formatWeight(pattern.weight, locale),
      from: count(pattern.rows[0]),
      to: count(pattern.rows[1] - 1),
      first: count(pattern.columns[0]),
      last: count(pattern.columns[1] - 1),
    });
  }
  const share = (part: number) => formatShare(part, locale);
  const { strongest } = pattern;
  return sentences(text, [
    strongest &&
      text.pattern_strongest({
        share: share(strongest.weight),
        query: wordQuery(naming, strongest.query),
        key: wordKey(naming, strongest.key),
      }),
    pattern.firstShare >= LEAST_FIRST_SHARE ? text.pattern_first({ share: share(pattern.firstShare) }) : null,
    text.pattern_distance({ distance: formatNumber(pattern.meanDistance, locale, 2) }),
    narrows ? text.pattern_hidden({ share: share(pattern.hiddenShare) }) : null,
  ]);
}

/** One query's strongest keys: "“it” (12): 70 % to “animal” (4), 8 % to “it” (12)". */
export function wordQueryPairs(naming: Naming, query: number, pairs: readonly Pair[]): string {
  const { text, locale } = naming;
  // A tiny share is not zero: it is written as a weight.
  const shareOf = (weight: number) =>
    weight >= LEAST_SHARE ? formatShare(weight, locale) : formatWeight(weight, locale);
  const list = pairs
    .map(({ key, weight }) => text.pattern_item({ share: shareOf(weight), key: wordKey(naming, key) }))
    .join(text.cell_separator());
  return text.pattern_query({ query: wordQuery(naming, query), list });
}

/** Where the window gives and takes most. */
export function wordDifference(naming: Naming, { gained, lost }: { gained: Pair | null; lost: Pair | null }): string {
  const { text, locale } = naming;
  const inputs = ({ query, key, weight }: Pair) => ({
    value: formatDifference(weight, locale),
    query: wordQuery(naming, query),
    key: wordKey(naming, key),
  });
  if (!gained && !lost) return text.difference_none();
  return sentences(text, [
    gained && text.difference_gained(inputs(gained)),
    lost && text.difference_lost(inputs(lost)),
  ]);
}

/** Which head is the most focused and which looks farthest. */
export function wordHeads(
  text: Text,
  heads: readonly { head: number; sortEntropy: number; sortDistance: number; entropy: string; distance: string }[],
): string {
  if (heads.length < 2) return '';
  const focused = heads.reduce((a, b) => (b.sortEntropy < a.sortEntropy ? b : a));
  const farthest = heads.reduce((a, b) => (b.sortDistance > a.sortDistance ? b : a));
  return text.heads_summary({
    focused: String(focused.head + 1),
    entropy: focused.entropy,
    farthest: String(farthest.head + 1),
    distance: farthest.distance,
  });
}
