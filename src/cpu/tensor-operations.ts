// The encoder's operations on the CPU. Matrix products and attention go to the pool; row-wise ones are too short to be worth posting
// and run here.
import type { Activation, BackendTensor, PhaseTiming, RunControl, TensorOperations } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { JobKind } from './jobs.ts';
import { LANES } from './key-layout.ts';
import { layerNorm } from './layer-norm.ts';
import type { Pool } from './pool.ts';
import { CpuPreparedProblem } from './prepared-problem.ts';
import { CpuResidentTensors } from './resident-tensors.ts';
import type { JobGroup } from './task.ts';

let created = 0;

/** What a chain wants to know of its operations: how long they computed. Its signal reaches all of them. */
export interface Meter {
  kernelMs: number;
  processorMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class CpuTensor implements BackendTensor {
  readonly rows: number;
  readonly columns: number;
  readonly owner = `matrix-${created++}/`;
  private readonly pool: Pool;
  private numbers: Float32Array | null;

  constructor(pool: Pool, numbers: Float32Array, rows: number, columns: number) {
    this.pool = pool;
    this.numbers = numbers;
    this.rows = rows;
    this.columns = columns;
  }

  get data(): Float32Array {
    if (this.numbers === null) throw new AttentionError('disposed', { field: 'tensor' });
    return this.numbers;
  }

  dispose(): void {
    this.numbers = null;
    this.pool.release(this.owner);
  }
}

export function own(tensor: BackendTensor): CpuTensor {
  if (tensor instanceof CpuTensor) return tensor;
  throw new AttentionError('internal', { field: 'tensor', allowed: 'a tensor of this backend' });
}

export class CpuTensorOperations implements TensorOperations {
  protected readonly pool: Pool;
  private readonly meter: Meter | null;

  constructor(pool: Pool, meter: Meter | null = null) {
    this.pool = pool;
    this.meter = meter;
  }

  async upload(data: Float32Array, rows: number, columns: number): Promise<BackendTensor> {
    if (data.length !== rows * columns)
      throw new AttentionError('shape-mismatch', {
        field: 'data',
        value: data.length,
        allowed: `${rows} × ${columns} numbers`,
      });
    return this.tensor(data.slice(), rows, columns);
  }

  async read(tensor: BackendTensor): Promise<Float32Array> {
    return own(tensor).data.slice();
  }

  async linear(
    x: BackendTensor,
    weight: BackendTensor,
    bias: BackendTensor | null,
    activation: Activation,
  ): Promise<BackendTensor> {
    const input = own(x);
    const matrix = own(weight);
    const { rows: I, columns: O } = matrix;
    requireColumns('x', input, I);
    if (bias !== null) requireColumns('bias', bias, O);
    const product = new Float32Array(input.rows * O);
    const group: JobGroup = {
      holdings: [
        {
          key: `${matrix.owner}packed`,
          byteLength: 8 * I * Math.ceil(O / LANES) * LANES,
          make: () => ({ kind: 'matrix', data: matrix.data.slice(), rows: I, columns: O }),
        },
      ],
      costs: new Float64Array(input.rows).fill((I / 2 + 4) * O * 2),
      job: (from, to) => {
        const rows = input.data.slice(from * I, to * I);
        const job = {
          kind: 'linear' as const,
          x: rows,
          rows: to - from,
          weight: `${matrix.owner}packed`,
          bias: bias === null ? null : own(bias).data,
          activation,
        };
        return { job, transfer: [rows.buffer] };
      },
      absorb: ([block], from) => product.set(block!, from * O),
    };
    await this.run('linear', [group]);
    return this.tensor(product, input.rows, O);
  }

  async layerNorm(
    x: BackendTensor,
    gamma: BackendTensor,
    beta: BackendTensor,
    epsilon: number,
  ): Promise<BackendTensor> {
    requireColumns('gamma', gamma, x.columns);
    requireColumns('beta', beta, x.columns);
    const normalise = () => layerNorm(own(x).data, x.rows, own(gamma).data, own(beta).data, epsilon);
    return this.tensor(this.here(normalise), x.rows, x.columns);
  }

