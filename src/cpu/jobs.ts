// What a thread can be asked to do: resident data to keep, small jobs on it, and how a job is carried out.
// Plain data only, because jobs cross `postMessage`. The same code runs jobs in the calling thread.
import type { Activation } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { RecurrentKind } from '../contract/mixers.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { TapSpacing } from '../contract/sequence-operations.ts';
import { attentionRows } from './attention-rows.ts';
import { convolutionRows, depthwiseRows, type RowWindow } from './convolution-rows.ts';
import { denseWeights } from './dense-weights.ts';
import { int8Multiply } from './int8-multiply.ts';
import { matrixMultiply } from './matrix-multiply.ts';
import {
  packInt8,
  packKeys,
  packMatrix,
  packValues,
  type Int8Panels,
  type KeyPanels,
  type MatrixPanels,
  type Panels,
  type ValuePanels,
} from './panels.ts';
import { copyRate, multiplyAdds } from './peak-loops.ts';
import { pooledWeights } from './pooled-weights.ts';
import { scanSteps } from './recurrent-steps.ts';
import { rowStatistics } from './row-statistics.ts';

/** Data a thread packs and keeps under a key: K or V `[M, D]` of one head, or a weight matrix. */
export type ResidentData =
  | { kind: 'keys' | 'values'; data: Float32Array; keyLength: number; headDim: number; dilation: number }
  | { kind: 'matrix'; data: Float32Array; rows: number; columns: number }
  | { kind: 'int8'; data: Int8Array; scales: Float32Array; rows: number; columns: number };

/** A block of work of about ten milliseconds. `keys`, `values` and `weight` name resident data; `rows` names queries. */
export type Job =
  | {
      /** → output `[rows, D]`, log-sum-exp `[rows]` */
      kind: 'attention';
      problem: ResolvedProblem;
      keys: string;
      values: string;
      rows: Int32Array;
      q: Float32Array;
    }
  | {
      /** → partial picture, see `pooledWeights` */
      kind: 'weights';
      problem: ResolvedProblem;
      keys: string;
      rows: Int32Array;
      q: Float32Array;
      logSumExp: Float32Array;
      view: WeightsView;
    }
  | {
      /** → entropy `[rows]`, mean distance `[rows]`, largest weight `[rows]`, its key `[rows]` */
      kind: 'statistics';
      problem: ResolvedProblem;
      keys: string;
      rows: Int32Array;
      q: Float32Array;
      logSumExp: Float32Array;
    }
  | {
      /** → weights `[rows, M]` */
      kind: 'dense-weights';
      problem: ResolvedProblem;
      keys: string;
      rows: Int32Array;
      q: Float32Array;
    }
  | {
      /** → rounds counted `[1]`, see `multiplyAdds` */
      kind: 'multiply-add';
      rounds: number;
    }
  | {
      /** → bytes per second `[1]`, see `copyRate` */
      kind: 'copy';
      numbers: number;
      copies: number;
    }
  | {
      /** → product `[rows, O]` */
      kind: 'linear';
      x: Float32Array;
      rows: number;
      weight: string;
      bias: Float32Array | null;
      activation: Activation;
    }
  | {
      /** `linear` with a weight in 8 bits → product `[rows, O]` */
      kind: 'linear-int8';
      x: Float32Array;
      rows: number;
      weight: string;
      bias: Float32Array | null;
      activation: Activation;
    }
  | {
      /** → rows of the product `[rows, O]`; see `convolutionRows` */
      kind: 'convolution';
      x: RowWindow;
      weight: string;
      bias: Float32Array;
      spacing: TapSpacing;
    }
  | {
      /** → rows `[rows, C]`; see `depthwiseRows` */
      kind: 'depthwise';
      x: RowWindow;
      taps: Float32Array;
      spacing: TapSpacing;
    }
  | {
      /** → states `[steps, d]`, then the last state and cell `[2, d]`; see `scanSteps` */
      kind: 'scan';
      cell: RecurrentKind;
      gates: Float32Array;
      steps: number;
      recurrent: string;
      bias: Float32Array;
      carried: Float32Array;
    };

export type JobKind = Job['kind'];

export interface JobReply {
  /** The arrays the job's kind promises, in that order. */
  arrays: Float32Array[];
  /** Milliseconds the job computed. */
  computeMs: number;
  /** Milliseconds the thread spent packing resident data since its last reply. */
  packMs: number;
}

/** The resident data of one thread and the jobs done on it. */
export class JobBench {
  private readonly panels = new Map<string, Panels>();
  private packMs = 0;

  hold(key: string, resident: ResidentData): void {
    const started = performance.now();
    this.panels.set(key, packed(resident));
    this.packMs += performance.now() - started;
  }

  release(key: string): void {
    this.panels.delete(key);
  }

  perform(job: Job): JobReply {
    const started = performance.now();
    const arrays = this.compute(job);
    const computeMs = performance.now() - started;
    const packMs = this.packMs;
    this.packMs = 0;
    return { arrays, computeMs, packMs };
  }

  private compute(job: Job): Float32Array[] {
    if (job.kind === 'linear')
      return [matrixMultiply(job.x, job.rows, this.require<MatrixPanels>(job.weight), job.bias, job.activation)];
    if (job.kind === 'linear-int8')
      return [int8Multiply(job.x, job.rows, this.require<Int8Panels>(job.weight), job.bias, job.activation)];
    if (job.kind === 'convolution')
      return [convolutionRows(job.x, this.require<MatrixPanels>(job.weight), job.bias, job.spacing)];
    if (job.kind === 'depthwise') return [depthwiseRows(job.x, job.taps, job.spacing)];
    if (job.kind === 'scan') {
      const { states, carried } = scanSteps(job, this.require<MatrixPanels>(job.recurrent));
      return [states, carried];
    }
    if (job.kind === 'multiply-add') return [Float32Array.of(multiplyAdds(job.rounds))];
    if (job.kind === 'copy') return [Float32Array.of(copyRate(job.numbers, job.copies))];
    const keys = this.require<KeyPanels>(job.keys);
    if (job.kind === 'attention') {
      const { output, logSumExp } = attentionRows(
        job.problem,
        keys,
        this.require<ValuePanels>(job.values),
        job.rows,
        job.q,
      );
      return [output, logSumExp];
    }
    if (job.kind === 'weights') return [pooledWeights(job.problem, keys, job.rows, job.q, job.logSumExp, job.view)];
    if (job.kind === 'dense-weights') return [denseWeights(job.problem, keys, job.rows, job.q)];
    const { entropy, meanDistance, topWeight, topKey } = rowStatistics(
      job.problem,
      keys,
      job.rows,
      job.q,
      job.logSumExp,
    );
    return [entropy, meanDistance, topWeight, topKey];
  }

  private require<P extends Panels>(key: string): P {
    const found = this.panels.get(key);
    if (found === undefined) throw new AttentionError('disposed', { field: key });
    return found as P;
  }
}

function packed(resident: ResidentData): Panels {
  if (resident.kind === 'int8') return packInt8(resident.data, resident.scales, resident.rows, resident.columns);
  if (resident.kind === 'matrix') return packMatrix(resident.data, resident.rows, resident.columns);
  const pack = resident.kind === 'keys' ? packKeys : packValues;
  return pack(resident.data, resident.keyLength, resident.headDim, resident.dilation);
}
