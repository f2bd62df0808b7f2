// Measured statistics of many draws of one plan, gathered draw by draw, so that the caller can pause between slices. The book's values for
// the same text stand beside them (`expectedMasks`). Shares are 0…1.
import { drawMask, FATE, maskBudget, type MaskDraw, type MaskPlan } from './masking.ts';
import { distinctMasks, meanRun, partlyPicked, touched, waysToPick } from './mask-theory.ts';
import type { PiecedText } from './pieces.ts';

/** Epochs over which different masks are counted. */
export const DISTINCT_EPOCHS = 10;
/** Runs of this many pieces and more are counted together. */
export const LONGEST_RUN = 12;

export interface MaskStatistics {
  draws: number;
  /** Picked pieces over all: what one pass learns from. */
  predicted: number;
  /** Pieces that show [MASK], which no text has after pre-training. */
  masked: number;
  random: number;
  kept: number;
  /** Of the words of several pieces: picked in part, so that the rest of the word gives them away. NaN without such words. */
  halfMasked: number;
  /** The same among those that are picked at all. NaN when none is. */
  halfOfTouched: number;
  /** Mean words of a drawn unit, and `[longest]` the share of each length from 1 on. */
  meanDrawn: number;
  drawnShares: readonly number[];
  /** Mean pieces of a run of picked neighbours, and `[LONGEST_RUN]` the share of each length; the last counts all longer ones. */
  meanRun: number;
  runShares: readonly number[];
  /** Mean number of different masks in ten epochs, a new draw each. */
  distinct: number;
  /** Share of pieces picked at least once in ten epochs, a new draw each. */
  covered: number;
}

const BLANK = { picked: 0, masked: 0, random: 0, kept: 0, half: 0, touched: 0, runs: 0, units: 0, unitWords: 0 };

export class MaskTally {
  readonly #text: PiecedText;
  readonly #plan: MaskPlan;
  readonly #sum = { ...BLANK };
  readonly #runs = new Float64Array(LONGEST_RUN);
  readonly #lengths: number[] = [];
  readonly #longWords: readonly { start: number; end: number }[];
  /** Of the block of ten epochs under way. */
  #block = new Set<string>();
  #seen: Uint8Array;
  #blocks = { count: 0, distinct: 0, covered: 0 };
  #draws = 0;

  constructor(text: PiecedText, plan: MaskPlan) {
    this.#text = text;
    this.#plan = plan;
    this.#longWords = text.words.filter(({ start, end }) => end - start > 1);
    this.#seen = new Uint8Array(text.pieces.length);
  }

  get draws(): number {
    return this.#draws;
  }

  /** Makes the next draw and counts it. */
  drawNext(): void {
    this.#count(drawMask(this.#text, this.#plan, this.#draws++));
  }

  #count({ fates, picked, drawnLengths }: MaskDraw): void {
    const sum = this.#sum;
    sum.picked += picked;
    let run = 0;
    for (let piece = 0; piece <= fates.length; piece++) {
      const fate = fates[piece] ?? 0;
      if (fate === FATE.mask) sum.masked++;
      else if (fate === FATE.random) sum.random++;
      else if (fate === FATE.keep) sum.kept++;
      if (fate !== 0) {
        run++;
        this.#seen[piece] = 1;
      } else if (run > 0) {
        this.#runs[Math.min(run, LONGEST_RUN) - 1]!++;
        sum.runs++;
        run = 0;
      }
    }
    for (const length of drawnLengths) {
      this.#lengths[length - 1] = (this.#lengths[length - 1] ?? 0) + 1;
      sum.units++;
      sum.unitWords += length;
    }
    this.#countWords(fates);
    this.#countBlock(fates);
  }

  #countWords(fates: Uint8Array): void {
    for (const { start, end } of this.#longWords) {
      let picked = 0;
      for (let piece = start; piece < end; piece++) if (fates[piece] !== 0) picked++;
      if (picked === 0) continue;
      this.#sum.touched++;
      if (picked < end - start) this.#sum.half++;
    }
  }

  #countBlock(fates: Uint8Array): void {
    let which = '';
    for (let piece = 0; piece < fates.length; piece++) if (fates[piece] !== 0) which += String.fromCharCode(piece + 1);
    this.#block.add(which);
    if (this.#draws % DISTINCT_EPOCHS !== 0) return;
    this.#blocks.count++;
    this.#blocks.distinct += this.#block.size;
    this.#blocks.covered += this.#seen.reduce((sum, one) => sum + one, 0);
    this.#block = new Set();
    this.#seen = new Uint8Array(fates.length);
  }

  /** Of everything counted so far; NaN where nothing was. */
  result(): MaskStatistics {
    const sum = this.#sum;
    const all = this.#draws * this.#text.pieces.length;
    const { count, distinct, covered } = this.#blocks;
    return {
      draws: this.#draws,
      predicted: sum.picked / all,
      masked: sum.masked / all,
      random: sum.random / all,
      kept: sum.kept / all,
      halfMasked: sum.half / (this.#draws * this.#longWords.length),
      halfOfTouched: sum.half / sum.touched,
      meanDrawn: sum.unitWords / sum.units,
      drawnShares: Array.from(this.#lengths, (one) => (one ?? 0) / sum.units),
      meanRun: sum.picked / sum.runs,
      runShares: Array.from(this.#runs, (one) => one / sum.runs),
      distinct: distinct / count,
      covered: covered / (count * this.#text.pieces.length),
    };
  }
}

/** What theory says of the same text and plan; null where it says nothing simple. */
export interface ExpectedMasks {
  predicted: number | null;
  masked: number | null;
  halfMasked: number | null;
  halfOfTouched: number | null;
  meanRun: number | null;
  distinct: number | null;
  covered: number | null;
}

/** Exact for pieces drawn one by one; for whole words what follows from the rule itself. */
export function expectedMasks(text: PiecedText, { strategy, rate }: MaskPlan): ExpectedMasks {
  const pieces = text.pieces.length;
  const picked = maskBudget(pieces, rate);
  const share = picked / pieces;
  const none = { meanRun: null, distinct: null, covered: null };
  // Units that do not fit leave a little of the budget unused, so the other shares are only bounded by it.
  if (strategy !== 'token') return { ...none, predicted: null, masked: null, halfMasked: 0, halfOfTouched: 0 };
  const sizes = text.words.map(({ start, end }) => end - start).filter((size) => size > 1);
  const sum = (of: (size: number) => number) => sizes.reduce((total, size) => total + of(size), 0);
  const half = sum((size) => partlyPicked(pieces, picked, size));
  return {
    predicted: share,
    masked: 0.8 * share,
    halfMasked: half / sizes.length,
    halfOfTouched: half / sum((size) => touched(pieces, picked, size)),
    meanRun: meanRun(pieces, picked),
    distinct: distinctMasks(waysToPick(pieces, picked), DISTINCT_EPOCHS),
    covered: 1 - (1 - share) ** DISTINCT_EPOCHS,
  };
}
