// What the lab shows at the moment of saving: its pictures, tables and words. Nothing is drawn or embedded anew. Loaded when first needed.
import { seesInOrder } from '../../../objectives/factorization.ts';
import { FATE_NAMES, MASK_STRATEGIES, replacementAt, type MaskStrategy } from '../../../objectives/masking.ts';
import { expectedMasks } from '../../../objectives/mask-statistics.ts';
import type { TaskResult } from '../../../objectives/pair-scores.ts';
import { CORPUS, PAIR_TASKS, type SentencePlace } from '../../../objectives/sentence-pairs.ts';
import type { LabValues } from '../../../params/schema.ts';
import type { ExportedFile, ExportRequest } from '../../../state/export-request.ts';
import type { PageLanguage } from '../../../state/lab-context.ts';
import { SCORERS, type Scorer } from '../../../state/pretraining-lab.svelte.ts';
import { makeLabFile, type ExportTable, type TableCell } from '../../saving/lab-file.ts';
import { areaText, scorerName, shortStrategy, shortTask, strategyName, wordsIn, type Words } from '../lab-words.ts';
import type { PretrainingView } from '../pretraining-view.svelte.ts';
import { statisticRows } from '../statistic-rows.ts';

/** What an export sees of the lab. Getters are reactive. */
export interface ExportedLab {
  readonly view: PretrainingView;
  readonly language: PageLanguage;
  readonly siteUrl: string;
  readonly summary: string;
  /** The pictures of the shown objective, in the order of the page. */
  readonly pictures: readonly SVGSVGElement[];
}

const sentence = ({ document: which, sentence: at }: SentencePlace) => CORPUS[which]!.sentences[at]!;

/** The text as the model reads it: [MASK] and replacements in place. */
function maskedLine(view: PretrainingView, strategy: MaskStrategy): string {
  const { pieced, draws, values } = view;
  return pieced.pieces
    .map((piece, at) => {
      const word = pieced.words[pieced.wordOf[at]!]!;
      const fate = FATE_NAMES[draws[strategy].fates[at]!];
      const other = fate === 'random' ? replacementAt(pieced, view.planOf(strategy), values.draw, at) : piece;
      return `${word.spaced && at === word.start ? ' ' : ''}${fate === 'mask' ? '[MASK]' : other}`;
    })
    .join('');
}

function scored({ lab, values }: PretrainingView): (TaskResult & { scorer: Scorer })[] {
  return SCORERS.flatMap((scorer) =>
    PAIR_TASKS.flatMap((task) => {
      const found = lab.result(scorer, values.seed, task);
      return found ? [{ scorer, ...found }] : [];
    }),
  );
}

function maskTables(view: PretrainingView, words: Words): ExportTable[] {
  const { pieced, draws } = view;
  const pieces: ExportTable = {
    name: 'draw',
    columns: ['piece', 'place', 'word', ...MASK_STRATEGIES],
    rows: pieced.pieces.map((piece, at): TableCell[] => [
      piece,
      at,
      pieced.words[pieced.wordOf[at]!]!.text,
      ...MASK_STRATEGIES.map((one) => FATE_NAMES[draws[one].fates[at]!]!),
    ]),
  };
  const rows = statisticRows(words, view.statistics?.of ?? {}, (one) => expectedMasks(pieced, view.planOf(one)));
  const statistics: ExportTable = {
    name: 'statistics',
    columns: ['quantity', ...MASK_STRATEGIES.flatMap((one) => [one, `${one} (theory)`])],
    rows: rows.map(({ id, cells }): TableCell[] => [id, ...cells.flatMap(({ value, expected }) => [value, expected])]),
  };
  return [pieces, statistics];
}

function orderTable({ order, ordered, values }: PretrainingView): ExportTable {
  return {
    name: `order, ${values.stream} stream`,
    columns: ['position', 'token', 'rank', 'predicted', ...ordered],
    rows: ordered.map((name, at): TableCell[] => [
      at,
      name,
      order.rankOf[at]!,
      Number(order.rankOf[at]! >= order.firstPredicted),
      ...ordered.map((_, key) => Number(seesInOrder(order, values.stream, at, key))),
    ]),
  };
}

