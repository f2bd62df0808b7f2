// Why a block of a picture is empty: masked by causality, outside the window, or not empty at all. Called by the painters and the page.
// A pooled block is hidden only when every one of its cells is. Exact and O(1) per block, so any length is cheap:
// the offsets j − p of a rectangle of cells are all the integers between those of two of its corners.
import type { ResolvedProblem } from '../contract/problem.ts';
import { queryPosition } from '../contract/visibility.ts';

export const CELL_VISIBLE = 0;
/** Every cell of the block lies after its query's own position, and the mask is causal. */
export const CELL_CAUSAL = 1;
/** Hidden by the window, its dilation, or both and causality. */
export const CELL_OUTSIDE = 2;
/** `[height, width]` of the three values above. */
export type CellStates = Uint8Array;

/** The part of one head's weights a picture shows, and in how many blocks. */
export interface PictureView {
  /** Half-open ranges. */
  rows: readonly [number, number];
  columns: readonly [number, number];
  height: number;
  width: number;
}

/** The first cell of block `block` when `count` blocks share the range; the same cut as `WeightsView` in `contract/engine.ts`. */
export function blockStart([start, end]: readonly [number, number], count: number, block: number): number {
  return start + Math.floor((block * (end - start)) / count);
}

/** State of every block `[height, width]`. */
export function cellStates(problem: ResolvedProblem, view: PictureView): CellStates {
  const states = new Uint8Array(view.height * view.width);
  const keys = Array.from({ length: view.width + 1 }, (_, column) => blockStart(view.columns, view.width, column));
  for (let row = 0; row < view.height; row++) {
    const firstPosition = queryPosition(problem, blockStart(view.rows, view.height, row));
    const lastPosition = queryPosition(problem, blockStart(view.rows, view.height, row + 1) - 1);
    for (let column = 0; column < view.width; column++) {
      states[row * view.width + column] = rectangleState(
        problem,
        firstPosition,
        lastPosition,
        keys[column]!,
        keys[column + 1]! - 1,
      );
    }
  }
  return states;
}

/** State of the queries at positions `p0…p1` and the keys `j0…j1`, ends included. */
function rectangleState(problem: ResolvedProblem, p0: number, p1: number, j0: number, j1: number): number {
  const { causal, left, right, dilation, globalTokens } = problem.mask;
  if (causal && j0 > p1) return CELL_CAUSAL;
  // From here on the rectangle's corner (p1, j0) is not hidden by causality.
  if (j0 < globalTokens) return CELL_VISIBLE;
  if (p0 < globalTokens && (!causal || j0 <= Math.min(p1, globalTokens - 1))) return CELL_VISIBLE;
  const least = Math.max(j0 - p1, -left);
  const most = Math.min(j1 - p0, causal ? Math.min(right, 0) : right);
  const multiple = Math.ceil(least / dilation) * dilation;
  return multiple <= most ? CELL_VISIBLE : CELL_OUTSIDE;
}
