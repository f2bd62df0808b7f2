// The benchmark of one device: a grid of shapes and masks on every backend, with the device's own limits beside them. Types only.
// The same runner serves the page, `npm run bench` in a browser and Dawn in Node: `engine/benchmark.ts`.
import type { DevicePeak } from './device-peak.ts';
import type { BackendKind } from './engine.ts';
import type { AttentionErrorCode, AttentionErrorDetail } from './errors.ts';
import type { AttentionProblem } from './problem.ts';

export interface BenchmarkCase {
  /** Names the row, e.g. `window 64, n 2048, 1 × 64`. */
  name: string;
  /** Cases that differ in length only share a family: growth is fitted over it. */
  family: string;
  problem: AttentionProblem;
}

export interface BenchmarkOptions {
  backends: BackendKind[];
  cases: BenchmarkCase[];
  samples: number;
  /** What one case may take on one backend, milliseconds; one that cannot take three samples in it becomes a gap. */
  budgetMs: number;
  /** Try the plans of each family first. */
  tune: boolean;
}

/** All times in milliseconds per run, one entry per sample. */
export interface BenchmarkRow {
  case: string;
  family: string;
  backend: BackendKind;
  device: string;
  /** The backend's plan; null where it has no choice. */
  plan: string | null;
  heads: number;
  queryLength: number;
  headDim: number;
  storage: 'f32' | 'f16';
  /** Visible (query, key) pairs of one head. */
  pairs: number;
  kernelMs: number[];
  wallMs: number[];
  uploadMs: number[];
  readbackMs: number[];
  /** A picture of one head's weights in at most 512 × 512 blocks, on the clock of the runs; to be read against the time of one head. */
  pictureMs: number[];
  warmUps: number;
  runsPerSample: number;
  timerResolutionMs: number | null;
  flops: number;
  bytes: number;
  /** Operations per second over what the roofline allows at this problem's operations per byte, 0…1; null without a peak. */
  rooflineShare: number | null;
  /** Which line of the roofline limits this problem. */
  boundBy: 'compute' | 'memory' | null;
  /** Largest |output − float64 reference| on the rows checked. */
  largestError: number;
}

export interface BenchmarkGap {
  case: string;
  family: string;
  backend: BackendKind;
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

/** Fitted time ∝ n^exponent over one family on one backend. */
export interface BenchmarkGrowth {
  family: string;
  backend: BackendKind;
  clock: 'kernel' | 'wall';
  exponent: number;
  standardError: number | null;
  /** The exponent of the operations alone over the same lengths. */
  predicted: number;
}

export interface BenchmarkReport {
  schema: 'attention-lab/benchmark/1';
  /** ISO 8601. */
  date: string;
  userAgent: string;
  hardwareConcurrency: number;
  peaks: DevicePeak[];
  rows: BenchmarkRow[];
  gaps: BenchmarkGap[];
  growth: BenchmarkGrowth[];
}
