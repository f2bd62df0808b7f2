// What the lab shows, derived from the settings: the text that is cut, the four draws, the order. One per lab.
import { cutText, MOST_PIECES, piecesPerWord, type PiecedText } from '../../objectives/pieces.ts';
import { drawFactorization, type Factorization } from '../../objectives/factorization.ts';
import {
  drawMask,
  MASK_STRATEGIES,
  type MaskDraw,
  type MaskPlan,
  type MaskStrategy,
} from '../../objectives/masking.ts';
import { MAX_TEXT_CODE_POINTS, type LabValues } from '../../params/schema.ts';
import type { PretrainingLab, Scorer, StatisticsOf } from '../../state/pretraining-lab.svelte.ts';
import { segmentWords } from './segment-words.ts';

export type TextProblem = 'empty' | 'too-long' | 'too-many' | null;

/** An order of more words is no picture any more. */
export const MOST_ORDERED = 14;

/** Why a text cannot be cut; null when it can. */
export function textProblem(typed: string): TextProblem {
  if (typed.trim() === '') return 'empty';
  if ([...typed].length > MAX_TEXT_CODE_POINTS) return 'too-long';
  return cutText(typed, segmentWords).pieces.length > MOST_PIECES ? 'too-many' : null;
}

export class PretrainingView {
  readonly lab: PretrainingLab;
  readonly #values: () => LabValues;
  readonly #example: () => string;
  /** The last text that could be cut, as it was written. */
  #good: { text: string; pieced: PiecedText } | null = null;

  constructor(lab: PretrainingLab, values: () => LabValues, example: () => string) {
    this.lab = lab;
    this.#values = values;
    this.#example = example;
  }

  get values(): LabValues {
    return this.#values();
  }
  readonly typed: string = $derived.by(() => this.#values().text ?? this.#example());
  readonly problem: TextProblem = $derived.by(() => textProblem(this.typed));
  /** The same object as long as the text is the same: statistics hang on it. */
  readonly pieced: PiecedText = $derived.by(() => {
    const wanted = this.problem === null ? this.typed : null;
    if (wanted !== null || this.#good === null) {
      const text = wanted ?? this.#example();
      this.#good = { text, pieced: cutText(text, segmentWords) };
    }
    return this.#good.pieced;
  });
  /** What the pieces were cut from: neither a text that cannot be cut, nor an example that is another in another language. */
  get shownText(): string {
    void this.pieced;
    return this.#good!.text;
  }
  readonly perWord: number = $derived(piecesPerWord(this.pieced));

  get rate(): number {
    return this.#values().rate / 100;
  }
  planOf(strategy: MaskStrategy): MaskPlan {
    return { strategy, rate: this.rate, seed: this.#values().seed };
  }
  readonly draws: Readonly<Record<MaskStrategy, MaskDraw>> = $derived.by(() => {
    const { draw } = this.#values();
    const made = MASK_STRATEGIES.map((one) => [one, drawMask(this.pieced, this.planOf(one), draw)] as const);
    return Object.fromEntries(made) as Record<MaskStrategy, MaskDraw>;
  });
  readonly statistics: StatisticsOf | null = $derived.by(() =>
    this.lab.statisticsFor(this.pieced, this.rate, this.#values().seed),
  );

  /** Words whose order is drawn. */
  readonly ordered: readonly string[] = $derived(this.pieced.words.slice(0, MOST_ORDERED).map(({ text }) => text));
  readonly order: Factorization = $derived.by(() =>
    drawFactorization(this.ordered.length, this.#values().seed, this.#values().draw),
  );

  /** The score that is shown: the one asked for, else the best that is there. */
  readonly scorer: Scorer = $derived.by(() => {
    const { scorer } = this.#values();
    const { embeddings } = this.lab;
    return scorer ?? (embeddings.webgpu ? 'webgpu' : embeddings.cpu ? 'cpu' : 'words');
  });
}
