// What a device can do at best, measured by small loops that do nothing else: the two lines of the roofline
// (Williams, Waterman, Patterson 2009). Types only. Measured in `gpu/` and `cpu/`, read in `theory/roofline.ts`.

/** Repeated measurements of one rate, per second. */
export interface PeakSamples {
  /** One entry per sample: operations or bytes per second. */
  samples: number[];
  /** Untimed runs before the first sample. */
  warmUps: number;
  /** The timed work of one sample, milliseconds. */
  sampleMs: number;
}

export interface DevicePeak {
  backend: 'webgpu' | 'cpu';
  device: string;
  clock: 'kernel' | 'wall';
  /** The step of that clock in milliseconds, where known. */
  timerResolutionMs: number | null;
  /**
   * Multiply-adds in registers, each counted as two operations, per second: float32 on the GPU, float64 in JavaScript
   * (whose operands come from the first-level cache, as no program's can all stay in registers).
   */
  flops: PeakSamples;
  /** Bytes read plus bytes written per second by a copy much larger than the caches (256 MB where there is room). */
  bytes: PeakSamples;
}
