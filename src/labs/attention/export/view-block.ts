// What stands in a figure when another view than the heatmap is shown: links, a query's steps, or the table.
// Called by the figure of the lab; the blocks themselves are drawn in `viz/export/`.
import type { Variant } from '../../../contract/workbench.ts';
import { wordQuery } from '../../../i18n/describe.ts';
import { arcsBlock, type ArcsFigure } from '../../../viz/export/arcs-block.ts';
import type { Block } from '../../../viz/export/figure.ts';
import type { Palette } from '../../../viz/export/palette.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import { stepsBlock, type StepsFigure } from '../../../viz/export/steps-block.ts';
import { MOST_TABLE_ROWS, tableBlock, type TableFigure } from '../../../viz/export/table-block.ts';
import { formatCount, formatNumber, formatShare, formatWeight } from '../../../viz/format.ts';
import { isOfCells } from '../../../viz/picture-pattern.ts';
import {
  LINKS_OF_ONE,
  linksOfMany,
  shareHeld,
  strongestOfRow,
  strongestPairs,
  type Pair,
} from '../../../viz/strong-pairs.ts';
import { sortRows, strongestRows, wholeRow, type WeightRow } from '../../../viz/weight-rows.ts';
import type { Axis } from '../painted-picture.svelte.ts';
import type { Words } from './describe.ts';
import type { ExportLab } from './export-lab.ts';
import type { Resting } from './gather.ts';

/** The pinned query's steps, once they are there. */
function stepsOf(lab: ExportLab, { text, locale }: Words, palette: Palette): StepsFigure | null {
  const { session, view, painted } = lab;
  const { pinned } = view;
  const { steps } = session;
  if (!pinned || !steps || steps.query !== pinned.query) return null;
  const key = Math.min(pinned.key, steps.scores.length - 1);
  const number = (value: number) => formatNumber(value, locale);
  const terms = steps.strongest
    .slice(0, 3)
    .map((one) => `${number(steps.weights[one.key] ?? 0)} v(${painted.keyName(one.key)})`);
  const { variant, query } = steps;
  return {
    heading: `${text.steps_of({ token: painted.queryName(query), number: String(query) })}${text.cell_separator()}${text[`picture_${variant}`]()}`,
    steps,
    key,
    titles: {
      scores: text.step_scores(),
      mask: text.step_mask(),
      softmax: text.step_softmax(),
    },
    sum: `${text.step_sum()}${text.cell_separator()}o = ${terms.join(' + ')}${steps.strongest.length > 3 ? ' + …' : ''}`,
    labels: (lengthPx) => painted.labels('key', 'bottom', [0, steps.scores.length], lengthPx),
    axis: { key: text.word_key(), words: painted.tokens !== null },
    number,
    palette,
  };
}

/** The links on screen: of every query, or of the chosen one where the picture holds no single cells. */
function arcsOf(lab: ExportLab, { text, locale }: Words, { picture }: Resting, palette: Palette): ArcsFigure | null {
  const { view, painted, values } = lab;
  const { viewport } = painted;
  const variants: Variant[] = values.compare ? ['full', 'windowed'] : ['full'];
  const choice = linksOfMany(viewport.rows[1] - viewport.rows[0]);
  const row = view.rowOf(view.chosenQuery);
  const isMany = isOfCells(picture);
  if (!isMany && !row) return null;
  const pairsOf = (variant: Variant): Pair[] => {
    if (!isMany) return strongestOfRow(row![variant], view.chosenQuery, 0, LINKS_OF_ONE);
    const { height, width, rows, columns } = picture;
    const cells = { values: picture[variant], height, width, firstQuery: rows[0], firstKey: columns[0] };
    return strongestPairs(cells, choice);
  };
  const panels = variants.map((variant) => ({
    variant,
    title: text[`picture_${variant}`](),
    pairs: pairsOf(variant),
  }));
  const [{ pairs: all }] = panels as [(typeof panels)[0]];
  const count = { drawn: formatCount(all.length, locale) };
  const note = isMany
    ? text.arcs_drawn({
        ...count,
        mass: formatShare(choice.mass, locale),
        most: formatCount(choice.most, locale),
        share: formatShare(shareHeld(all, picture.full), locale),
      })
    : text.arcs_one({ ...count, share: formatShare(shareHeld(all, row!.full), locale) });
  return {
    panels,
    strongest: Math.max(1e-9, ...panels.flatMap(({ pairs }) => pairs.map(({ weight }) => weight))),
    viewport,
    labels: (side, height) =>
      side === 'queries'
        ? painted.labels('query', 'left', viewport.rows, height)
        : painted.labels('key', 'left', viewport.columns, height),
    names: { query: text.word_query(), key: text.word_key() },
    note: `${note}${text.sentence_space()}${text.arcs_width()}`,
    palette,
  };
}

