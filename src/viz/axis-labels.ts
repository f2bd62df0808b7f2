// The labels along a picture's axes: tokens thinned until none overlap, or round positions for long sequences. No drawing.
// Thinning keeps multiples of a step counted from the sequence's start, so panning moves labels instead of swapping them.
import { tickStep } from 'd3';
import { textWidth } from './export/text-lines.ts';

export interface AxisLabel {
  /** Position in the sequence. */
  index: number;
  text: string;
  /** Centre of its cell, CSS pixels from the axis' start. */
  at: number;
}

type Range = readonly [number, number];

/** SentencePiece writes a space before a word as `▁`. */
const SPACE_MARK = '▁';
/** Line height over font size for labels that stand one above the other. */
const LEADING = 1.25;

/** A vocabulary piece as a reader wants it: no space mark, at most `most` characters. */
export function tokenText(piece: string, most = 14): string {
  const word = piece.startsWith(SPACE_MARK) ? piece.slice(SPACE_MARK.length) : piece;
  const characters = [...(word === '' ? '␣' : word)];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('');
}

const FONT_PX = 12;

/** Pixels of the longest of some pieces as labels of at most `most` characters: how far words hang down from an axis. */
export function longestLabelPx(pieces: readonly string[], most?: number): number {
  let longest = 0;
  for (const piece of pieces) longest = Math.max(longest, textWidth(tokenText(piece, most), FONT_PX));
  return longest;
}

/** Where position `index` sits on an axis of `lengthPx` showing `range`. */
export function labelAt(index: number, text: string, [start, end]: Range, lengthPx: number): AxisLabel {
  return { index, text, at: ((index - start + 0.5) / (end - start)) * lengthPx };
}

/** Token labels standing across their axis (beside rows, or turned under columns): each needs one line of `fontPx`. */
export function tokenLabels(tokens: readonly string[], range: Range, lengthPx: number, fontPx: number): AxisLabel[] {
  const cellPx = lengthPx / (range[1] - range[0]);
  const step = Math.max(1, Math.ceil((fontPx * LEADING) / cellPx));
  return every(step, range).map((index) => labelAt(index, tokenText(tokens[index] ?? ''), range, lengthPx));
}

/** Round positions (1, 2 or 5 times a power of ten apart), at least `spacingPx` from one to the next. */
export function indexLabels(
  range: Range,
  lengthPx: number,
  spacingPx: number,
  text: (index: number) => string = String,
): AxisLabel[] {
  const [start, end] = range;
  const most = Math.max(1, Math.floor(lengthPx / spacingPx));
  let step = Math.max(1, Math.round(tickStep(start, end, most)));
  // d3 meets the count only roughly: widen to the next round step until it is kept.
  while (((end - start) / step) * spacingPx > lengthPx && step < end - start) step = nextRoundStep(step);
  return every(step, range).map((index) => labelAt(index, text(index), range, lengthPx));
}

function nextRoundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const leading = Math.round(step / power);
  return (leading < 2 ? 2 : leading < 5 ? 5 : 10) * power;
}

function every(step: number, [start, end]: Range): number[] {
  const indices: number[] = [];
  for (let index = Math.ceil(start / step) * step; index < end; index += step) indices.push(index);
  return indices;
}
