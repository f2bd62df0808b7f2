// The weights of one head as a long table, a line per cell: for spreadsheets, R and pandas. Header first, no comment lines; what the
// numbers belong to stands in the file's name and in the JSON of the same name, because a second file in one go asks the reader for
// permission and lines above the header break every reader of tables. Called by the lab's exports.
import type { ResolvedProblem } from '../../contract/problem.ts';
import type { CellNumbers } from '../../contract/workbench.ts';
import { isVisible } from '../../contract/visibility.ts';
import { BYTE_ORDER_MARK, CSV_LINE_END, csvText, float32Text } from './csv.ts';

export const WEIGHT_COLUMNS = [
  'layer',
  'head',
  'query_index',
  'query_token',
  'key_index',
  'key_token',
  'score',
  'weight',
  'windowed_weight',
] as const;

export interface WeightsTable {
  /** From 0, as in the address. */
  layer: number;
  cells: CellNumbers;
  /** A label per key position, or null. */
  tokens: readonly string[] | null;
  full: ResolvedProblem;
  windowed: ResolvedProblem;
}

/** The label of a query: its own position's on the key axis, where there is one for each. */
export function queryToken({ tokens, full }: Pick<WeightsTable, 'tokens' | 'full'>, query: number): string {
  return tokens?.[query + full.keyLength - full.queryLength] ?? '';
}

/**
 * The file in pieces, a query's lines each. A weight is empty where its mask hides the key and 0 only where softmax gives 0;
 * the score stands there either way.
 */
export function* weightsCsv(table: WeightsTable): Generator<string> {
  const { layer, cells, tokens, full, windowed } = table;
  const { head, rows, columns, scores } = cells;
  const width = columns[1] - columns[0];
  const keyCells = Array.from({ length: width }, (_, column) => {
    const key = columns[0] + column;
    return `${key},${csvText(tokens?.[key] ?? '')}`;
  });
  yield BYTE_ORDER_MARK + WEIGHT_COLUMNS.join(',') + CSV_LINE_END;
  for (let query = rows[0]; query < rows[1]; query++) {
    const start = `${layer},${head},${query},${csvText(queryToken(table, query))},`;
    let lines = '';
    for (let column = 0; column < width; column++) {
      const at = (query - rows[0]) * width + column;
      const key = columns[0] + column;
      const score = scores ? float32Text(scores[at]!) : '';
      const weight = isVisible(full, query, key) ? float32Text(cells.full[at]!) : '';
      const narrow = isVisible(windowed, query, key) ? float32Text(cells.windowed[at]!) : '';
      lines += `${start}${keyCells[column]},${score},${weight},${narrow}${CSV_LINE_END}`;
    }
    yield lines;
  }
}
