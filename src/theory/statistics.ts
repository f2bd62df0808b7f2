// Medians and quartiles of repeated timings. Pure; the input is never reordered. Called by charts, tables and benches.

export interface Quartiles {
  /** A quarter of the samples lies below. */
  lower: number;
  median: number;
  /** A quarter of the samples lies above. */
  upper: number;
}

/**
 * The value below which the share `p` (0…1) of the samples lies, by linear interpolation between neighbours
 * (Hyndman & Fan 1996, type 7: the default of NumPy, R and d3). NaN without samples.
 */
export function quantile(samples: ArrayLike<number>, p: number): number {
  return quantileOfSorted(Float64Array.from(samples).sort(), p);
}

function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (sorted.length === 0) return NaN;
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}

export function median(samples: ArrayLike<number>): number {
  return quantile(samples, 0.5);
}

export function quartiles(samples: ArrayLike<number>): Quartiles {
  const sorted = Float64Array.from(samples).sort();
  return {
    lower: quantileOfSorted(sorted, 0.25),
    median: quantileOfSorted(sorted, 0.5),
    upper: quantileOfSorted(sorted, 0.75),
  };
}

export type WorkClock = 'processor' | 'kernel' | 'wall';

/**
 * The samples that tell of work rather than of waiting: a CPU's processor time, which does not depend on how a piece of work was shared
 * among threads, else the backend's own clock, else the host's. Clocks are never mixed within one list.
 */
export function workTimes(times: {
  readonly processor: readonly number[];
  readonly kernel: readonly number[];
  readonly wall: readonly number[];
}): { ms: readonly number[]; clock: WorkClock } {
  if (times.processor.length > 0) return { ms: times.processor, clock: 'processor' };
  return times.kernel.length > 0 ? { ms: times.kernel, clock: 'kernel' } : { ms: times.wall, clock: 'wall' };
}

/** The quickest sample: what other programs on the machine can add to a time, they add; so growth is fitted to these. NaN without samples. */
export function quickest(samples: readonly number[]): number {
  return samples.length === 0 ? NaN : Math.min(...samples);
}
