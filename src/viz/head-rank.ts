// Which heads matter: how far a sentence's embedding moves when each is off, ranked. Numbers only.
import type { HeadAblation } from '../contract/stack.ts';

export interface HeadMove {
  layer: number;
  head: number;
  /** Mean cosine with all heads on, over the texts. */
  cosine: number;
  /** Of the text it moves most. */
  lowest: number;
  /** 1 − cosine: what the head moves. */
  moved: number;
  /** 1 moves most. */
  rank: number;
  /** Its move as a share of the largest, 0…1: the length of its bar. */
  share: number;
}

const offHeads = (switches: readonly (readonly boolean[])[]) =>
  switches.flatMap((heads, layer) => heads.flatMap((on, head) => (on ? [] : [{ layer, head }])));

/** Rows of `eachHeadOff` with exactly one head off, in the order of layers and heads. */
export function headMoves(ablation: HeadAblation): HeadMove[] {
  const single = ablation.rows.flatMap((row) => {
    const off = offHeads(row.switches);
    return off.length === 1
      ? [{ ...off[0]!, cosine: row.mean, lowest: row.lowest, moved: Math.max(0, 1 - row.mean) }]
      : [];
  });
  const largest = Math.max(1e-12, ...single.map(({ moved }) => moved));
  const order = [...single].sort((a, b) => b.moved - a.moved);
  return single.map((one) => ({ ...one, rank: order.indexOf(one) + 1, share: one.moved / largest }));
}