function pairTables(view: PretrainingView): ExportTable[] {
  const all = scored(view);
  return [
    {
      name: 'areas',
      columns: ['score', 'task', 'area', 'lower 2.5 %', 'upper 97.5 %', 'best accuracy', 'threshold'],
      rows: all.map(({ scorer, task, area, interval, bestAccuracy, threshold }): TableCell[] => [
        ...[scorer, task, area, interval.lower, interval.upper, bestAccuracy],
        Number.isFinite(threshold) ? threshold : null,
      ]),
    },
    {
      name: 'pairs',
      columns: ['score', 'task', 'first', 'second', 'is next', 'cosine'],
      rows: all.flatMap(({ scorer, task, pairs }) =>
        pairs.map(({ first, second, isPositive, score }): TableCell[] => [
          ...[scorer, task, sentence(first), sentence(second), Number(isPositive), score],
        ]),
      ),
    },
  ];
}

function description({ view, summary }: ExportedLab, words: Words): string {
  const between = words.text.cell_separator();
  if (view.values.objective === 'masking')
    return [summary, ...MASK_STRATEGIES.map((one) => `${strategyName(words, one)}${between}${maskedLine(view, one)}`)].join('\n'); // prettier-ignore
  if (view.values.objective === 'order') return summary;
  const areas = scored(view).map((one) =>
    [scorerName(words, one.scorer), shortTask(words, one.task), areaText(words, one)].join(between),
  );
  return [summary, ...areas].join('\n');
}

function results(view: PretrainingView, words: Words): unknown {
  const { pieced, draws, order, ordered, values } = view;
  if (values.objective === 'order')
    return { tokens: ordered, order: order.order, firstPredicted: order.firstPredicted, stream: values.stream };
  if (values.objective === 'pairs')
    return scored(view).map(({ curve, threshold, pairs, ...rest }) => ({
      ...rest,
      pairs: pairs.map((pair) => ({ ...pair, sentences: [sentence(pair.first), sentence(pair.second)] })),
      // JSON has no infinity: the first point, where nothing is accepted, has no threshold.
      threshold: Number.isFinite(threshold) ? threshold : null,
      curve: curve.map((point) => ({
        ...point,
        threshold: Number.isFinite(point.threshold) ? point.threshold : null,
      })),
    }));
  return {
    pieces: pieced.pieces,
    wordOf: [...pieced.wordOf],
    strategies: MASK_STRATEGIES.map((strategy) => ({
      strategy,
      name: shortStrategy(words, strategy),
      fates: Array.from(draws[strategy].fates, (fate) => FATE_NAMES[fate]!),
      statistics: view.statistics?.of[strategy] ?? null,
      expected: expectedMasks(pieced, view.planOf(strategy)),
    })),
  };
}

/** Settings that open the same again, in the other language, too: the pairs are English in both, the example text is not. */
const savedValues = ({ values, shownText }: PretrainingView): LabValues =>
  values.objective === 'pairs' ? values : { ...values, text: shownText };

export function makeFile(lab: ExportedLab, request: Required<ExportRequest>): Promise<ExportedFile> {
  const { view, siteUrl } = lab;
  const { values } = view;
  const words = wordsIn(lab.language);
  const { say } = words;
  const tables = {
    masking: () => maskTables(view, words),
    order: () => [orderTable(view)],
    pairs: () => pairTables(view),
  };
  return makeLabFile(
    {
      name: values.objective,
      title: say.pretraining_export_title({ objective: say[`pretraining_objective_${values.objective}`]() }),
      subtitle: lab.summary,
      description: description(lab, words),
      source: [say.pretraining_export_source({ seed: String(values.seed) })],
      pictures: lab.pictures,
      tables: tables[values.objective](),
      results: results(view, words),
      values: savedValues(view),
      siteUrl,
    },
    request,
  );
}
