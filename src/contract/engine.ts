// The public engine: what `dist/lib/attention-lab.js` promises (shared/CONTRACT.md §1). Types only.
import type { DevicePeak } from './device-peak.ts';
import type { AttentionProblem, AttentionTensors } from './problem.ts';
import type { AttentionTiming } from './timing.ts';

export type BackendKind = 'webgpu' | 'cpu';
/** Why `auto` ended on the CPU. `forced`: the caller asked for the CPU. */
export type BackendReason = 'insecure-context' | 'no-webgpu' | 'no-adapter' | 'device-lost' | 'forced';

export interface AdapterDescription {
  vendor: string;
  architecture: string;
  description: string;
}

export interface BackendInfo {
  kind: BackendKind;
  reason?: BackendReason;
  /** The GPU behind `webgpu`. */
  adapter?: AdapterDescription;
  /** Optional features in use, e.g. `timestamp-query`. */
  features: string[];
  /** CPU workers; 1 for `webgpu`. */
  threads: number;
}

export interface EngineOptions {
  /** Default `auto`: the GPU when there is one, else the CPU with a reason. */
  backend?: 'auto' | BackendKind;
  /** CPU workers; default from `hardwareConcurrency`, at least 1. */
  threads?: number;
}

export interface RunOptions {
  /** Abandons the call: it rejects with `aborted` within one slice of work. */
  signal?: AbortSignal;
  /** Called with the share done, 0…1. */
  onProgress?: (done: number) => void;
}

export interface AttentionResult {
  /** `[H, N, D]`; rows that see no key are zeros. */
  output: Float32Array;
  /** `[H, N]`, natural logarithm of the sum of exponentials of the scaled scores; `-Infinity` for rows that see no key. */
  logSumExp: Float32Array;
  timing: AttentionTiming;
}

/** A rectangle of one head's weights, pooled down to `height × width` blocks. */
export interface WeightsView {
  head: number;
  /** Half-open query range `[start, end)`. */
  rows: [number, number];
  /** Half-open key range `[start, end)`. */
  columns: [number, number];
  /** Blocks, at most the span. Block `r` holds rows `floor(r·span/height) … floor((r+1)·span/height)`, likewise columns. */
  height: number;
  width: number;
  pooling: 'mean' | 'max';
}

export interface WeightsPicture {
  /** `[height, width]`: mean or max of the softmax weights in each block of query × key cells; hidden cells count as 0. */
  values: Float32Array;
  height: number;
  width: number;
  timing: AttentionTiming;
}

/** Tensors that stay on the backend. Frees them on `dispose()`. */
export interface PreparedAttention {
  /** Runs it `times` times (default 1) on the resident tensors; resolves when the backend has finished. */
  submit(times?: number): Promise<void>;
  /** The last answer, with timing. Runs once if nothing ran yet. */
  read(): Promise<AttentionResult>;
  weights(view: WeightsView): Promise<WeightsPicture>;
  dispose(): void;
}

/** One engine: one backend in one worker. All tensors passed in stay the caller's and usable. */
export interface AttentionEngine {
  readonly backend: BackendInfo;
  attend(problem: AttentionProblem, tensors: AttentionTensors, options?: RunOptions): Promise<AttentionResult>;
  weights(
    problem: AttentionProblem,
    tensors: { q: Float32Array; k: Float32Array; logSumExp?: Float32Array },
    view: WeightsView,
    options?: RunOptions,
  ): Promise<WeightsPicture>;
  prepare(problem: AttentionProblem, tensors: AttentionTensors): Promise<PreparedAttention>;
  /**
   * Tries the backend's plans on problems of this shape and mask and keeps the fastest right one, here and for later visits.
   * Resolves with the plan in use and its gain over the default; at once where there is nothing to choose between.
   */
  tune(problem: AttentionProblem, options?: RunOptions): Promise<TuneSummary>;
  /** What the backend can do at best, measured now: seconds of work. */
  measurePeak(options?: RunOptions): Promise<DevicePeak>;
  dispose(): Promise<void>;
}

/** `plan` and `defaultPlan` are null on a backend without a choice. */
export interface TuneSummary {
  plan: string | null;
  defaultPlan: string | null;
  /** The default's median time over the plan's. */
  gain: number;
}
