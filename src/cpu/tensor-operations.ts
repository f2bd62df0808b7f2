// The encoder's operations on the CPU. Matrix products and attention go to the pool; row-wise ones are too short to be worth posting
// and run here.
import type { Activation, BackendTensor, RunControl, TensorOperations } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { LANES } from './key-layout.ts';
import { layerNorm } from './layer-norm.ts';
import type { Pool } from './pool.ts';
import { CpuPreparedProblem } from './prepared-problem.ts';
import { CpuResidentTensors } from './resident-tensors.ts';
import type { JobGroup } from './task.ts';

let created = 0;

class CpuTensor implements BackendTensor {
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

function own(tensor: BackendTensor): CpuTensor {
  if (tensor instanceof CpuTensor) return tensor;
  throw new AttentionError('internal', { field: 'tensor', allowed: 'a tensor of this backend' });
}

export class CpuTensorOperations implements TensorOperations {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
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
    await this.pool.run('linear', [group], {});
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
    return this.tensor(layerNorm(own(x).data, x.rows, own(gamma).data, own(beta).data, epsilon), x.rows, x.columns);
  }

  async add(a: BackendTensor, b: BackendTensor): Promise<BackendTensor> {
    requireColumns('b', b, a.columns);
    const right = own(b).data;
    return this.tensor(
      own(a).data.map((value, index) => value + right[index]!),
      a.rows,
      a.columns,
    );
  }

  async splitHeads(
    fused: BackendTensor,
    [start, end]: [number, number],
    heads: number,
  ): Promise<{ q: BackendTensor; k: BackendTensor; v: BackendTensor }> {
    const { data, columns } = own(fused);
    const length = end - start;
    const headDim = columns / (3 * heads);
    const stack = (part: number) => {
      const stacked = new Float32Array(heads * length * headDim);
      for (let h = 0; h < heads; h++)
        for (let i = 0; i < length; i++) {
          const from = (start + i) * columns + (part * heads + h) * headDim;
          stacked.set(data.subarray(from, from + headDim), (h * length + i) * headDim);
        }
      return this.tensor(stacked, heads * length, headDim);
    };
    return { q: stack(0), k: stack(1), v: stack(2) };
  }

  async mergeHeads(parts: BackendTensor[], heads: number): Promise<BackendTensor> {
    const headDim = parts[0]?.columns ?? 0;
    const rows = parts.reduce((sum, part) => sum + part.rows / heads, 0);
    const merged = new Float32Array(rows * heads * headDim);
    let top = 0;
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
      const { output } = await prepared.read(control);
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

  private tensor(data: Float32Array, rows: number, columns: number): CpuTensor {
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

function requireColumns(field: string, tensor: BackendTensor, columns: number): void {
  if (tensor.columns !== columns)
    throw new AttentionError('shape-mismatch', { field, value: tensor.columns, allowed: `${columns} columns` });
}
