// What a picture of weights says, as numbers: the strongest link, how far queries look, what the first position draws, what a window hides.
// The words are made of them in `i18n/describe.ts`. Pure; one pass over the picture.
import type { ResolvedProblem } from '../contract/problem.ts';
import { isVisible, queryPosition, visibleCount } from '../contract/visibility.ts';
import type { PicturePair, Variant } from '../contract/workbench.ts';
import { blockStart } from './cell-states.ts';
import type { Pair } from './strong-pairs.ts';
import type { Viewport } from './viewport.ts';

export interface CellPattern {
  kind: 'cells';
  /** Null where every query sees one key only. */
  strongest: Pair | null;
  /** Mean over queries of Σ w·|j − p|, positions. */
  meanDistance: number;
  /** Share of all weight on key 0. */
  firstShare: number;
  /** Share of the full weight on keys the window hides. */
  hiddenShare: number;
}
/** A pooled picture knows its largest weight and the block it is in. */
export interface BlockPattern extends Viewport {
  kind: 'blocks';
  weight: number;
}

type Problems = Readonly<Record<Variant, ResolvedProblem>>;

export const isOfCells = ({ rows, columns, height, width }: PicturePair) =>
  height === rows[1] - rows[0] && width === columns[1] - columns[0];

export function picturePattern(picture: PicturePair, problems: Problems): CellPattern | BlockPattern {
  return isOfCells(picture) ? cellPattern(picture, problems) : blockPattern(picture);
}

function cellPattern({ full, rows, columns, width }: PicturePair, problems: Problems): CellPattern {
  let strongest: Pair | null = null;
  let [distance, first, hidden, total] = [0, 0, 0, 0];
  for (let query = rows[0]; query < rows[1]; query++) {
    const position = queryPosition(problems.full, query);
    // A query that sees one key gives it everything: that says nothing.
    const hasChoice = visibleCount(problems.full, query) > 1;
    for (let key = columns[0]; key < columns[1]; key++) {
      const weight = full[(query - rows[0]) * width + key - columns[0]]!;
      if (!(weight > 0)) continue;
      total += weight;
      distance += weight * Math.abs(key - position);
      if (key === 0) first += weight;
      if (!isVisible(problems.windowed, query, key)) hidden += weight;
      if (hasChoice && weight > (strongest?.weight ?? 0)) strongest = { query, key, weight };
    }
  }
  const of = total || 1;
  return {
    kind: 'cells',
    strongest,
    meanDistance: distance / of,
    firstShare: first / of,
    hiddenShare: hidden / of,
  };
}

function blockPattern({ full, rows, columns, height, width }: PicturePair): BlockPattern {
  let at = 0;
  for (let n = 0; n < full.length; n++) if (full[n]! > full[at]!) at = n;
  const range = (whole: [number, number], count: number, block: number): [number, number] => [
    blockStart(whole, count, block),
    blockStart(whole, count, block + 1),
  ];
  return {
    kind: 'blocks',
    weight: full[at] ?? 0,
    rows: range(rows, height, Math.floor(at / width)),
    columns: range(columns, width, at % width),
  };
}

/** Where a signed difference of single cells is largest either way; null where nothing rises or falls. */
export function extremesOf(
  difference: ArrayLike<number>,
  { rows, columns, width }: Pick<PicturePair, 'rows' | 'columns' | 'width'>,
): { gained: Pair | null; lost: Pair | null } {
  let [most, least] = [-1, -1];
  for (let n = 0; n < difference.length; n++) {
    if (difference[n]! > (most < 0 ? 0 : difference[most]!)) most = n;
    if (difference[n]! < (least < 0 ? 0 : difference[least]!)) least = n;
  }
  const pairAt = (at: number): Pair | null =>
    at < 0
      ? null
      : { query: rows[0] + Math.floor(at / width), key: columns[0] + (at % width), weight: difference[at]! };
  return { gained: pairAt(most), lost: pairAt(least) };
}
