// What a synthetic signal is: it writes one row of Q, K or V at a time, from nothing but seed, head and position.
import { fillNormals } from '../counter-random.ts';

/** The numbers of one head and position, `row[start … start + headDim)`. */
export interface RowPlace {
  row: Float32Array;
  start: number;
  headDim: number;
  head: number;
  position: number;
  seed: number;
}

export interface Signal {
  query(place: RowPlace): void;
  key(place: RowPlace): void;
  value(place: RowPlace): void;
}

/** First coordinate of the hash: which series of numbers is drawn. */
export const STREAM = { query: 1, key: 2, value: 3, jitter: 4, token: 5, topic: 6, strength: 7, border: 8 } as const;

/** Fills a row from its `from`-th number on with `gain · N(0, 1)`. */
export function fillNoise(place: RowPlace, stream: number, from = 0, gain = 1): void {
  const { row, start, headDim, seed, head, position } = place;
  fillNormals(row, start + from, start + headDim, gain, [seed, stream, head, position]);
}

/** Values without a story of their own: standard normal. */
export function noiseValue(place: RowPlace): void {
  fillNoise(place, STREAM.value);
}
