// Recurrence, convolution and 8-bit weights on the CPU. Twin of `gpu/sequence-operations.ts`. Convolutions go to all threads; a recurrence
// to one, in pieces of some ten milliseconds, so that it can be given up.
import type { Activation, BackendTensor, RunControl } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import { GATES, type RecurrentKind, type ScanPlan } from '../contract/mixers.ts';
import type { SequenceOperations, TapSpacing } from '../contract/sequence-operations.ts';
import { cutWindow } from './convolution-rows.ts';
import type { Job } from './jobs.ts';
import { LANES } from './key-layout.ts';
import type { Pool } from './pool.ts';
import type { Holding, JobGroup } from './task.ts';
import { CpuTensor, CpuTensorOperations, own, requireColumns } from './tensor-operations.ts';

/** Multiply-adds of a recurrence's first piece, and how long a piece should take. */
const FIRST_PIECE = 2e6;
const PIECE_MS = 10;

class CpuInt8Tensor implements BackendTensor {
  readonly rows: number;
  readonly columns: number;
  readonly holding: Holding;
  private readonly free: () => void;

  constructor(pool: Pool, owner: string, values: Int8Array, scales: Float32Array, rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.holding = {
      key: `${owner}packed`,
      byteLength: values.length + 4 * columns,
      make: () => ({ kind: 'int8', data: values.slice(), scales, rows, columns }),
    };
    this.free = () => pool.release(owner);
  }

  dispose(): void {
    this.free();
  }
}

let created = 0;

function packedMatrix(matrix: CpuTensor): Holding {
  const { rows, columns } = matrix;
  return {
    key: `${matrix.owner}packed`,
    byteLength: 8 * rows * Math.ceil(columns / LANES) * LANES,
    make: () => ({ kind: 'matrix', data: matrix.data.slice(), rows, columns }),
  };
}

export class CpuSequenceOperations extends CpuTensorOperations implements SequenceOperations {
  async uploadInt8(values: Int8Array, scales: Float32Array, rows: number, columns: number): Promise<BackendTensor> {
    if (values.length !== rows * columns || scales.length !== columns)
      throw new AttentionError('shape-mismatch', {
        field: 'values',
        value: values.length,
        allowed: `${rows} × ${columns} numbers and ${columns} scales`,
      });
    return new CpuInt8Tensor(this.pool, `int8-${created++}/`, values.slice(), scales.slice(), rows, columns);
  }

  override async linear(
    x: BackendTensor,
    weight: BackendTensor,
    bias: BackendTensor | null,
    activation: Activation,
  ): Promise<BackendTensor> {
    if (!(weight instanceof CpuInt8Tensor)) return super.linear(x, weight, bias, activation);
    const { rows: I, columns: O, holding } = weight;
    requireColumns('x', x, I);
    if (bias !== null) requireColumns('bias', bias, O);
    const offsets = bias === null ? null : own(bias).data;
    return this.byRows('linear-int8', x.rows, O, (I / 2 + 4) * O * 2, [holding], (from, to) => {
      const rows = own(x).data.slice(from * I, to * I);
      const common = { rows: to - from, weight: holding.key, bias: offsets, activation };
      return { job: { kind: 'linear-int8', x: rows, ...common }, transfer: [rows.buffer] };
    });
  }

  scanPlan(): ScanPlan {
    return 'one-thread';
  }

  async scan(
    kind: RecurrentKind,
    gates: BackendTensor,
    recurrent: BackendTensor,
    bias: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor> {
    const columns = gates.columns;
    const d = columns / GATES[kind];
    requireColumns('recurrent', recurrent, columns);
    requireColumns('bias', bias, columns);
    const { data } = own(gates);
    const holding = packedMatrix(own(recurrent));
    const states = new Float32Array(gates.rows * d);
    let carried: Float32Array = new Float32Array(2 * d);
    let piece = Math.max(1, Math.floor(FIRST_PIECE / (columns * d)));
    let done = 0;
    while (done < gates.rows) {
      const start = done;
      const steps = Math.min(piece, gates.rows - start);
      const input = data.slice(start * columns, (start + steps) * columns);
      const group: JobGroup = {
        holdings: [holding],
        costs: Float64Array.of(steps * columns * d),
        job: () => ({
          job: {
            kind: 'scan',
            cell: kind,
            gates: input,
            steps,
            recurrent: holding.key,
            bias: own(bias).data,
            carried,
          },
          transfer: [input.buffer],
        }),
        absorb: ([made, last]) => {
          states.set(made!, start * d);
          carried = last!;
        },
      };
      const { kernel = PIECE_MS } = await this.run('scan', [group], control);
      piece = Math.max(1, Math.min(4 * steps, Math.ceil((steps * PIECE_MS) / Math.max(kernel, 0.1))));
      done += steps;
      control.onProgress?.(done / gates.rows);
    }
    return this.tensor(states, gates.rows, d);
  }

  async convolve(
    x: BackendTensor,
    taps: BackendTensor,
    bias: BackendTensor,
    spacing: TapSpacing,
  ): Promise<BackendTensor> {
    const { rows, columns: I } = x;
    const O = taps.columns;
    requireColumns('bias', bias, O);
    const holding = packedMatrix(own(taps));
    const cost = (spacing.taps * (I / 2) + 4) * O * 2;
    return this.byRows('convolution', rows, O, cost, [holding], (from, to) => {
      const cut = cutWindow(own(x).data, I, rows, [from, to], spacing);
      const job = { kind: 'convolution' as const, x: cut, weight: holding.key, bias: own(bias).data, spacing };
      return { job, transfer: [cut.data.buffer as ArrayBuffer] };
    });
  }

  async depthwise(x: BackendTensor, taps: BackendTensor, spacing: TapSpacing): Promise<BackendTensor> {
    const { rows, columns: C } = x;
    requireColumns('taps', taps, C);
    return this.byRows('depthwise', rows, C, (spacing.taps + 1) * C, [], (from, to) => {
      const cut = cutWindow(own(x).data, C, rows, [from, to], spacing);
      const job = { kind: 'depthwise' as const, x: cut, taps: own(taps).data, spacing };
      return { job, transfer: [cut.data.buffer as ArrayBuffer] };
    });
  }

  /** Rows of a result `[rows, columns]`, shared out among the threads. */
  private async byRows(
    kind: Job['kind'],
    rows: number,
    columns: number,
    cost: number,
    holdings: Holding[],
    job: JobGroup['job'],
  ): Promise<BackendTensor> {
    const result = new Float32Array(rows * columns);
    const costs = new Float64Array(rows).fill(cost);
    const absorb: JobGroup['absorb'] = ([block], from) => result.set(block!, from * columns);
    await this.run(kind, [{ holdings, costs, job, absorb }], {});
    return this.tensor(result, rows, columns);
  }
}
