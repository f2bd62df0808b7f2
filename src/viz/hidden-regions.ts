// The outlines of what a mask hides, as SVG path data to be filled with the causal hatch or edged with dots. Geometry only.
// Coordinates are cells of the view, origin at its corner. Edges follow the picture's blocks, so that they meet its texels:
// at most one step per block row, however long the sequence. Holes of a dilated window are left to the picture itself.
import type { ResolvedProblem } from '../contract/problem.ts';
import { queryPosition } from '../contract/visibility.ts';
import { blockStart, type PictureView } from './cell-states.ts';

export interface HiddenRegions {
  /** Keys after the query, under a causal mask. Empty string when there are none in view. */
  causal: string;
  /** Keys the window leaves out on either side. */
  outside: string;
}

/** Blocks `[start, end)` of one block row; empty when `start >= end`. */
interface Span {
  start: number;
  end: number;
}

const NOTHING: Span = { start: 0, end: 0 };

/** The regions of the view in which every cell of a block is hidden. */
export function hiddenRegions(problem: ResolvedProblem, view: PictureView): HiddenRegions {
  const causal: Span[] = [];
  const before: Span[] = [];
  const after: Span[] = [];
  for (let row = 0; row < view.height; row++) {
    const first = queryPosition(problem, blockStart(view.rows, view.height, row));
    const last = queryPosition(problem, blockStart(view.rows, view.height, row + 1) - 1);
    const keys = hiddenKeys(problem, first, last);
    causal.push(wholeBlocks(view, keys.causal));
    before.push(wholeBlocks(view, keys.before));
    after.push(wholeBlocks(view, keys.after));
  }
  return { causal: outline(view, causal), outside: outline(view, before) + outline(view, after) };
}

/** Key ranges hidden from every query at the positions `first…last`. */
function hiddenKeys(problem: ResolvedProblem, first: number, last: number) {
  const { causal, left, right, globalTokens } = problem.mask;
  const keyLength = problem.keyLength;
  const afterLast = causal ? Math.max(0, Math.min(keyLength, last + 1)) : keyLength;
  const masked = { start: afterLast, end: keyLength };
  if (first < globalTokens) return { causal: masked, before: NOTHING, after: NOTHING };
  const afterFirst = causal ? Math.max(0, Math.min(keyLength, first + 1)) : keyLength;
  return {
    causal: masked,
    before: { start: globalTokens, end: Math.min(first - left, afterFirst) },
    after: { start: Math.max(last + right + 1, globalTokens), end: afterFirst },
  };
}

/** The blocks of the view that lie wholly inside a range of keys. */
function wholeBlocks({ columns, width }: PictureView, keys: Span): Span {
  const start = Math.max(keys.start, columns[0]);
  const end = Math.min(keys.end, columns[1]);
  if (start >= end) return NOTHING;
  const span = columns[1] - columns[0];
  // Block b begins at floor(b·span/width): the first that begins at or after `start`, the last that ends at or before `end`.
  return {
    start: Math.ceil(((start - columns[0]) * width) / span),
    end: end === columns[1] ? width : Math.floor(((end - columns[0] + 1) * width - 1) / span),
  };
}

/** A closed staircase around each run of block rows with something hidden. */
function outline(view: PictureView, spans: readonly Span[]): string {
  const cellsPerRow = (view.rows[1] - view.rows[0]) / view.height;
  const cellsPerColumn = (view.columns[1] - view.columns[0]) / view.width;
  let path = '';
  for (let row = 0; row < spans.length;) {
    let end = row;
    while (end < spans.length && isJoined(spans, row, end)) end++;
    if (end > row) path += staircase(spans.slice(row, end), row, cellsPerColumn, cellsPerRow);
    row = Math.max(end, row + 1);
  }
  return path;
}

/** True when row `row` continues the region that began at `first`: it hides something, beside or below the row before. */
function isJoined(spans: readonly Span[], first: number, row: number): boolean {
  const { start, end } = spans[row]!;
  if (start >= end) return false;
  const previous = row > first ? spans[row - 1]! : { start, end };
  return start <= previous.end && end >= previous.start;
}

function staircase(spans: readonly Span[], firstRow: number, columnCells: number, rowCells: number): string {
  const x = (block: number) => tidy(block * columnCells);
  const y = (block: number) => tidy(block * rowCells);
  const count = spans.length;
  let path = `M${x(spans[0]!.start)} ${y(firstRow)}H${x(spans[0]!.end)}`;
  for (let n = 1; n < count; n++)
    if (spans[n]!.end !== spans[n - 1]!.end) path += `V${y(firstRow + n)}H${x(spans[n]!.end)}`;
  path += `V${y(firstRow + count)}H${x(spans[count - 1]!.start)}`;
  for (let n = count - 1; n > 0; n--)
    if (spans[n]!.start !== spans[n - 1]!.start) path += `V${y(firstRow + n)}H${x(spans[n - 1]!.start)}`;
  return `${path}Z`;
}

const tidy = (coordinate: number) => Math.round(coordinate * 1000) / 1000;
