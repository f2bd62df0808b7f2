// One problem on resident tensors: cuts each head's queries into jobs for the pool and puts the answers together.
import type { PhaseTiming, PreparedProblem, RowStatistics, RunAnswer, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { Job } from './jobs.ts';
import { effectiveMask } from './key-layout.ts';
import { blockOf } from './pooled-weights.ts';
import type { Pool } from './pool.ts';
import type { CpuResidentTensors } from './resident-tensors.ts';
import { orderRows, rowCost } from './row-groups.ts';
import type { Holding, JobGroup } from './task.ts';

interface Answer {
  output: Float32Array;
  logSumExp: Float32Array;
}

export class CpuPreparedProblem implements PreparedProblem {
  readonly problem: ResolvedProblem;
  private readonly pool: Pool;
  private readonly resident: CpuResidentTensors;
  private readonly dilation: number;
  private order: Int32Array | null = null;
  private costs: Float64Array | null = null;
  private answer: Answer | null = null;
  /** Of the last run, or adopted. */
  private logSumExp: Float32Array | null = null;
  private isDisposed = false;

  constructor(pool: Pool, problem: ResolvedProblem, resident: CpuResidentTensors) {
    this.pool = pool;
    this.problem = problem;
    this.resident = resident;
    this.dilation = effectiveMask(problem).dilation;
  }

  async run(times: number, control: RunControl): Promise<PhaseTiming> {
    const { heads, queryLength, headDim } = this.problem;
    const total: PhaseTiming = { kernel: 0, processor: 0, upload: 0, readback: 0 };
    this.requireAlive();
    if (times < 1) return total;
    const answer = {
      output: new Float32Array(heads * queryLength * headDim),
      logSumExp: new Float32Array(heads * queryLength),
    };
    const groups = this.attentionGroups(answer);
    for (let time = 0; time < times; time++) {
      const onProgress = control.onProgress && ((done: number) => control.onProgress?.((time + done) / times));
      const timing = await this.pool.run('attention', groups, { signal: control.signal, onProgress });
      total.kernel! += timing.kernel!;
      total.processor! += timing.processor!;
      total.upload! += timing.upload!;
      total.readback! += timing.readback!;
    }
    this.answer = answer;
    this.logSumExp = answer.logSumExp;
    return total;
  }

  async runAndRead(control: RunControl): Promise<RunAnswer> {
    const ran = await this.run(1, control);
    const { timing, ...answer } = await this.read(control);
    return { ...answer, timing: { ...ran, readback: ran.readback! + timing.readback! }, overview: null };
  }

  async read(control: RunControl): Promise<Answer & { timing: PhaseTiming }> {
    this.requireAlive();
    const timing = await this.runOnce(control);
    const started = performance.now();
    const output = this.answer!.output.slice();
    const logSumExp = this.answer!.logSumExp.slice();
    return {
      output,
      logSumExp,
      timing: { ...timing, readback: (timing.readback ?? 0) + performance.now() - started },
    };
  }

  adoptLogSumExp(logSumExp: Float32Array): void {
    this.requireAlive();
    this.logSumExp = logSumExp.slice();
  }

  async weights(view: WeightsView, control: RunControl): Promise<{ values: Float32Array; timing: PhaseTiming }> {
    this.requireAlive();
    if (this.logSumExp === null) await this.run(1, { signal: control.signal });
    const values = new Float32Array(view.height * view.width);
    const timing = await this.pool.run('weights', [this.weightsGroup(view, values)], control);
    if (view.pooling === 'mean') divideByBlockSizes(values, view);
    return { values, timing };
  }

  async statistics(control: RunControl): Promise<RowStatistics> {
    this.requireAlive();
    if (this.logSumExp === null) await this.run(1, { signal: control.signal });
    const { heads, queryLength } = this.problem;
    const entropy = new Float32Array(heads * queryLength);
    const meanDistance = new Float32Array(heads * queryLength);
    const topWeight = new Float32Array(heads * queryLength);
    const topKey = new Int32Array(heads * queryLength);
    const groups = this.perHead((head) => ({
      holdings: [this.keys(head)],
      job: (rows) => ({
        kind: 'statistics',
        keys: this.keys(head).key,
        logSumExp: this.gatherLogSumExp(head, rows),
      }),
      absorb: ([entropies, distances, weights, keys], rows) =>
        rows.forEach((row, r) => {
          entropy[head * queryLength + row] = entropies![r]!;
          meanDistance[head * queryLength + row] = distances![r]!;
          topWeight[head * queryLength + row] = weights![r]!;
          topKey[head * queryLength + row] = keys![r]!;
        }),
    }));
    await this.pool.run('statistics', groups, control);
    return { entropy, meanDistance, topWeight, topKey };
  }

  /** Dense weights of every head `[H·N, M]`; needs no run before. */
  async denseWeights(control: RunControl): Promise<Float32Array> {
    this.requireAlive();
    const { heads, queryLength, keyLength } = this.problem;
    const weights = new Float32Array(heads * queryLength * keyLength);
    const groups = this.perHead((head) => ({
      holdings: [this.keys(head)],
      job: () => ({ kind: 'dense-weights', keys: this.keys(head).key }),
      absorb: ([block], rows) => scatterRows(block!, rows, weights, head * queryLength, keyLength),
    }));
    await this.pool.run('dense-weights', groups, control);
    return weights;
  }

  dispose(): void {
    this.isDisposed = true;
    this.answer = null;
    this.logSumExp = null;
  }

  private requireAlive(): void {
    if (this.isDisposed) throw new AttentionError('disposed');
  }

  private async runOnce(control: RunControl): Promise<PhaseTiming> {
    return this.answer === null ? this.run(1, control) : {};
  }

  private kvHead(head: number): number {
    return Math.floor(head / (this.problem.heads / this.problem.kvHeads));
  }

  private keys(head: number): Holding {
    return this.resident.keysOf(this.kvHead(head), this.dilation);
  }

  private attentionGroups(answer: Answer): JobGroup[] {
    const { queryLength, headDim } = this.problem;
    return this.perHead((head) => {
      const keys = this.keys(head);
      const values = this.resident.valuesOf(this.kvHead(head), this.dilation);
      return {
        holdings: [keys, values],
        job: () => ({ kind: 'attention', keys: keys.key, values: values.key }),
        absorb: ([output, logSumExp], rows) => {
          scatterRows(output!, rows, answer.output, head * queryLength, headDim);
          scatterRows(logSumExp!, rows, answer.logSumExp, head * queryLength, 1);
        },
      };
    });
  }

  private weightsGroup(view: WeightsView, values: Float32Array): JobGroup {
    const [rowStart, rowEnd] = view.rows;
    const columnSpan = view.columns[1] - view.columns[0];
    const order = orderRows(this.problem, rowStart, rowEnd);
    const costs = Float64Array.from(order, (row) =>
      Math.min(rowCost(this.problem, row), (columnSpan + 8) * this.problem.headDim),
    );
    const blockRow = (row: number) => blockOf(row - rowStart, rowEnd - rowStart, view.height);
    const keys = this.keys(view.head);
    return this.headGroup(view.head, order, costs, {
      holdings: [keys],
      job: (rows) => ({ kind: 'weights', keys: keys.key, view, logSumExp: this.gatherLogSumExp(view.head, rows) }),
      absorb: ([part], rows) => {
        const offset = rows.reduce((least, row) => Math.min(least, blockRow(row)), view.height) * view.width;
        if (view.pooling === 'max') part!.forEach((x, at) => (values[offset + at] = Math.max(values[offset + at]!, x)));
        else part!.forEach((x, at) => (values[offset + at]! += x));
      },
    });
  }

  private gatherLogSumExp(head: number, rows: Int32Array): Float32Array {
    const logSumExp = this.logSumExp!;
    return Float32Array.from(rows, (row) => logSumExp[head * this.problem.queryLength + row]!);
  }

  private perHead(part: (head: number) => HeadPart): JobGroup[] {
    const order = (this.order ??= orderRows(this.problem, 0, this.problem.queryLength));
    const costs = (this.costs ??= Float64Array.from(order, (row) => rowCost(this.problem, row)));
    return Array.from({ length: this.problem.heads }, (_, head) => this.headGroup(head, order, costs, part(head)));
  }

  private headGroup(head: number, order: Int32Array, costs: Float64Array, part: HeadPart): JobGroup {
    return {
      holdings: part.holdings,
      costs,
      job: (from, to) => {
        const rows = order.slice(from, to);
        const q = this.resident.gatherQueries(head, rows);
        const job = { ...part.job(rows), problem: this.problem, rows, q } as Job;
        return { job, transfer: [rows.buffer, q.buffer] };
      },
      absorb: (arrays, from, to) => part.absorb(arrays, order.subarray(from, to)),
    };
  }
}

type HeadJob = Exclude<Job, { kind: 'linear' | 'multiply-add' | 'copy' }>;
/** What is particular to a kind of job on one head; problem, rows and queries are filled in. */
interface HeadPart {
  holdings: Holding[];
  job(
    rows: Int32Array,
  ): HeadJob extends infer J ? (J extends HeadJob ? Omit<J, 'problem' | 'rows' | 'q'> : never) : never;
  absorb(arrays: Float32Array[], rows: Int32Array): void;
}

/** `to[firstRow + rows[r]] = from[r]`, rows `width` numbers wide. */
function scatterRows(from: Float32Array, rows: Int32Array, to: Float32Array, firstRow: number, width: number): void {
  for (let r = 0; r < rows.length; r++)
    to.set(from.subarray(r * width, (r + 1) * width), (firstRow + rows[r]!) * width);
}

function divideByBlockSizes(values: Float32Array, { rows, columns, height, width }: WeightsView): void {
  const sizes = ([start, end]: [number, number], blocks: number) =>
    Array.from({ length: blocks }, (_, b) => {
      const span = end - start;
      return Math.floor(((b + 1) * span) / blocks) - Math.floor((b * span) / blocks);
    });
  const heights = sizes(rows, height);
  const widths = sizes(columns, width);
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) values[r * width + c]! /= heights[r]! * widths[c]!;
}
