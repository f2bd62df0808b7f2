// The lab's words and the names of its things, in the page's language.
import * as catalogue from '../../i18n/catalogues/pretraining.js';
import type { Bound, Text } from '../../i18n/text.ts';
import type { FateName, MaskStrategy, Regime } from '../../objectives/masking.ts';
import type { TaskResult } from '../../objectives/pair-scores.ts';
import type { PairTask } from '../../objectives/sentence-pairs.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import type { Scorer } from '../../state/pretraining-lab.svelte.ts';
import { formatFixed, type FormatLocale } from '../../viz/format.ts';

export type Say = Bound<typeof catalogue>;

export interface Words {
  readonly say: Say;
  readonly text: Text;
  readonly locale: FormatLocale;
}

/** Call where it is reactive. */
export const wordsIn = (language: PageLanguage): Words => ({
  say: language.bind(catalogue),
  text: language.text,
  locale: language.locale,
});

export const strategyName = ({ say }: Words, strategy: MaskStrategy) => say[`pretraining_strategy_${strategy}`]();
export const shortStrategy = ({ say }: Words, strategy: MaskStrategy) => say[`pretraining_short_${strategy}`]();
export const strategyNote = ({ say }: Words, strategy: MaskStrategy) => say[`pretraining_note_${strategy}`]();
export const fateName = ({ say }: Words, fate: FateName) => say[`pretraining_fate_${fate}`]();
export const regimeName = ({ say }: Words, regime: Regime) => say[`pretraining_regime_${regime}`]();
export const scorerName = ({ say }: Words, scorer: Scorer) => say[`pretraining_scorer_${scorer}`]();

const TASK_KEYS = { nsp: 'nsp', 'same-document': 'same_document', sop: 'sop' } as const;
export const taskName = ({ say }: Words, task: PairTask) => say[`pretraining_task_${TASK_KEYS[task]}`]();
export const shortTask = ({ say }: Words, task: PairTask) => say[`pretraining_short_${TASK_KEYS[task]}`]();

/** One hue a task, of the colour-blind-safe set; the theme's own variables where it has them. */
export const TASK_COLOR: Record<PairTask, string> = {
  nsp: 'var(--full)',
  'same-document': 'var(--windowed)',
  sop: 'var(--good)',
};

/** Three decimals: the interval is about a tenth wide. */
export const areaNumber = ({ locale }: Words, area: number) => formatFixed(area, 3, locale);
export const areaText = (words: Words, { area, interval }: TaskResult) =>
  words.say.pretraining_roc_area({
    area: areaNumber(words, area),
    lower: areaNumber(words, interval.lower),
    upper: areaNumber(words, interval.upper),
  });
