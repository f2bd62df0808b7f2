// The first positions and heads of a source, as tensors of their own. The source's arrays stay as they are.
import { keyHeadsFor, type AttentionProblem, type AttentionTensors } from '../contract/problem.ts';

/** Q, K and V of an open source: q `[H, N, D]`, k and v `[G, M, D]`. */
export interface SourceTensors {
  readonly heads: number;
  readonly kvHeads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly headDim: number;
  /** The model's own factor for q·k; null for 1/sqrt(headDim). */
  readonly scale: number | null;
  readonly tensors: AttentionTensors;
}

export interface Cut {
  /** The problem without a mask. */
  readonly shape: AttentionProblem;
  readonly tensors: AttentionTensors;
}

/** How many keys belong to the first `length` queries: every query keeps its position on the key axis. */
export function cutKeyLength(length: number, queryLength: number, keyLength: number): number {
  return Math.max(1, length + keyLength - queryLength);
}

/** Of `heads` blocks the one named by `from(head)`, and of each its first `rows` rows. */
function takeRows(
  data: Float32Array,
  stored: { rows: number; columns: number },
  heads: number,
  rows: number,
  from: (head: number) => number,
): Float32Array {
  const { columns } = stored;
  const taken = new Float32Array(heads * rows * columns);
  for (let head = 0; head < heads; head++) {
    const start = from(head) * stored.rows * columns;
    taken.set(data.subarray(start, start + rows * columns), head * rows * columns);
  }
  return taken;
}

/** Query heads `0…heads` need these key heads. When the cut splits a group unevenly, each query head gets a copy of its own. */
function cutKeyHeads(source: SourceTensors, heads: number): { kvHeads: number; from: (head: number) => number } {
  const group = source.heads / source.kvHeads;
  const kvHeads = keyHeadsFor(heads, group);
  return { kvHeads, from: (head) => (kvHeads === heads ? Math.floor(head / group) : head) };
}

export function cutTensors(source: SourceTensors, length: number, heads: number): Cut {
  const { headDim: columns, tensors } = source;
  const keyLength = cutKeyLength(length, source.queryLength, source.keyLength);
  const { kvHeads, from } = cutKeyHeads(source, heads);
  const keys = { rows: source.keyLength, columns };
  return {
    shape: {
      heads,
      kvHeads,
      queryLength: length,
      keyLength,
      headDim: columns,
      ...(source.scale === null ? {} : { scale: source.scale }),
    },
    tensors: {
      q: takeRows(tensors.q, { rows: source.queryLength, columns }, heads, length, (head) => head),
      k: takeRows(tensors.k, keys, kvHeads, keyLength, from),
      v: takeRows(tensors.v, keys, kvHeads, keyLength, from),
    },
  };
}
