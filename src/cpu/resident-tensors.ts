// Q, K and V as the CPU backend keeps them: float32 in the calling thread. Threads get one head's K and V when they first work on it.
import type { PhaseTiming, ResidentTensors } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { AttentionTensors, ResolvedProblem } from '../contract/problem.ts';
import { layOutKeys, LANES, paddedLength } from './key-layout.ts';
import type { Pool } from './pool.ts';
import type { Holding } from './task.ts';

let created = 0;

export class CpuResidentTensors implements ResidentTensors {
  readonly heads: number;
  readonly kvHeads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly headDim: number;
  readonly timing: PhaseTiming = {};
  private numbers: AttentionTensors | null;
  private readonly owner = `tensors-${created++}/`;
  private readonly pool: Pool;

  /** Keeps `tensors` as they are: copy first what the caller may change. */
  constructor(pool: Pool, problem: ResolvedProblem, tensors: AttentionTensors) {
    this.pool = pool;
    this.numbers = tensors;
    this.heads = problem.heads;
    this.kvHeads = problem.kvHeads;
    this.queryLength = problem.queryLength;
    this.keyLength = problem.keyLength;
    this.headDim = problem.headDim;
  }

  private get tensors(): AttentionTensors {
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
    const gathered = new Float32Array(rows.length * D);
    const start = head * this.queryLength;
    for (let r = 0; r < rows.length; r++) {
      const from = (start + rows[r]!) * D;
      gathered.set(this.tensors.q.subarray(from, from + D), r * D);
    }
    return gathered;
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
      // `slice`, not `subarray`: posting a view would copy the whole stack.
      make: () => {
        const { k, v } = this.tensors;
        const data = (kind === 'keys' ? k : v).slice(kvHead * size, (kvHead + 1) * size);
        return { kind, data, keyLength, headDim, dilation };
      },
    };
  }
}
