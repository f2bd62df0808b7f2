// What a backend (CPU or GPU) offers the engine. Interface only: the factory is `engine/choose-backend.ts`.
// A backend gets checked problems and tensors; it validates nothing twice. Who creates disposes.
import type { DevicePeak } from './device-peak.ts';
import type { BackendInfo, WeightsView } from './engine.ts';
import type { AttentionTensors, ResolvedProblem, TensorStorage } from './problem.ts';
import type { BuildChain, OperationChain, SequenceOperations } from './sequence-operations.ts';
import type { PlanInUse, PlanTrial, TuneRecord } from './tuning.ts';

/** How a long call is watched and given up. Backends cut work in slices of 8–16 ms and look at `signal` between them. */
export interface RunControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Milliseconds of one backend call; see `timing.ts` for the clocks. */
export interface PhaseTiming {
  kernel?: number;
  /** CPU: what all threads together computed, where `kernel` is the longest one's share. */
  processor?: number;
  upload?: number;
  readback?: number;
  compile?: number;
  timerResolution?: number;
}

/** Q, K and V on the backend. May serve several problems that differ in mask and scale only. */
export interface ResidentTensors {
  readonly heads: number;
  readonly kvHeads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly headDim: number;
  readonly storage: TensorStorage;
  /** What Q, K and V take on the backend. */
  readonly byteLength: number;
  readonly timing: PhaseTiming;
  dispose(): void;
}

/** Per head and query. Rows that see no key hold 0. */
export interface RowStatistics {
  /** `[H, N]`, nats: `−Σ w ln w`. */
  entropy: Float32Array;
  /** `[H, N]`, positions: `Σ w·|j − p|` with `p` the query's position on the key axis. */
  meanDistance: Float32Array;
  /** `[H, N]`: the largest weight of the row. */
  topWeight: Float32Array;
  /** `[H, N]`: the key that has it, the first of equals; −1 for a row that sees no key. */
  topKey: Int32Array;
}

export interface RunAnswer {
  /** `[H, N, D]`. */
  output: Float32Array;
  /** `[H, N]`, natural. */
  logSumExp: Float32Array;
  timing: PhaseTiming;
  /** `[height, width]` of the view that was asked for. */
  overview: Float32Array | null;
}

/** One problem on resident tensors. Does not own them. */
export interface PreparedProblem {
  readonly problem: ResolvedProblem;
  /** Runs `times` times; resolves when the backend has finished. `kernel` is the total over the runs. */
  run(times: number, control: RunControl): Promise<PhaseTiming>;
  /**
   * `run` once and `read`, in as few round trips as the backend can. `overview` is a picture of a whole head that will be asked for next:
   * a backend that makes it in passing answers it, too, and `timing` then tells of both; else `overview` of the answer is null.
   */
  runAndRead(control: RunControl, overview?: WeightsView | null): Promise<RunAnswer>;
  /** The last answer. Runs once if nothing ran yet. Fresh arrays, the caller's to keep. */
  read(control: RunControl): Promise<{ output: Float32Array; logSumExp: Float32Array; timing: PhaseTiming }>;
  /** Takes the log-sum-exp `[H, N]` (natural) of an earlier run, so that weights and statistics need none. */
  adoptLogSumExp(logSumExp: Float32Array): void;
  /** Pooled weights from Q, K and the log-sum-exp; never holds N × M numbers. Runs first if nothing ran yet and none was adopted. */
  weights(view: WeightsView, control: RunControl): Promise<{ values: Float32Array; timing: PhaseTiming }>;
  /** Entropy, mean distance and strongest key of every row, streamed over the visible keys. Runs first if nothing ran yet. */
  statistics(control: RunControl): Promise<RowStatistics>;
  dispose(): void;
}

/** A matrix on the backend, row-major `[rows, columns]` (or a flat stack of heads, see the operation). */
export interface BackendTensor {
  readonly rows: number;
  readonly columns: number;
  dispose(): void;
}

/** `gelu`: its tanh form, x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2. */
export type Activation = 'none' | 'relu' | 'tanh' | 'gelu';

