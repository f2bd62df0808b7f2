// Q, K and V as the CPU backend keeps them: float32, or halves in 16 bits, in the calling thread. Threads get one head's K and V when they first work on it.
import type { PhaseTiming, ResidentTensors } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { AttentionTensors, ResolvedProblem, TensorStorage } from '../contract/problem.ts';
import { fromHalves, toHalves } from '../theory/half-precision.ts';
import { layOutKeys, LANES, paddedLength } from './key-layout.ts';
import type { Pool } from './pool.ts';
import type { Holding } from './task.ts';

let created = 0;

/** Numbers as they are kept: float32, or the bits of halves. */
type Kept = Float32Array | Uint16Array;

function keep(numbers: Float32Array, storage: TensorStorage): Kept {
  return storage === 'f16' ? toHalves(numbers) : numbers.slice();
}

/** A part of what is kept, as fresh float32. */
function unpack(kept: Kept, start: number, end: number): Float32Array {
  // `slice`, not `subarray`: posting a view would copy the whole stack.
  return kept instanceof Uint16Array ? fromHalves(kept.subarray(start, end)) : kept.slice(start, end);
}

export class CpuResidentTensors implements ResidentTensors {
  readonly heads: number;
  readonly kvHeads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly headDim: number;
  readonly storage: TensorStorage;
  readonly byteLength: number;
  readonly timing: PhaseTiming = {};
  private numbers: { q: Kept; k: Kept; v: Kept } | null;
  private readonly owner = `tensors-${created++}/`;
  private readonly pool: Pool;

  constructor(pool: Pool, problem: ResolvedProblem, tensors: AttentionTensors) {
    this.pool = pool;
    const { storage } = problem;
    const [q, k, v] = [keep(tensors.q, storage), keep(tensors.k, storage), keep(tensors.v, storage)];
    this.numbers = { q, k, v };
    this.storage = storage;
    this.byteLength = q.byteLength + k.byteLength + v.byteLength;
    this.heads = problem.heads;
    this.kvHeads = problem.kvHeads;
    this.queryLength = problem.queryLength;
    this.keyLength = problem.keyLength;
    this.headDim = problem.headDim;
  }

  private get tensors(): { q: Kept; k: Kept; v: Kept } {
    if (this.numbers === null) throw new AttentionError('disposed', { field: 'tensors' });
    return this.numbers;
  }

  keysOf(kvHead: number, dilation: number): Holding {
    return this.holding('keys', kvHead, dilation, this.headDim);
  }

  valuesOf(kvHead: number, dilation: number): Holding {
    return this.holding('values', kvHead, dilation, Math.ceil(this.headDim / LANES) * LANES);
  }

  /** Queries `rows` of one head, gathered `[rows, D]`. */
  gatherQueries(head: number, rows: Int32Array): Float32Array {
    const D = this.headDim;
    const { q } = this.tensors;
    const gathered = q instanceof Uint16Array ? new Uint16Array(rows.length * D) : new Float32Array(rows.length * D);
    const start = head * this.queryLength;
    for (let r = 0; r < rows.length; r++) {
      const from = (start + rows[r]!) * D;
      gathered.set(q.subarray(from, from + D), r * D);
    }
    return gathered instanceof Uint16Array ? fromHalves(gathered) : gathered;
  }

  dispose(): void {
    this.numbers = null;
    this.pool.release(this.owner);
  }

  private holding(kind: 'keys' | 'values', kvHead: number, dilation: number, width: number): Holding {
    const { keyLength, headDim } = this;
    const size = keyLength * headDim;
    return {
      key: `${this.owner}${kind}/${kvHead}/${dilation}`,
      byteLength: 8 * width * paddedLength(layOutKeys(keyLength, dilation)),
      make: () => {
        const { k, v } = this.tensors;
        const data = unpack(kind === 'keys' ? k : v, kvHead * size, (kvHead + 1) * size);
        return { kind, data, keyLength, headDim, dilation };
      },
    };
  }
}
