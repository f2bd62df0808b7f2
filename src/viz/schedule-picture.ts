// Geometry of which work waits for which: time steps along x, positions downwards. A recurrence takes its input in at once, then goes one
// position a step; every other mixer does all positions in one step. No drawing; the mixers lab's `SchedulePicture.svelte` does.
import { isRecurrent, type MixerKind } from '../contract/mixers.ts';

export interface ScheduleBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Nothing here waits for another position. */
  isFree: boolean;
}

export interface SchedulePicture {
  boxes: ScheduleBox[];
  /** Positions drawn of those there are; the last one drawn is the sequence's last. */
  rows: { y: number; position: number }[];
  /** Where positions are left out; null where all are drawn. */
  gap: { x: number; y: number } | null;
}

const MOST_ROWS = 9;
const BOX_GAP = 2;

export function schedulePicture(kind: MixerKind, length: number, width: number, height: number): SchedulePicture {
  const isCut = length > MOST_ROWS;
  const drawn = isCut ? MOST_ROWS : length;
  // A row and a column of their own stand for all that is left out.
  const places = drawn + (isCut ? 1 : 0);
  const rowHeight = height / places;
  const place = (row: number) => (isCut && row === drawn - 1 ? row + 1 : row);
  const rows = Array.from({ length: drawn }, (_, row) => ({
    y: (place(row) + 0.5) * rowHeight,
    position: row === drawn - 1 ? length : row + 1,
  }));
  const stepWidth = width / (places + 1);
  const box = (column: number, row: number, isFree: boolean): ScheduleBox => ({
    x: column * stepWidth,
    y: place(row) * rowHeight,
    width: stepWidth - BOX_GAP,
    height: rowHeight - BOX_GAP,
    isFree,
  });
  const boxes = rows.map((_, row) => box(0, row, true));
  if (isRecurrent(kind)) boxes.push(...rows.map((_, row) => box(place(row) + 1, row, false)));
  const gapRow = (drawn - 1 + 0.5) * rowHeight;
  return { boxes, rows, gap: isCut ? { x: (drawn + 0.5) * stepWidth, y: gapRow } : null };
}
