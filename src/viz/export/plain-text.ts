// The picture as text: a table of its blocks with tabs between the cells, as a clipboard or an e-mail takes it. Called by the exports.
import type { CellStates } from '../cell-states.ts';
import { blockStart, CELL_VISIBLE, type PictureView } from '../cell-states.ts';
import { csvText, float32Text } from './csv.ts';

export interface TextTable extends PictureView {
  values: Float32Array;
  /** `[height, width]`: hidden blocks are left empty. */
  states: CellStates | null;
  /** A word for a query and for a key. */
  queryName: (query: number) => string;
  keyName: (key: number) => string;
}

/** One cell of foreign words: nothing that ends a cell or a line, nothing that runs as a formula. */
function cell(text: string): string {
  const line = text.replaceAll(/[\t\r\n\v\f\u0085\u2028\u2029]+/g, ' ');
  const safe = csvText(line);
  return safe.startsWith('"') ? safe.slice(1, -1).replaceAll('""', '"') : safe;
}

/** "4 cat" for a single position, "4–7" for a block of several. */
function labels(range: readonly [number, number], count: number, name: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, block) => {
    const first = blockStart(range, count, block);
    const last = blockStart(range, count, block + 1) - 1;
    return last > first ? `${first}–${last}` : cell(name(first));
  });
}

/** Rows are queries, columns keys. */
export function tabTable(table: TextTable, corner: string): string {
  const { rows, columns, height, width, values, states } = table;
  const keyLabels = labels(columns, width, table.keyName);
  const lines = labels(rows, height, table.queryName).map((label, row) => {
    const cells = Array.from({ length: width }, (_, column) => {
      const at = row * width + column;
      return states && states[at] !== CELL_VISIBLE ? '' : float32Text(values[at]!);
    });
    return [label, ...cells].join('\t');
  });
  return `${[[cell(corner), ...keyLabels].join('\t'), ...lines].join('\n')}\n`;
}
