// How wide the parts of a grid of texts and labels are, and whether its labels fit above their columns. Pure numbers.
import { textWidth } from './export/text-lines.ts';

/** Of a cell: its number needs this much. */
const LEAST_CELL_PX = 38;
const MOST_CELL_PX = 120;
const LEAST_NAME_PX = 96;
const MOST_NAME_PX = 360;
/** Below this width the texts get what the narrowest columns leave. */
const NARROW_GRID_PX = 480;
const NAME_SHARE = 0.42;
const FONT_PX = 12;
const GAP_PX = 6;
const FLAT_HEAD_PX = 30;
/** Labels wider than their column are written this steep, so that each can be told from the next. */
const TILT_DEGREES = 60;
const TILT = (TILT_DEGREES * Math.PI) / 180;
const MOST_TILTED_PX = 96;

export interface SimilarityGeometry {
  /** Of the column of texts. */
  namePx: number;
  cellPx: number;
  /** Of the row of labels. */
  headPx: number;
  /** Of the whole grid; more than what is given where there are too many columns. */
  fullPx: number;
  /** Degrees the labels are turned by; 0 where all fit flat. */
  tiltDegrees: number;
  /** Pixels a label may be long. */
  labelPx: number;
}

/** `widthPx` is the room there is. */
export function similarityGeometry(labels: readonly string[], widthPx: number): SimilarityGeometry {
  const lengths = labels.map((label) => textWidth(label, FONT_PX));
  const longest = Math.max(0, ...lengths);
  const isTiltedAt = (cellPx: number) => longest > cellPx - GAP_PX;
  /** What the last label leans over its column. */
  const overAt = (cellPx: number) =>
    isTiltedAt(cellPx) ? Math.max(0, Math.min(MOST_TILTED_PX, lengths.at(-1)!) * Math.cos(TILT) + 8 - cellPx / 2) : 0;
  const left = LEAST_CELL_PX * labels.length + overAt(LEAST_CELL_PX);
  const wanted = widthPx < NARROW_GRID_PX ? widthPx - left : widthPx * NAME_SHARE;
  const namePx = Math.max(LEAST_NAME_PX, Math.min(MOST_NAME_PX, wanted));
  const share = (widthPx - namePx - overAt(LEAST_CELL_PX)) / Math.max(1, labels.length);
  const cellPx = Math.max(LEAST_CELL_PX, Math.min(MOST_CELL_PX, share));
  const isTilted = isTiltedAt(cellPx);
  return {
    namePx,
    cellPx,
    headPx: isTilted ? 16 + Math.min(longest, MOST_TILTED_PX) * Math.sin(TILT) : FLAT_HEAD_PX,
    fullPx: namePx + cellPx * labels.length + overAt(cellPx),
    tiltDegrees: isTilted ? -TILT_DEGREES : 0,
    labelPx: isTilted ? MOST_TILTED_PX : cellPx - GAP_PX,
  };
}
