// Where each key stands in a packed panel: residue classes of the dilation one after the other, each padded to whole groups of four.
// Inside a class a dilated window is an ordinary run, so the kernels never step over hidden keys. With dilation 1 the order is natural.
import type { ResolvedMask, ResolvedProblem } from '../contract/problem.ts';

/** Keys per group: the register block of the score kernel. */
export const LANES = 4;

export interface KeyLayout {
  readonly keyLength: number;
  readonly dilation: number;
  /** Classes that hold keys: `min(dilation, M)`. */
  readonly classes: number;
  /** `[classes + 1]`: the panel position of each class's first key, a multiple of four; the last entry is the padded length. */
  readonly bases: Int32Array;
}

/** How many keys `c, c + dilation, …` lie below `end`. Also: the first index within class `c` at or after key `end`. */
export function keysBelow(end: number, residue: number, dilation: number): number {
  return end <= residue ? 0 : Math.ceil((end - residue) / dilation);
}

export function layOutKeys(keyLength: number, dilation: number): KeyLayout {
  const classes = Math.min(dilation, keyLength);
  const bases = new Int32Array(classes + 1);
  for (let c = 0; c < classes; c++)
    bases[c + 1] = bases[c]! + Math.ceil(keysBelow(keyLength, c, dilation) / LANES) * LANES;
  return { keyLength, dilation, classes, bases };
}

/** The padded number of keys in a panel. */
export function paddedLength(layout: KeyLayout): number {
  return layout.bases[layout.classes]!;
}

/** The same visibility with the smallest dilation that says it: a dilation no window reaches leaves the query's own position. */
export function effectiveMask(problem: ResolvedProblem): ResolvedMask {
  const { mask } = problem;
  const reach = problem.keyLength + problem.queryLength;
  if (mask.dilation <= Math.min(Math.max(mask.left, mask.right), reach)) return mask;
  return { ...mask, left: 0, right: 0, dilation: 1 };
}
