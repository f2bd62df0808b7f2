// What the page's state asks of the worker, beyond the public engine: sources, the full/windowed pair, pictures, measurements.
// Tensors live in the worker; only what is drawn crosses the door. Types only. Implemented by `engine/workbench.ts`.
//
// Lanes: a new call in a lane abandons the one before (it rejects with `aborted`): the latest request wins.
import type { BenchmarkOptions, BenchmarkReport } from './benchmark.ts';
import type { DevicePeak } from './device-peak.ts';
import type { BackendInfo, BackendKind, BackendReason } from './engine.ts';
import type { AttentionErrorCode, AttentionErrorDetail } from './errors.ts';
import type { LabBench } from './lab-bench.ts';
import type { AttentionMask } from './problem.ts';
import type { TextBench } from './text-bench.ts';
import type { AttentionTiming } from './timing.ts';
import type { PlanInUse, PlanTrial } from './tuning.ts';

export const SIGNAL_KINDS = ['random', 'local', 'copy', 'clusters', 'sink'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Where Q, K and V come from. */
export type SourceSpec =
  /** The recorded Q, K, V of the example text: there before the encoder is. */
  | { kind: 'example' }
  /** The real encoder on this text; Q, K, V of one of its layers. */
  | { kind: 'text'; text: string; layer: number }
  /** Q, K, V of a text and layer recorded beforehand, as a file of `encoder/example-file.ts`. The buffer is moved into the worker. */
  | { kind: 'recorded'; text: string; layer: number; bytes: ArrayBuffer }
  | { kind: 'synthetic'; signal: SignalKind; seed: number; length: number; heads: number; headDim: number }
  /** A dropped file: Q/K/V or a ready attention matrix. The buffer is moved into the worker. */
  | { kind: 'file'; name: string; bytes: ArrayBuffer };

export interface SourceSummary {
  kind: SourceSpec['kind'];
  /** Positions there are: tokens of the text, rows of the file. */
  length: number;
  keyLength: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  /** The model's own scale for q·k; `null` for 1/sqrt(headDim). */
  scale: number | null;
  /** A label per position, or null when positions have numbers only. */
  tokens: string[] | null;
  layer: number;
  layers: number;
  /** Beyond this many tokens the encoder's positions are extrapolated; null when they are not. */
  extrapolatedFrom: number | null;
  /** Characters of the text that the encoder's vocabulary does not hold, each once: in a row they become one unknown token. */
  unknown: string[];
  /** True for a ready attention matrix: no Q, K, V, so no output and no timing. */
  isMatrix: boolean;
  /** For files: what was understood. Wording belongs to the catalogue. */
  understood: FileUnderstanding | null;
  /** Milliseconds spent making it (tokenizing, encoding, drawing numbers, parsing), host clock. */
  wallMs: number;
}

export interface FileUnderstanding {
  format: 'npy' | 'safetensors' | 'csv' | 'json';
  name: string;
  byteLength: number;
  /** Which array was taken as what: `q`, `k`, `v` or `weights`, with its stored name, shape and type. */
  arrays: { role: 'q' | 'k' | 'v' | 'weights'; name: string; shape: number[]; type: string }[];
  /** Facts worth a remark, as catalogue keys: e.g. `fortran-order`, `rows-do-not-sum-to-one`, `v-missing-used-k`, `negative-values`. */
  notes: string[];
}

/** The pair that is shown: full attention and its windowed variant on the same tensors. */
export interface Setting {
  /** The first `length` positions of the source are used. */
  length: number;
  /** The first `heads` heads of the source run. */
  heads: number;
  /** The windowed variant's mask. The full variant keeps only `causal`. */
  mask: AttentionMask;
  backend: 'auto' | BackendKind;
}

export type Variant = 'full' | 'windowed';

/** Cells a table of numbers may hold: a spreadsheet's rows less its header. */
export const MAX_EXPORT_CELLS = 1_048_575;

export interface VariantSummary {
  /** Visible (query, key) pairs of one head. */
  pairs: number;
  timing: AttentionTiming;
}

export interface ComputeSummary {
  /** Counts computes; pictures and rows asked for afterwards belong to the newest. */
  generation: number;
  backend: BackendInfo;
  length: number;
  keyLength: number;
  heads: number;
  headDim: number;
  full: VariantSummary;
  windowed: VariantSummary;
  /** Windowed output minus full output; null for a ready matrix. */
  error: OutputError | null;
}

export interface OutputError {
  /** Largest |Δ| over all heads, rows and dimensions. */
  largest: number;
  /** Where: head and query. */
  head: number;
  query: number;
  /** `[N]`: largest |Δ| of each row over heads and dimensions. */
  perRow: Float32Array;
  /** Largest |full output|, to read the error against. */
  largestOutput: number;
}

/** Where the computing is going to be shown: progress of both variants together, 0…1, and which one runs. */
export interface ComputeProgress {
  variant: Variant;
  done: number;
}

export interface PictureRequest {
  head: number;
  rows: [number, number];
  columns: [number, number];
  /** Blocks wanted; the answer may hold fewer when the span is smaller. */
  height: number;
  width: number;
  pooling: 'mean' | 'max';
}

/** One rectangle of weights, pooled alike for both variants. `[height, width]` each. */
export interface PicturePair extends PictureRequest {
  generation: number;
  full: Float32Array;
  windowed: Float32Array;
  wallMs: number;
}

/** A small picture of one head with its two numbers. */
export interface HeadThumbnail {
  head: number;
  /** `[size, size]`, max-pooled weights. */
  values: Float32Array;
  size: number;
  /** Mean over rows of −Σ w ln w, nats. */
  entropy: number;
  /** Mean over rows of Σ w·|j − p|, positions. */
  meanDistance: number;
}

/** One exact row of weights `[M]` of each variant, with its log-sum-exp. */
export interface RowPair {
  generation: number;
  head: number;
  query: number;
  full: Float32Array;
  windowed: Float32Array;
  fullLogSumExp: number;
  windowedLogSumExp: number;
}

/** Every number between one query and its output, from the tensors themselves in float64 on the host. */
export interface RowSteps {
  generation: number;
  variant: Variant;
  head: number;
  query: number;
  /** The factor between `dots` and `scores`. */
  scale: number;
  /** `[M]`: q·k. */
  dots: Float32Array;
  /** `[M]`: scale · q·k. */
  scores: Float32Array;
  /** `[M]`: 1 where the mask lets the query see the key. */
  visible: Uint8Array;
  /** Largest visible score, subtracted before the exponential. */
  max: number;
  /** Sum of exp(score − max) over visible keys. */
  sum: number;
  /** `[M]`. */
  weights: Float32Array;
  /** `[D]` the query. */
  q: Float32Array;
  /** Keys by falling weight, at most 8, with their k and v rows. */
  strongest: { key: number; k: Float32Array; v: Float32Array }[];
  /** `[D]`: Σ w·v over all keys. */
  output: Float32Array;
}

export const SERIES = ['gpu-full', 'gpu-windowed', 'cpu-full', 'cpu-windowed'] as const;
export type Series = (typeof SERIES)[number];

/** Repeated runs of one series at one setting. All times in milliseconds. */
export interface Measurement {
  series: Series;
  length: number;
  /** Untimed runs before the first sample. */
  warmUps: number;
  /** One entry per sample; `kernel` is empty where the clock does not exist. A sample may average `runsPerSample` runs. */
  wall: number[];
  kernel: number[];
  runsPerSample: number;
  /** Upload of Q, K, V and read-back of the output, measured apart. */
  upload: number[];
  readback: number[];
  /** Step of the kernel clock, milliseconds. */
  timerResolution: number | null;
  flops: number;
  bytes: number;
  pairs: number;
  device: string;
}

/** Why a series has no measurement. */
export interface MeasurementGap {
  series: Series;
  length: number;
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

export interface MeasureOptions {
  series: Series[];
  /** Samples per series; at least 3. */
  samples: number;
  /** Give up adding samples to a series after this many milliseconds. */
  budgetMs: number;
}

/** The same setting with Q, K and V kept in 32 and in 16 bits, measured in turns on one backend. */
export interface StorageComparison {
  device: string;
  clock: 'kernel' | 'wall';
  /** Milliseconds per run of full attention, one entry per sample. */
  samples: { f32: number[]; f16: number[] };
  /** What Q, K and V take on the backend. */
  byteLength: { f32: number; f16: number };
  /** Largest |16-bit output − 32-bit output|, and the largest |32-bit output| to read it against. */
  largestError: number;
  largestOutput: number;
}

/** The plan the GPU uses for each of the pair's variants. */
export interface TuningState {
  full: PlanInUse;
  windowed: PlanInUse;
}

/** Attention received by each key of one head: weights summed over queries, `[M]` each. */
export interface ReceivedPair {
  generation: number;
  head: number;
  full: Float32Array;
  windowed: Float32Array;
}

export interface WorkbenchBackends {
  gpu: BackendInfo | null;
  /** Why there is no GPU. */
  gpuReason: BackendReason | null;
  cpu: BackendInfo;
}

export type WorkbenchEvent =
  { type: 'backends'; backends: WorkbenchBackends } | { type: 'device-lost'; recovered: boolean } | { type: 'tuned' };

/** Exact numbers of a rectangle of one head, cell by cell: what exports carry. `[rows, columns]` each. */
export interface CellNumbers {
  generation: number;
  head: number;
  /** Half-open ranges. */
  rows: [number, number];
  columns: [number, number];
  /** Softmax weights; 0 where the variant's mask hides the key. */
  full: Float32Array;
  windowed: Float32Array;
  /** scale · q·k of every cell, seen or hidden; null for a ready matrix. */
  scores: Float32Array | null;
  /** Log-sum-exp of the rows. */
  fullLogSumExp: Float32Array;
  windowedLogSumExp: Float32Array;
}

/** What an open source is made of, whole: tensors, or the weights `[H, N, M]` of a ready matrix. */
export type SourceNumbers =
  | {
      kind: 'qkv';
      heads: number;
      kvHeads: number;
      queryLength: number;
      keyLength: number;
      headDim: number;
      q: Float32Array;
      k: Float32Array;
      v: Float32Array;
    }
  | { kind: 'matrix'; heads: number; queryLength: number; keyLength: number; weights: Float32Array };

/** What a file saved by the lab asks for: settings as written, to be checked by `params/`, and the part that was in view. */
export interface SavedView {
  params: Record<string, unknown>;
  /** Null: everything. */
  viewport: { rows: [number, number]; columns: [number, number] } | null;
  /** The file carries Q, K and V or a matrix: open it as the source. */
  hasNumbers: boolean;
}

export const LANES = [
  'source',
  'compute',
  'picture',
  'thumbnails',
  'row',
  'steps',
  'received',
  'measure',
  'export',
  // Of the other labs, see `lab-bench.ts` …
  'mixer',
  'stack',
  'local',
  'heads',
  // … and `text-bench.ts`.
  'tokens',
  'embed',
  'corpus',
  'inspect',
] as const;
export type Lane = (typeof LANES)[number];

/** `away`: nothing runs that nobody asked for. `gone`: for so long that the GPU is given back, too, once what was asked for has run. */
export type RestDepth = 'none' | 'away' | 'gone';

export interface WorkbenchOptions {
  /** Absolute address of the encoder's safetensors file. */
  weightsUrl: string;
  /** Absolute address of the recorded example. */
  exampleUrl: string;
  threads?: number;
  /** Try the GPU's plans for what is shown when nobody needs it. Default true. */
  tunesWhenIdle?: boolean;
}

/** The worker's side of the lab. All callbacks are parameters of their own (comlink proxies only those). */
export interface Workbench {
  /** Starts the CPU at once and the GPU behind it; events tell when the GPU is there or is not. */
  start(options: WorkbenchOptions, onEvent: (event: WorkbenchEvent) => void): Promise<WorkbenchBackends>;
  /** Opens a source in place of the one before. A failure leaves the earlier source open. Lane `source`. */
  openSource(spec: SourceSpec, onProgress: (done: number) => void): Promise<SourceSummary>;
  /** Runs both variants and keeps them resident for pictures and rows. A failure leaves the earlier pair. Lane `compute`. */
  compute(setting: Setting, onProgress: (progress: ComputeProgress) => void): Promise<ComputeSummary>;
  /** Lane `picture`. */
  picture(request: PictureRequest, onProgress: (done: number) => void): Promise<PicturePair>;
  /** Every head, one by one as they come. Lane `thumbnails`. */
  thumbnails(variant: Variant, size: number, onThumbnail: (thumbnail: HeadThumbnail) => void): Promise<void>;
  /** Lane `row`. */
  row(head: number, query: number): Promise<RowPair>;
  /** Lane `steps`. */
  steps(variant: Variant, head: number, query: number): Promise<RowSteps>;
  /** Measures the setting at each length, shortest first; answers come as they are ready. Lane `measure`. */
  measure(
    setting: Setting,
    lengths: number[],
    options: MeasureOptions,
    onResult: (result: Measurement | MeasurementGap, done: number) => void,
  ): Promise<void>;
  /** Lane `received`. */
  received(head: number): Promise<ReceivedPair>;
  /** Every cell of a rectangle, for exports; at most `MAX_EXPORT_CELLS`. Lane `export`. */
  cells(head: number, rows: [number, number], columns: [number, number]): Promise<CellNumbers>;
  /** The open source's own numbers, for exports of what cannot be made again. Lane `export`. */
  sourceNumbers(): Promise<SourceNumbers>;
  /** Settings out of a file that the lab has saved; null for any other file. The buffer is moved into the worker. Lane `export`. */
  readSaved(name: string, bytes: ArrayBuffer): Promise<SavedView | null>;
  /** Which plans the GPU uses at a setting; null without a GPU. Measures nothing. */
  tuning(setting: Setting): Promise<TuningState | null>;
  /** Tries the GPU's plans for both variants of a setting now. Idle time does the same unasked. Lane `measure`. */
  tune(setting: Setting, onTrial: (trial: PlanTrial, done: number) => void): Promise<TuningState | null>;
  /** What a backend can do at best. Lane `measure`. */
  measurePeak(backend: BackendKind, onProgress: (done: number) => void): Promise<DevicePeak>;
  /** Lane `measure`. */
  compareStorage(setting: Setting, onProgress: (done: number) => void): Promise<StorageComparison>;
  /** Runs the benchmark; `onReport` gets everything known so far after each case. Lane `measure`. */
  benchmark(options: BenchmarkOptions, onReport: (report: BenchmarkReport, done: number) => void): Promise<void>;
  /** What the labs on mixers and speed-ups ask. */
  readonly labs: LabBench;
  /** Many texts through the sentence encoder: what the labs on pre-training and zero-shot ask. */
  readonly texts: TextBench;
  /** Abandons what runs in a lane. */
  cancel(lane: Lane): Promise<void>;
  /** Whether the page is looked at. What is asked for runs all the same; a call that needs the GPU finds it again. */
  rest(depth: RestDepth): Promise<void>;
  dispose(): Promise<void>;
}