  async add(a: BackendTensor, b: BackendTensor): Promise<BackendTensor> {
    requireColumns('b', b, a.columns);
    const right = own(b).data;
    const sum = this.here(() => own(a).data.map((value, index) => value + right[index]!));
    return this.tensor(sum, a.rows, a.columns);
  }

  async splitHeads(
    fused: BackendTensor,
    [start, end]: [number, number],
    heads: number,
    kvHeads = heads,
  ): Promise<{ q: BackendTensor; k: BackendTensor; v: BackendTensor }> {
    const { data, columns } = own(fused);
    const length = end - start;
    const headDim = columns / (heads + 2 * kvHeads);
    const stack = (first: number, count: number) => {
      const stacked = new Float32Array(count * length * headDim);
      for (let h = 0; h < count; h++)
        for (let i = 0; i < length; i++) {
          const from = (start + i) * columns + (first + h) * headDim;
          stacked.set(data.subarray(from, from + headDim), (h * length + i) * headDim);
        }
      return this.tensor(stacked, count * length, headDim);
    };
    return this.here(() => ({
      q: stack(0, heads),
      k: stack(heads, kvHeads),
      v: stack(heads + kvHeads, kvHeads),
    }));
  }

  async mergeHeads(parts: BackendTensor[], heads: number): Promise<BackendTensor> {
    const headDim = parts[0]?.columns ?? 0;
    const rows = parts.reduce((sum, part) => sum + part.rows / heads, 0);
    const merged = new Float32Array(rows * heads * headDim);
    let top = 0;
    this.here(() => {
      for (const part of parts) {
        const { data } = own(part);
        const length = part.rows / heads;
        for (let h = 0; h < heads; h++)
          for (let i = 0; i < length; i++) {
            const from = (h * length + i) * headDim;
            merged.set(data.subarray(from, from + headDim), ((top + i) * heads + h) * headDim);
          }
        top += length;
      }
    });
    return this.tensor(merged, rows, heads * headDim);
  }

  async attend(
    problem: ResolvedProblem,
    q: BackendTensor,
    k: BackendTensor,
    v: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor> {
    return this.withProblem(problem, q, k, v, async (prepared) => {
      const { output, timing } = await prepared.read(control);
      this.count(timing);
      return this.tensor(output, problem.heads * problem.queryLength, problem.headDim);
    });
  }

  async attentionWeights(
    problem: ResolvedProblem,
    q: BackendTensor,
    k: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor> {
    return this.withProblem(problem, q, k, k, async (prepared) => {
      const weights = await prepared.denseWeights(control);
      return this.tensor(weights, problem.heads * problem.queryLength, problem.keyLength);
    });
  }

  /** Work of the pool, counted where somebody counts. */
  protected async run(kind: JobKind, groups: JobGroup[], control: RunControl = {}): Promise<PhaseTiming> {
    const timing = await this.pool.run(kind, groups, { signal: this.meter?.signal ?? control.signal });
    this.count(timing);
    return timing;
  }

  /** Work of this thread, too short to be posted. */
  private here<T>(act: () => T): T {
    const started = performance.now();
    const result = act();
    const elapsed = performance.now() - started;
    this.count({ kernel: elapsed, processor: elapsed });
    return result;
  }

  private count({ kernel = 0, processor = 0 }: PhaseTiming): void {
    if (!this.meter) return;
    this.meter.kernelMs += kernel;
    this.meter.processorMs += processor;
  }

  protected tensor(data: Float32Array, rows: number, columns: number): CpuTensor {
    return new CpuTensor(this.pool, data, rows, columns);
  }

  private async withProblem<T>(
    problem: ResolvedProblem,
    q: BackendTensor,
    k: BackendTensor,
    v: BackendTensor,
    use: (prepared: CpuPreparedProblem) => Promise<T>,
  ): Promise<T> {
    const tensors = { q: own(q).data, k: own(k).data, v: own(v).data };
    const resident = new CpuResidentTensors(this.pool, problem, tensors);
    const prepared = new CpuPreparedProblem(this.pool, problem, resident);
    try {
      return await use(prepared);
    } finally {
      prepared.dispose();
      resident.dispose();
    }
  }
}

export function requireColumns(field: string, tensor: BackendTensor, columns: number): void {
  if (tensor.columns !== columns)
    throw new AttentionError('shape-mismatch', { field, value: tensor.columns, allowed: `${columns} columns` });
}
