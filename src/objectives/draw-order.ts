// Seeded orders and choices by place: the n-th draw of a sampler is the same whatever was drawn before it. Called by the samplers.
import { hash, uniform } from '../data/counter-random.ts';

/** What tells the uses of one seed apart. */
export const PURPOSE = {
  token: 11,
  word: 12,
  spanStart: 13,
  spanLength: 14,
  phrase: 15,
  phraseLength: 16,
  fate: 17,
  replacement: 18,
  order: 19,
  otherDocument: 20,
  otherSentence: 21,
  bootstrap: 22,
} as const;
export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE];

/** A whole number of 0 … `below` − 1. The bias of the scaling is below 2⁻²⁰ for the sizes here. */
export function choose(below: number, seed: number, purpose: Purpose, draw: number, step: number): number {
  return Math.floor((hash(seed, purpose, draw, step) / 2 ** 32) * below);
}

/** Uniform in [0, 1). */
export function chance(seed: number, purpose: Purpose, draw: number, step: number): number {
  return uniform(seed, purpose, draw, step);
}

/**
 * 0 … `count` − 1 in a random order, one after another (Fisher & Yates): who takes only the first few pays only for those.
 */
export class ShuffledOrder {
  readonly #places: Int32Array;
  readonly #seed: number;
  readonly #purpose: Purpose;
  readonly #draw: number;
  #taken = 0;

  constructor(count: number, seed: number, purpose: Purpose, draw: number) {
    this.#places = new Int32Array(count);
    for (let n = 0; n < count; n++) this.#places[n] = n;
    this.#seed = seed;
    this.#purpose = purpose;
    this.#draw = draw;
  }

  /** The next one; −1 when all are taken. */
  next(): number {
    const places = this.#places;
    const left = places.length - this.#taken;
    if (left === 0) return -1;
    const other = this.#taken + choose(left, this.#seed, this.#purpose, this.#draw, this.#taken);
    const found = places[other]!;
    places[other] = places[this.#taken]!;
    places[this.#taken++] = found;
    return found;
  }

  /** All that are left, in order. */
  rest(): number[] {
    const all: number[] = [];
    for (let one = this.next(); one >= 0; one = this.next()) all.push(one);
    return all;
  }
}
