// The operations that mixers and speed-ups need beyond an encoder layer's: recurrence, convolution, 8-bit weights; and chains of operations
// that stay on a backend and run many times. Interface only. Implemented by `cpu/` and `gpu/`.
import type { BackendTensor, PhaseTiming, RunControl, TensorOperations } from './backend.ts';
import type { RecurrentKind, ScanPlan } from './mixers.ts';

export interface SequenceOperations extends TensorOperations {
  /** A matrix in 8 bits with a scale per column (`theory/int8.ts`). Of use as the weight of `linear` only. */
  uploadInt8(values: Int8Array, scales: Float32Array, rows: number, columns: number): Promise<BackendTensor>;
  /**
   * All states `[n, d]` of a recurrence from zeros, one step after another (definitions: `math/mixers.ts`). `gates` `[n, g·d]` is the
   * input's share with its bias, `recurrent` `[d, g·d]` and `bias` `[1, g·d]` the state's.
   */
  scan(
    kind: RecurrentKind,
    gates: BackendTensor,
    recurrent: BackendTensor,
    bias: BackendTensor,
    control: RunControl,
  ): Promise<BackendTensor>;
  /** How `scan` runs at this width here. */
  scanPlan(kind: RecurrentKind, width: number): ScanPlan;
  /** Output row i is `bias + Σ_t x[i + t·dilation − reach] · taps_t`, zeros beyond the ends. x `[n, I]`, taps `[k·I, O]`, bias `[1, O]`. */
  convolve(x: BackendTensor, taps: BackendTensor, bias: BackendTensor, spacing: TapSpacing): Promise<BackendTensor>;
  /** The same with each column by itself and no bias: taps `[k, C]`. */
  depthwise(x: BackendTensor, taps: BackendTensor, spacing: TapSpacing): Promise<BackendTensor>;
}

/** Where a convolution's taps lie. */
export interface TapSpacing {
  /** k. */
  taps: number;
  dilation: number;
  /** How far left of its position a row's first tap lies. */
  reach: number;
}

/** A chain of operations on resident tensors. Owns what it made. */
export interface OperationChain {
  /** Runs the chain `times` times; resolves when the backend has finished. `kernel` is the total over the runs. */
  run(times: number, control: RunControl): Promise<PhaseTiming>;
  /** The last result, `[rows · columns]`. Runs once if nothing ran yet. */
  read(control: RunControl): Promise<Float32Array>;
  dispose(): void;
}

/**
 * Makes a chain: `build` performs operations on tensors that outlive the chain and gives the last one's result; tensors it made on the way
 * it disposes of as soon as they are of no more use. It may be called again for every run, and must do the same each time.
 */
export type BuildChain = (operations: SequenceOperations, control: RunControl) => Promise<BackendTensor>;
