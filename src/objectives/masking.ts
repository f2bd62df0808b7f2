// The samplers: which pieces of a text a pass hides and asks for. One draw is fixed by text, strategy, rate, seed and its number. Names of
// the passes: budget (how many pieces), units (what is hidden together), fates (80 % [MASK], 10 % another piece, 10 % left as it is).
import { chance, choose, PURPOSE, ShuffledOrder } from './draw-order.ts';
import { PHRASE_SHARES, spanLengthShares } from './mask-theory.ts';
import type { PiecedText } from './pieces.ts';

/**
 * `token`: BERT (Devlin et al. 2019, §3.1), pieces one by one. `word`: whole words (BERT's repository, May 2019). `span`: runs of words with
 * geometric lengths (SpanBERT, Joshi et al. 2020, §3.1). `phrase`: n-grams of one to four words, and names as one, in the manner of ERNIE
 * (Sun et al. 2019), which has a lexical analyser for both.
 */
export const MASK_STRATEGIES = ['token', 'word', 'span', 'phrase'] as const;
export type MaskStrategy = (typeof MASK_STRATEGIES)[number];

export const FATE = { untouched: 0, mask: 1, random: 2, keep: 3 } as const;
export type FateName = keyof typeof FATE;
export const FATE_NAMES = Object.keys(FATE) as FateName[];

/** Of the picked pieces: [MASK], a random piece; the rest stay (Devlin et al. 2019, §3.1). */
const MASKED_SHARE = 0.8;
const RANDOM_SHARE = 0.1;

export interface MaskPlan {
  strategy: MaskStrategy;
  /** Share of the pieces to pick, 0…1. */
  rate: number;
  seed: number;
}

export interface MaskDraw {
  /** `[pieces]`, values of `FATE`. */
  fates: Uint8Array;
  picked: number;
  /** Words of each unit as it was drawn, before the budget or the text's end cut it. */
  drawnLengths: readonly number[];
}

/** How many pieces a pass picks: a fixed number, as BERT's script has it, at least one. [CLS] and [SEP] are not among the pieces here. */
export function maskBudget(pieces: number, rate: number): number {
  return Math.min(pieces, Math.max(1, Math.round(pieces * rate)));
}

/** One number per pass and strategy, so that the strategies' draws are independent of each other. */
const streamOf = (plan: MaskPlan, draw: number) =>
  draw * MASK_STRATEGIES.length + MASK_STRATEGIES.indexOf(plan.strategy);

/** Collects units of pieces; a piece that was picked before keeps its unit. */
class Picked {
  /** `[pieces]`: the unit of each piece, −1 for none. */
  readonly unitOf: Int32Array;
  readonly lengths: number[] = [];
  count = 0;
  readonly #text: PiecedText;
  readonly budget: number;

  constructor(text: PiecedText, budget: number) {
    this.#text = text;
    this.budget = budget;
    this.unitOf = new Int32Array(text.pieces.length).fill(-1);
  }

  get left(): number {
    return this.budget - this.count;
  }

