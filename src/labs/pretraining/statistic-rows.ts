// The statistics as rows of a table: the same order and digits on the page and in files. A dash where nothing was drawn or nothing applies.
import { MASK_STRATEGIES, type MaskStrategy } from '../../objectives/masking.ts';
import type { ExpectedMasks, MaskStatistics } from '../../objectives/mask-statistics.ts';
import { meanSpanLength } from '../../objectives/mask-theory.ts';
import { formatNumber, formatShare } from '../../viz/format.ts';
import type { Words } from './lab-words.ts';

export interface StatisticRow {
  id: string;
  name: string;
  /** One per strategy. */
  cells: readonly { measured: string; theory: string; value: number | null; expected: number | null }[];
}

type Key = Exclude<keyof MaskStatistics, 'draws' | 'drawnShares' | 'runShares'>;

const SHARES: readonly Key[] = ['predicted', 'masked', 'random', 'kept', 'halfMasked', 'halfOfTouched', 'covered'];

export function statisticRows(
  { say, locale }: Words,
  of: Partial<Record<MaskStrategy, MaskStatistics>>,
  expected: (strategy: MaskStrategy) => ExpectedMasks,
): StatisticRow[] {
  const rows: readonly [Key, string][] = [
    ['predicted', say.pretraining_stat_predicted()],
    ['masked', say.pretraining_stat_masked()],
    ['random', say.pretraining_stat_random()],
    ['kept', say.pretraining_stat_kept()],
    ['halfMasked', say.pretraining_stat_half()],
    ['halfOfTouched', say.pretraining_stat_half_touched()],
    ['meanDrawn', say.pretraining_stat_drawn()],
    ['meanRun', say.pretraining_stat_run()],
    ['distinct', say.pretraining_stat_distinct()],
    ['covered', say.pretraining_stat_covered()],
  ];
  const theories = MASK_STRATEGIES.map(expected);
  return rows.map(([key, name]) => {
    const format = (value: number) => (SHARES.includes(key) ? formatShare(value, locale) : formatNumber(value, locale));
    return {
      id: key,
      name,
      cells: MASK_STRATEGIES.map((strategy, place) => {
        const value = of[strategy]?.[key] ?? null;
        const isKnown = value !== null && Number.isFinite(value);
        const book = (theories[place] as Partial<Record<Key, number | null>>)[key] ?? null;
        const theory = key === 'meanDrawn' && strategy === 'span' ? meanSpanLength() : book;
        const hasTheory = theory !== null && Number.isFinite(theory);
        return {
          measured: isKnown ? format(value) : '–',
          theory: hasTheory ? format(theory) : '',
          value: isKnown ? value : null,
          expected: hasTheory ? theory : null,
        };
      }),
    };
  });
}