const STRONGEST = 5;

/** Every key of the pinned query, strongest first; without one, each query's strongest keys. */
function tableOf(
  lab: ExportLab,
  { text, locale }: Words,
  resting: Resting,
  provenance: Provenance,
  palette: Palette,
): TableFigure | null {
  const { view, painted, values } = lab;
  const { picture } = resting;
  const isMany = isOfCells(picture) && view.pinned === null;
  const row = isMany ? null : view.rowOf(view.chosenQuery);
  if (!isMany && !row) return null;
  const rows = row
    ? sortRows(wholeRow(row, provenance), { by: 'full', descending: true })
    : strongestRows(picture, provenance, STRONGEST);
  const shown = rows.slice(0, MOST_TABLE_ROWS);
  const place = (axis: Axis, index: number) => {
    const number = formatCount(index, locale);
    return painted.tokens ? `${number} ${painted.nameOf(axis, index)}` : number;
  };
  const weight = (value: number | null, hidden: string) => (value === null ? hidden : formatWeight(value, locale));
  const cellsOf = (one: WeightRow) => [
    place('query', one.query),
    place('key', one.key),
    weight(one.full, text.swatch_masked()),
    ...(values.compare ? [weight(one.windowed, one.full === null ? text.swatch_masked() : text.swatch_outside())] : []),
    one.rank === null || one.full === null ? '–' : formatCount(one.rank, locale),
  ];
  const what = row
    ? text.table_query({ query: wordQuery(painted.naming, view.chosenQuery) })
    : text.table_strongest({ count: formatCount(STRONGEST, locale) });
  const { pinned } = view;
  return {
    caption: text.table_caption({ head: formatCount(picture.head + 1, locale), what }),
    columns: [
      { title: text.word_query(), isNumber: false },
      { title: text.word_key(), isNumber: false },
      { title: text.word_full(), isNumber: true },
      ...(values.compare ? [{ title: text.word_windowed(), isNumber: true }] : []),
      { title: text.column_rank(), isNumber: true },
    ],
    rows: shown.map((one) => ({
      cells: cellsOf(one),
      isMarked: pinned !== null && one.query === pinned.query && one.key === pinned.key,
    })),
    more:
      rows.length > shown.length
        ? text.export_more_rows({ count: formatCount(rows.length - shown.length, locale) })
        : '',
    palette,
  };
}

/** Null where the heatmap is shown, or where the view has nothing to draw yet. */
export function viewBlock(
  lab: ExportLab,
  words: Words,
  resting: Resting,
  provenance: Provenance,
  palette: Palette,
): Block | null {
  const { view } = lab.values;
  if (view === 'steps') {
    const figure = stepsOf(lab, words, palette);
    return figure && stepsBlock(figure);
  }
  if (view === 'arcs') {
    const figure = arcsOf(lab, words, resting, palette);
    return figure && arcsBlock(figure);
  }
  if (view === 'table') {
    const figure = tableOf(lab, words, resting, provenance, palette);
    return figure && tableBlock(figure);
  }
  return null;
}
