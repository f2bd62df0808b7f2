// What the page is looking at: full attention and its windowed variant of one source, ready for pictures and rows.
// Two kinds: computed from tensors on a backend (`attention-pair.ts`), or a ready matrix (`matrix-pair.ts`).
import type { RowStatistics, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { Variant } from '../contract/workbench.ts';
import type { RowArithmetic } from './row-steps.ts';

export interface ShownPair {
  readonly heads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  weights(variant: Variant, view: WeightsView, control: RunControl): Promise<Float32Array>;
  statistics(variant: Variant, control: RunControl): Promise<RowStatistics>;
  logSumExp(variant: Variant, head: number, query: number): number;
  steps(variant: Variant, head: number, query: number): RowArithmetic;
  /** scale · q·k `[columns]` of one query and a range of keys, whether seen or not; null where there are no queries and keys. */
  scores(head: number, query: number, columns: readonly [number, number]): Float32Array | null;
  dispose(): void;
}

/** Holds one pair; a pair that is replaced while a picture is drawn from it is freed when that picture is done. */
export class HeldPair {
  readonly generation: number;
  readonly pair: ShownPair;
  #users = 0;
  #isRetired = false;

  /** Owns the pair. */
  constructor(generation: number, pair: ShownPair) {
    this.generation = generation;
    this.pair = pair;
  }

  async use<T>(act: (pair: ShownPair) => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await act(this.pair);
    } finally {
      this.#users--;
      this.#freeIfDone();
    }
  }

  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    this.#freeIfDone();
  }

  #freeIfDone(): void {
    if (this.#isRetired && this.#users === 0) this.pair.dispose();
  }
}

function requireIndex(field: string, value: number, count: number): void {
  if (Number.isInteger(value) && value >= 0 && value < count) return;
  throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from 0 to ${count - 1}` });
}

export function requireRow(pair: ShownPair, head: number, query: number): void {
  requireIndex('head', head, pair.heads);
  requireIndex('query', query, pair.queryLength);
}
