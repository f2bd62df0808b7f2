// Q, K and V as the CPU backend keeps them: float32 in the calling thread. Threads get one head's K and V when they first work on it.
import type { PhaseTiming, ResidentTensors } from '../contract/backend.ts';
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
  readonly tensors: AttentionTensors;
  private readonly owner = `tensors-${created++}/`;
  private readonly pool: Pool;

  /** Keeps `tensors` as they are: copy first what the caller may change. */
  constructor(pool: Pool, problem: ResolvedProblem, tensors: AttentionTensors) {
    this.pool = pool;
    this.tensors = tensors;
    this.heads = problem.heads;
    this.kvHeads = problem.kvHeads;
    this.queryLength = problem.queryLength;
    this.keyLength = problem.keyLength;
    this.headDim = problem.headDim;
  }

  keysOf(kvHead: number, dilation: number): Holding {
    return this.holding('keys', this.tensors.k, kvHead, dilation, this.headDim);
  }

  valuesOf(kvHead: number, dilation: number): Holding {
    return this.holding('values', this.tensors.v, kvHead, dilation, Math.ceil(this.headDim / LANES) * LANES);
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
    this.pool.release(this.owner);
  }

  private holding(
    kind: 'keys' | 'values',
    stack: Float32Array,
    kvHead: number,
    dilation: number,
    width: number,
  ): Holding {
    const { keyLength, headDim } = this;
    const size = keyLength * headDim;
    return {
      key: `${this.owner}${kind}/${kvHead}/${dilation}`,
      byteLength: 8 * width * paddedLength(layOutKeys(keyLength, dilation)),
      // `slice`, not `subarray`: posting a view would copy the whole stack.
      make: () => ({ kind, data: stack.slice(kvHead * size, (kvHead + 1) * size), keyLength, headDim, dilation }),
    };
  }
}
