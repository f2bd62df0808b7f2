// Which cells of a picture stand in the page for keyboard and screen reader: all of a small one, a part around the cursor of a large one.
// At most 64 × 64. The part moves in whole steps, so that most moves of the cursor leave it as it is. Called by the grid and the arcs.
import type { Viewport } from './viewport.ts';

/** Up to this many along an axis, all of them are there. */
export const MOST_WHOLE = 64;
const PART = 32;
const STEP = 16;

/** Half-open range of the indices to hold, with `at` well inside it wherever the ends allow. */
export function indexWindow(at: number, count: number): [number, number] {
  if (count <= MOST_WHOLE) return [0, Math.max(0, count)];
  const start = Math.round((at - PART / 2) / STEP) * STEP;
  const inside = Math.max(0, Math.min(count - PART, start));
  return [inside, inside + PART];
}

const percent = (share: number) => `${Number((100 * share).toFixed(4))}%`;

/** Where `part` lies over a picture of `viewport`, as CSS lengths; may reach beyond it. */
export function windowBox(part: Viewport, { rows, columns }: Viewport) {
  const height = rows[1] - rows[0];
  const width = columns[1] - columns[0];
  return {
    left: percent((part.columns[0] - columns[0]) / width),
    top: percent((part.rows[0] - rows[0]) / height),
    width: percent((part.columns[1] - part.columns[0]) / width),
    height: percent((part.rows[1] - part.rows[0]) / height),
  };
}
