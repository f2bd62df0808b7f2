// A table as a block of a figure: words at the left of their columns, numbers at the right, the pinned row marked. What does not fit is
// counted, never dropped in silence. Looks like `ui/WeightsTable.svelte`; draws only what it is given.
import type { Block } from './figure.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { fitText, textWidth } from './text-lines.ts';

export interface TableFigure {
  caption: string;
  columns: readonly { title: string; isNumber: boolean }[];
  rows: readonly { cells: readonly string[]; isMarked: boolean }[];
  /** "and 12 more rows"; empty when all are there. */
  more: string;
  palette: Palette;
}

/** A slide holds no more. */
export const MOST_TABLE_ROWS = 40;
const ROW = 18;
const HEAD = 48;
const TEXT_PX = 12;
const PAD = 24;
const MOST_COLUMN = 220;

export function tableBlock({ caption, columns, rows, more, palette }: TableFigure): Block {
  const widths = columns.map(({ title }, column) =>
    Math.min(
      MOST_COLUMN,
      Math.max(textWidth(title, TEXT_PX), ...rows.map(({ cells }) => textWidth(cells[column] ?? '', TEXT_PX))),
    ),
  );
  const starts = widths.map((_, column) => widths.slice(0, column).reduce((sum, width) => sum + width + PAD, 6));
  const width = starts.at(-1)! + widths.at(-1)! + 6;
  const cell = (words: string, column: number, y: number, more: Record<string, string | number> = {}) => {
    const { isNumber } = columns[column]!;
    const x = starts[column]! + (isNumber ? widths[column]! : 0);
    const fitted = fitText(words, TEXT_PX, widths[column]! + 1);
    return textElement(fitted, { x, y, 'font-size': TEXT_PX, 'text-anchor': isNumber ? 'end' : 'start', ...more });
  };
  const line = (y: number, stroke: string) => element('line', { x1: 0, x2: width, y1: y, y2: y, stroke });
  const body = rows.map(({ cells, isMarked }, row) => {
    const top = HEAD + row * ROW;
    return (
      (isMarked ? element('rect', { x: 0, y: top, width, height: ROW, fill: palette.sunken }) : '') +
      cells.map((words, column) => cell(words, column, top + 13, isMarked ? { 'font-weight': 600 } : {})).join('') +
      line(top + ROW, palette.rule)
    );
  });
  const end = HEAD + rows.length * ROW;
  return {
    width,
    height: end + (more ? 20 : 4),
    below: '',
    rasters: [],
    above:
      textElement(caption, { x: 0, y: 14, 'font-size': 13, 'font-weight': 600 }) +
      columns.map(({ title }, column) => cell(title, column, HEAD - 8, { fill: palette.muted })).join('') +
      line(HEAD, palette.ruleStrong) +
      body.join('') +
      (more ? textElement(more, { x: 6, y: end + 16, fill: palette.muted }) : ''),
    definitions: '',
  };
}
