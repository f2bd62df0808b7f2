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
