// A text as what a pre-training objective hides: words, and the pieces they are cut into. Chinese characters are pieces of their own, as in
// BERT-base-Chinese; the words they form come from a segmenter, which is given, so that the same text gives the same pieces in every test.
// Other scripts are cut by a fixed rule (`cutWord`), not by a learnt vocabulary: it needs no weights, and a shared link shows everybody the
// same masks. Called by the samplers' users.

/** A part of the text between two word boundaries, in order; together they are the text. */
export interface Segment {
  text: string;
  /** False for spaces and punctuation. */
  isWord: boolean;
}

/** Cuts a text at its word boundaries. The page gives `Intl.Segmenter`. */
export type WordSegmenter = (text: string) => readonly Segment[];

export interface Word {
  text: string;
  /** Its pieces: half-open range of indices. */
  start: number;
  end: number;
  /** A space stood before it. */
  spaced: boolean;
  isPunctuation: boolean;
  /** Written with a capital and not the first word of a sentence: our stand-in for a name. */
  isName: boolean;
}

export interface PiecedText {
  pieces: readonly string[];
  /** `[pieces]`: the index of each piece's word. */
  wordOf: Int32Array;
  words: readonly Word[];
  /** At least a third of the pieces are Chinese characters. */
  isChinese: boolean;
}

/** Longer texts are refused: BERT itself reads 512 tokens. */
export const MOST_PIECES = 510;

const HAN = /\p{Script=Han}/u;
const SENTENCE_END = /^[.!?。！？…]$/u;

/** Shorter words stay whole, as frequent words do in a learnt vocabulary. */
const LEAST_CUT = 7;
const LEAST_STEM = 3;
const PREFIXES = ['counter', 'electro', 'under', 'inter', 'trans', 'super', 'micro', 'multi', 'photo', 'over', 'tele'];
const SUFFIXES = [
  'isation',
  'ization',
  'ations',
  'ation',
  'ments',
  'ment',
  'ness',
  'less',
  'able',
  'ible',
  'ings',
  'ical',
  'ance',
  'ence',
  'ing',
  'ers',
  'ful',
  'ous',
  'ive',
  'ity',
  'ism',
  'ist',
  'ies',
  'est',
  'ed',
  'er',
  'ly',
  'al',
  'ic',
  'es',
];

/**
 * A word's pieces by one rule for all: words of seven letters and more lose a prefix and up to two suffixes of two fixed lists, longest
 * first, as long as three letters are left; what is longer than eight letters then is cut in the middle. A learnt vocabulary of 30,000
 * pieces keeps more words whole; how many pieces a word has is all that the statistics depend on, and it is shown.
 */
export function cutWord(word: string): string[] {
  const letters = [...word];
  if (letters.length < LEAST_CUT) return [word];
  let stem = word;
  const front: string[] = [];
  const back: string[] = [];
  const prefix = PREFIXES.find((one) => stem.toLowerCase().startsWith(one) && stem.length - one.length >= LEAST_STEM);
  if (prefix) {
    front.push(stem.slice(0, prefix.length));
    stem = stem.slice(prefix.length);
  }
  while (back.length < 2) {
    const suffix = SUFFIXES.find((one) => stem.toLowerCase().endsWith(one) && stem.length - one.length >= LEAST_STEM);
    if (!suffix) break;
    back.unshift(stem.slice(stem.length - suffix.length));
    stem = stem.slice(0, stem.length - suffix.length);
  }
  const rest = [...stem];
  const middle = Math.ceil(rest.length / 2);
  const stems = rest.length > 8 ? [rest.slice(0, middle).join(''), rest.slice(middle).join('')] : [stem];
  return [...front, ...stems, ...back];
}

/** Runs of Chinese characters one by one, anything else by the rule. */
function piecesOf({ text, isWord }: Segment): string[] {
  if (!isWord) return [...text];
  const runs = text.match(/\p{Script=Han}|[^\p{Script=Han}]+/gu) ?? [];
  return runs.flatMap((run) => (HAN.test(run) ? [run] : cutWord(run)));
}

/** Spaces separate and are no pieces; every mark of punctuation is a word of one piece, as in BERT's basic tokenizer. */
export function cutText(text: string, segment: WordSegmenter): PiecedText {
  const pieces: string[] = [];
  const words: Word[] = [];
  let spaced = false;
  let opensSentence = true;
  const add = (shown: string, parts: readonly string[], isPunctuation: boolean) => {
    const start = pieces.length;
    pieces.push(...parts);
    const isName = !isPunctuation && !opensSentence && /^\p{Lu}/u.test(shown);
    words.push({ text: shown, start, end: pieces.length, spaced, isPunctuation, isName });
    if (!isPunctuation) opensSentence = false;
    else if (SENTENCE_END.test(shown)) opensSentence = true;
    spaced = false;
  };
  for (const one of segment(text.normalize('NFC'))) {
    if (one.isWord) add(one.text, piecesOf(one), false);
    else
      for (const mark of one.text)
        if (/\s/u.test(mark)) spaced = true;
        else add(mark, [mark], true);
  }
  const wordOf = new Int32Array(pieces.length);
  words.forEach(({ start, end }, index) => wordOf.fill(index, start, end));
  const han = pieces.filter((piece) => HAN.test(piece)).length;
  return { pieces, wordOf, words, isChinese: han * 3 >= pieces.length && han > 0 };
}

/** Pieces per word that has letters; what a reader needs to judge the statistics. NaN without words. */
export function piecesPerWord({ words }: PiecedText): number {
  const lettered = words.filter(({ isPunctuation }) => !isPunctuation);
  return lettered.reduce((sum, { start, end }) => sum + end - start, 0) / lettered.length;
}
