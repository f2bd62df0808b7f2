// XLNet's permutations (Yang et al. 2019, §2.2–2.3): an order in which the tokens of a text are predicted, and which tokens each one sees
// meanwhile. Positions stay where they are; only the order of the factors changes.
import { PURPOSE, ShuffledOrder } from './draw-order.ts';

export interface Factorization {
  /** `[tokens]`: positions in the order of their factors. */
  order: readonly number[];
  /** `[tokens]`: place of each position in that order, from 0. */
  rankOf: Int32Array;
  /** Positions of a rank below this are only context. */
  firstPredicted: number;
}

/** Only the last 1/K of an order is predicted; K = 6 and 7 in the paper (§2.3). */
export const PREDICTED_PART = 6;

/** A seeded order; draw 0, 1, … are different ones. At least one token is predicted. */
export function drawFactorization(tokens: number, seed: number, draw: number, part = PREDICTED_PART): Factorization {
  const order = new ShuffledOrder(tokens, seed, PURPOSE.order, draw).rest();
  return factorizationOf(order, Math.max(1, Math.round(tokens / part)));
}

/** Left to right, as a language model does. All tokens are predicted. */
export function leftToRight(tokens: number): Factorization {
  return factorizationOf(
    Array.from({ length: tokens }, (_, n) => n),
    tokens,
  );
}

function factorizationOf(order: readonly number[], predicted: number): Factorization {
  const rankOf = new Int32Array(order.length);
  order.forEach((position, rank) => (rankOf[position] = rank));
  return { order, rankOf, firstPredicted: order.length - predicted };
}

/** `content` knows its own token, `query` must not: it has to predict it (two-stream attention, §2.3). */
export type Stream = 'content' | 'query';

/** Whether position `query` sees the token at position `key`. */
export function seesInOrder({ rankOf }: Factorization, stream: Stream, query: number, key: number): boolean {
  return rankOf[key]! < rankOf[query]! || (stream === 'content' && key === query);
}