/** The operations an encoder layer is made of. Every result is the caller's to dispose; arguments stay alive. */
export interface TensorOperations {
  /** Copies `[rows, columns]` to the backend. */
  upload(data: Float32Array, rows: number, columns: number): Promise<BackendTensor>;
  /** A fresh copy `[rows · columns]`. */
  read(tensor: BackendTensor): Promise<Float32Array>;
  /** `activation(x · weight + bias)`: x `[R, I]`, weight `[I, O]`, bias `[1, O]` or none. */
  linear(
    x: BackendTensor,
    weight: BackendTensor,
    bias: BackendTensor | null,
    activation: Activation,
  ): Promise<BackendTensor>;
  /** Each row to mean 0 and variance 1 (population variance, `epsilon` added to it), then times gamma plus beta `[1, C]`. */
  layerNorm(x: BackendTensor, gamma: BackendTensor, beta: BackendTensor, epsilon: number): Promise<BackendTensor>;
  /** `a + b`, same shape. */
  add(a: BackendTensor, b: BackendTensor): Promise<BackendTensor>;
  /**
   * Rows `[start, end)` of a fused projection `[R, (H + 2·G)·D]` (all q, then all k, then all v; within each, head-major columns)
   * as stacks q `[H·L, D]`, k and v `[G·L, D]`, head after head. `kvHeads`, G, is `heads` by default.
   */
  splitHeads(
    fused: BackendTensor,
    rows: [number, number],
    heads: number,
    kvHeads?: number,
  ): Promise<{ q: BackendTensor; k: BackendTensor; v: BackendTensor }>;
  /** Stacks `[H·L_i, D]` back side by side and one below the other: `[ΣL_i, H·D]`. */
  mergeHeads(parts: BackendTensor[], heads: number): Promise<BackendTensor>;
  /** Attention on stacks `[H·N, D]`, `[G·M, D]`: the same kernels as `prepare`. Output `[H·N, D]`. */
  attend(
    problem: ResolvedProblem,
    q: BackendTensor,
    k: BackendTensor,
    v: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor>;
  /** All weights of all heads, dense: `[H·N, M]`. For the small lengths of sentences. */
  attentionWeights(
    problem: ResolvedProblem,
    q: BackendTensor,
    k: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor>;
}

export interface BackendTuner {
  /** Adapter, features, limits and kernel text as one string: records made under another are worthless. */
  readonly fingerprint: string;
  planOf(problem: ResolvedProblem): PlanInUse;
  /**
   * Tries the candidates on problems of this class: each must first give the right answer, then all are timed in turns, and a
   * switch needs a gain of more than 3 %. Takes effect at once. Rejects with `aborted` and changes nothing when given up.
   */
  tune(problem: ResolvedProblem, control: RunControl, onTrial?: (trial: PlanTrial) => void): Promise<TuneRecord>;
  /** Takes records made under the same fingerprint; those that name no plan of today are left out. */
  restore(records: readonly TuneRecord[]): void;
}

/** Bytes of the buffers a backend holds, as far as it can tell. */
export interface MemoryUse {
  readonly liveBytes: number;
  /** The most there were at once since the start, or since `startPeak`. */
  readonly peakBytes: number;
  startPeak(): void;
}

export interface Backend {
  readonly info: BackendInfo;
  /** Null where the host's own memory is used. */
  readonly memory: MemoryUse | null;
  /** Throws `too-large` (with what would fit) when the problem cannot be held. Called before any allocation. */
  requireRoom(problem: ResolvedProblem): void;
  /** `waits: false` resolves when the tensors are on their way; `timing` is whole when a run on them has ended. */
  upload(
    problem: ResolvedProblem,
    tensors: AttentionTensors,
    control: RunControl,
    waits?: boolean,
  ): Promise<ResidentTensors>;
  prepare(problem: ResolvedProblem, tensors: ResidentTensors): Promise<PreparedProblem>;
  readonly operations: SequenceOperations;
  /** Makes a chain of operations that runs many times on resident tensors; see `BuildChain`. */
  chain(build: BuildChain): Promise<OperationChain>;
  /** Null where there is nothing to choose between. */
  readonly tuner: BackendTuner | null;
  /** Measures what the device can do at best. Seconds of work; asks for the machine to itself. */
  measurePeak(control: RunControl): Promise<DevicePeak>;
  /** Resolves once the backend can work no more (not after `dispose()`). Never rejects. */
  readonly lost: Promise<{ reason: string }>;
  dispose(): Promise<void>;
}
