// Which query–key pairs are worth a line: the strongest keys of each query until they hold a share of its weight. Pure.
// A share of the mass is a better cut than a smallest weight: it keeps sharp and flat queries alike readable.
import { topKeys } from './row-summary.ts';
import type { Cell } from './viewport.ts';

export interface Pair extends Cell {
  weight: number;
}

/** Weights `[height, width]`, one cell each, and where their corner is. */
export interface WeightCells {
  values: ArrayLike<number>;
  height: number;
  width: number;
  firstQuery: number;
  firstKey: number;
}

export interface Choice {
  /** Share of the row's weight to reach, 0…1. */
  mass: number;
  /** At most this many keys of one query. */
  most: number;
}

/** So many lines can still be told apart. */
const MOST_LINES = 900;

/** What is drawn of so many queries at once. */
export const linksOfMany = (queries: number): Choice => ({
  mass: 0.7,
  most: Math.max(1, Math.min(12, Math.floor(MOST_LINES / Math.max(1, queries)))),
});

/** What is drawn of one query that stands alone. */
export const LINKS_OF_ONE: Choice = { mass: 0.95, most: 24 };

const rowOf = ({ values, width }: WeightCells, row: number) =>
  Array.prototype.slice.call(values, row * width, (row + 1) * width) as number[];

/** One query's pairs, strongest first. */
export function strongestOfRow(weights: ArrayLike<number>, query: number, firstKey: number, choice: Choice): Pair[] {
  let total = 0;
  for (let j = 0; j < weights.length; j++) total += weights[j]!;
  const pairs: Pair[] = [];
  let held = 0;
  for (const j of topKeys(weights, choice.most)) {
    const weight = weights[j]!;
    if (!(weight > 0) || held >= choice.mass * total) break;
    pairs.push({ query, key: firstKey + j, weight });
    held += weight;
  }
  return pairs;
}

/** Every query's pairs, query by query. */
export function strongestPairs(cells: WeightCells, choice: Choice): Pair[] {
  const pairs: Pair[] = [];
  for (let row = 0; row < cells.height; row++)
    pairs.push(...strongestOfRow(rowOf(cells, row), cells.firstQuery + row, cells.firstKey, choice));
  return pairs;
}

/** The share of all the weight that the pairs hold. */
export function shareHeld(pairs: readonly Pair[], values: ArrayLike<number>): number {
  let total = 0;
  for (let n = 0; n < values.length; n++) total += values[n]!;
  return total > 0 ? pairs.reduce((sum, { weight }) => sum + weight, 0) / total : 0;
}
