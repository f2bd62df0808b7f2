// A head's weights as the rows of a table: the table twin of the pictures. The same numbers as the CSV export, and like there nothing
// where the mask hides the key. Pure; sorts a copy.
import type { ResolvedProblem } from '../contract/problem.ts';
import type { PicturePair, RowPair, Variant } from '../contract/workbench.ts';
import { isVisible } from '../contract/visibility.ts';
import { topKeys } from './row-summary.ts';
import type { Cell } from './viewport.ts';

export interface WeightRow extends Cell {
  /** Null where the variant's mask hides the key. */
  full: number | null;
  windowed: number | null;
  /** Place by full weight among the query's keys; null where only a part of them is known. */
  rank: number | null;
}

type Problems = Readonly<Record<Variant, ResolvedProblem>>;
export type SortKey = 'query' | 'key' | 'full' | 'windowed' | 'rank';
export interface Sorting {
  by: SortKey;
  descending: boolean;
}

function rowAt(problems: Problems, cell: Cell, full: number, windowed: number, rank: number | null): WeightRow {
  const shown = (variant: Variant, weight: number) =>
    isVisible(problems[variant], cell.query, cell.key) ? weight : null;
  return { ...cell, full: shown('full', full), windowed: shown('windowed', windowed), rank };
}

/** Every key of one query, in the order of the keys. */
export function wholeRow({ query, full, windowed }: RowPair, problems: Problems): WeightRow[] {
  const ranks = new Uint32Array(full.length);
  // Hidden keys hold 0 and rank behind; equal weights by position, as in the cell's sentence.
  Array.from(full.keys())
    .sort((a, b) => full[b]! - full[a]! || a - b)
    .forEach((key, place) => (ranks[key] = place + 1));
  return Array.from(full, (weight, key) => rowAt(problems, { query, key }, weight, windowed[key]!, ranks[key]!));
}

/** The `most` keys of largest full weight of each query in a picture of single cells, strongest first. */
export function strongestRows(picture: PicturePair, problems: Problems, most: number): WeightRow[] {
  const { rows, columns, width } = picture;
  const isWhole = columns[0] === 0 && columns[1] === problems.full.keyLength;
  return Array.from({ length: rows[1] - rows[0] }, (_, row) => {
    const weights = picture.full.subarray(row * width, (row + 1) * width);
    return topKeys(weights, most).map((j, place) =>
      rowAt(
        problems,
        { query: rows[0] + row, key: columns[0] + j },
        weights[j]!,
        picture.windowed[row * width + j]!,
        isWhole ? place + 1 : null,
      ),
    );
  })
    .flat()
    .filter(({ full }) => full !== null);
}

/** A sorted copy; what is missing comes last either way, equals keep their order. */
export function sortRows(rows: readonly WeightRow[], { by, descending }: Sorting): WeightRow[] {
  return rows.toSorted((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return descending ? y - x : x - y;
  });
}
