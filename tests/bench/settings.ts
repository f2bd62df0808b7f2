// What the benchmark measures. Data only; run.ts hands it to the page, report.ts writes it above the table.
// One head of 64 numbers: the smallest unit of the literature's models, and what both backends can finish at every length here.
export const BACKENDS = ['webgpu', 'cpu'] as const;
export const VARIANTS = ['full', 'window'] as const;

export type BenchBackend = (typeof BACKENDS)[number];
export type BenchVariant = (typeof VARIANTS)[number];

export interface BenchSettings {
  lengths: number[];
  heads: number;
  headDim: number;
  /** Keys seen on each side of a query besides itself, in the windowed variant. */
  windowSide: number;
  /** Untimed runs: at least so many … */
  warmUps: number;
  /** … and at least so long. */
  warmUpMs: number;
  /** Per series; a slow one takes fewer, but at least `fewestSamples`. */
  samples: number;
  fewestSamples: number;
  /** A sample repeats short runs until it takes about this long, so that the clock's step does not show. */
  sampleMs: number;
  /** What a series may take; one that cannot take its fewest samples in it is left out and reported so. */
  seriesBudgetMs: number;
}

export const SETTINGS: BenchSettings = {
  lengths: [512, 1024, 2048, 4096],
  heads: 1,
  headDim: 64,
  windowSide: 64,
  warmUps: 2,
  warmUpMs: 500,
  samples: 9,
  fewestSamples: 7,
  sampleMs: 60,
  seriesBudgetMs: 30_000,
};

/** One series: a backend, a variant, a length. All times are milliseconds per run. */
export interface BenchSeries {
  backend: BenchBackend;
  variant: BenchVariant;
  length: number;
  /** On the page's clock, around `submit`; does not include upload or read-back. */
  wallMs: number[];
  /** On the backend's clock; empty where it has none. */
  kernelMs: number[];
  runsPerSample: number;
  flops: number;
  /** Why it has no samples. */
  leftOut: string | null;
}

export interface BackendRun {
  backend: BenchBackend;
  /** Null when the backend could not be opened; then `failure` says why. */
  info: { description: string; features: string[]; threads: number } | null;
  failure: string | null;
  series: BenchSeries[];
  /** The windowed output at the shortest length, to hold the backends to each other. */
  firstOutput: number[];
}