  hasWord(word: number): boolean {
    return this.unitOf[this.#text.words[word]!.start]! >= 0;
  }

  /** Pieces of a word that are still free. */
  sizeOf(word: number): number {
    const { start, end } = this.#text.words[word]!;
    return this.hasWord(word) ? 0 : end - start;
  }

  pick(start: number, end: number): void {
    for (let piece = start; piece < end; piece++)
      if (this.unitOf[piece]! < 0) {
        this.unitOf[piece] = this.lengths.length;
        this.count++;
      }
  }

  pickWord(word: number): void {
    const { start, end } = this.#text.words[word]!;
    this.pick(start, end);
  }

  close(length: number): void {
    this.lengths.push(length);
  }
}

function pickTokens(text: PiecedText, plan: MaskPlan, stream: number, picked: Picked): void {
  const order = new ShuffledOrder(text.pieces.length, plan.seed, PURPOSE.token, stream);
  while (picked.left > 0) {
    const piece = order.next();
    picked.pick(piece, piece + 1);
    picked.close(1);
  }
}

/** Words in random order, each that still fits the budget. The first is taken even where none fits: a pass asks for something. */
function pickWords(text: PiecedText, plan: MaskPlan, stream: number, picked: Picked): void {
  const order = new ShuffledOrder(text.words.length, plan.seed, PURPOSE.word, stream);
  const first = order.next();
  for (let word = first; word >= 0 && picked.left > 0; word = order.next()) {
    if (picked.sizeOf(word) > picked.left) continue;
    picked.pickWord(word);
    picked.close(1);
  }
  if (picked.count === 0) {
    picked.pickWord(first);
    picked.close(1);
  }
}

function drawLength(shares: readonly number[], at: number): number {
  let sum = 0;
  for (let n = 0; n < shares.length; n++) {
    sum += shares[n]!;
    if (at < sum) return n + 1;
  }
  return shares.length;
}

const SPAN_SHARES = spanLengthShares();

/**
 * A length, then a start, uniform over the words that are still visible; whole words from there on until length, budget or text end. The
 * authors' code cuts the last span at the budget, through a word if need be; here its last word is left out instead.
 */
function pickSpans(text: PiecedText, plan: MaskPlan, stream: number, picked: Picked): void {
  const order = new ShuffledOrder(text.words.length, plan.seed, PURPOSE.spanStart, stream);
  for (let start = order.next(), n = 0; start >= 0 && picked.left > 0; start = order.next(), n++) {
    if (picked.hasWord(start)) continue;
    const length = drawLength(SPAN_SHARES, chance(plan.seed, PURPOSE.spanLength, stream, n));
    const before = picked.count;
    for (let word = start; word < Math.min(start + length, text.words.length); word++) {
      if (picked.sizeOf(word) > picked.left && picked.count > 0) break;
      picked.pickWord(word);
    }
    if (picked.count > before) picked.close(length);
  }
}

/** The last word of the run of names that `word` begins or continues. */
function nameEnd(text: PiecedText, word: number): number {
  let end = word + 1;
  while (text.words[word]!.isName && text.words[end]?.isName) end++;
  return end;
}

function nameStart(text: PiecedText, word: number): number {
  let start = word;
  while (text.words[start]!.isName && text.words[start - 1]?.isName) start--;
  return start;
}

/** A phrase from a word on: so many words, names never in part, nothing beyond a punctuation mark. Half-open range of words. */
function phraseAt(text: PiecedText, word: number, length: number): [number, number] {
  const start = nameStart(text, word);
  let end = nameEnd(text, word);
  while (end - start < length && text.words[end] && !text.words[end]!.isPunctuation) end = nameEnd(text, end);
  return [start, end];
}

function pickPhrases(text: PiecedText, plan: MaskPlan, stream: number, picked: Picked): void {
  const order = new ShuffledOrder(text.words.length, plan.seed, PURPOSE.phrase, stream);
  for (let word = order.next(), n = 0; word >= 0 && picked.left > 0; word = order.next(), n++) {
    if (picked.hasWord(word) || text.words[word]!.isPunctuation) continue;
    const drawn = drawLength(PHRASE_SHARES, chance(plan.seed, PURPOSE.phraseLength, stream, n));
    // Shorter where the budget asks for it; a name that does not fit is left whole.
    for (let length = drawn; length >= 1; length--) {
      const [start, end] = phraseAt(text, word, length);
      let size = 0;
      for (let one = start; one < end; one++) size += picked.sizeOf(one);
      if (size > picked.left && !(picked.count === 0 && length === 1)) continue;
      for (let one = start; one < end; one++) picked.pickWord(one);
      picked.close(drawn);
      break;
    }
  }
}

const PICK: Record<MaskStrategy, (text: PiecedText, plan: MaskPlan, stream: number, picked: Picked) => void> = {
  token: pickTokens,
  word: pickWords,
  span: pickSpans,
  phrase: pickPhrases,
};

/** Spans and phrases share one fate, as in SpanBERT; pieces of words have their own, as in BERT's script. */
const SHARES_FATE: Record<MaskStrategy, boolean> = { token: false, word: false, span: true, phrase: true };

function fateAt(at: number): number {
  return at < MASKED_SHARE ? FATE.mask : at < MASKED_SHARE + RANDOM_SHARE ? FATE.random : FATE.keep;
}

/** The `draw`-th pass over a text of at least one piece. */
export function drawMask(text: PiecedText, plan: MaskPlan, draw: number): MaskDraw {
  const stream = streamOf(plan, draw);
  const picked = new Picked(text, maskBudget(text.pieces.length, plan.rate));
  if (text.pieces.length > 0) PICK[plan.strategy](text, plan, stream, picked);
  const isShared = SHARES_FATE[plan.strategy];
  const fates = new Uint8Array(text.pieces.length);
  picked.unitOf.forEach((unit, piece) => {
    if (unit >= 0) fates[piece] = fateAt(chance(plan.seed, PURPOSE.fate, stream, isShared ? unit : piece));
  });
  return { fates, picked: picked.count, drawnLengths: picked.lengths };
}

/**
 * What stands in a random piece's place: one of the text's own pieces, alike likely. (BERT draws from its whole vocabulary, and like here
 * may draw the piece itself.)
 */
export function replacementAt(text: PiecedText, plan: MaskPlan, draw: number, piece: number): string {
  return text.pieces[choose(text.pieces.length, plan.seed, PURPOSE.replacement, streamOf(plan, draw), piece)]!;
}

/** How a mask is kept over the epochs. `once`: one mask for all. `copies`: ten, taken in turn (BERT). `dynamic`: a new one each (RoBERTa). */
export const REGIMES = ['once', 'copies', 'dynamic'] as const;
export type Regime = (typeof REGIMES)[number];
/** BERT's data were masked in ten ways and read for forty epochs (Liu et al. 2019, §4.1). */
export const COPIES = 10;
export const EPOCHS = 40;

/** The number of the draw that an epoch sees. */
export function drawOfEpoch(regime: Regime, epoch: number): number {
  return regime === 'once' ? 0 : regime === 'copies' ? epoch % COPIES : epoch;
}
