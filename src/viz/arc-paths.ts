// Pairs to curves between two columns of tokens, queries at the left and keys at the right. Width grows with the weight itself, so that
// equal widths are equal weights in both variants; opacity with its root beside the strongest, so that weak links stay visible. Pure.
import type { Pair } from './strong-pairs.ts';
import type { Viewport } from './viewport.ts';

export interface Arc extends Pair {
  /** SVG path data. */
  path: string;
  width: number;
  opacity: number;
}

const LEAST_PX = 0.6;
const MOST_PX = 6;
const LEAST_OPACITY = 0.18;

/** The middle of a position's row, pixels from the top. */
export const middleOf = (position: number, [start, end]: [number, number], heightPx: number) =>
  ((position - start + 0.5) / (end - start)) * heightPx;

const tidy = (px: number) => Math.round(px * 100) / 100;

/** Weakest first, so that strong links lie above. `strongest` is the weight of full opacity. Pairs outside the viewport are left out. */
export function arcPaths(
  pairs: readonly Pair[],
  { rows, columns }: Viewport,
  box: { left: number; right: number; height: number },
  strongest: number,
): Arc[] {
  const inside = (position: number, [start, end]: [number, number]) => position >= start && position < end;
  const bend = (box.right - box.left) * 0.45;
  return pairs
    .filter(({ query, key }) => inside(query, rows) && inside(key, columns))
    .toSorted((a, b) => a.weight - b.weight)
    .map((pair) => {
      const from = tidy(middleOf(pair.query, rows, box.height));
      const to = tidy(middleOf(pair.key, columns, box.height));
      return {
        ...pair,
        path: `M${box.left} ${from}C${tidy(box.left + bend)} ${from} ${tidy(box.right - bend)} ${to} ${box.right} ${to}`,
        width: tidy(LEAST_PX + (MOST_PX - LEAST_PX) * Math.min(1, pair.weight)),
        opacity: tidy(LEAST_OPACITY + (1 - LEAST_OPACITY) * Math.sqrt(Math.min(1, pair.weight / (strongest || 1)))),
      };
    });
}
