// The roofline model: what a device allows at an amount of work per byte (Williams, Waterman, Patterson 2009,
// "Roofline: an insightful visual performance model"). Pure; rates are per second. Called by the benchmark and the charts.
import type { DevicePeak, PeakSamples } from '../contract/device-peak.ts';

export interface Roofline {
  /** Operations per second in registers. */
  flops: number;
  /** Bytes per second to and from memory. */
  bytes: number;
}

/** The best a device was ever measured at: a limit, so whatever slowed a sample down has no part in it. */
export function rooflineOf(peak: DevicePeak): Roofline {
  return { flops: Math.max(...peak.flops.samples), bytes: Math.max(...peak.bytes.samples) };
}

export function joinSamples(a: PeakSamples, b: PeakSamples): PeakSamples {
  return {
    samples: [...a.samples, ...b.samples],
    warmUps: a.warmUps + b.warmUps,
    sampleMs: Math.max(a.sampleMs, b.sampleMs),
  };
}

/** Two measurements of one device as one. */
export function joinPeaks(first: DevicePeak, second: DevicePeak): DevicePeak {
  return {
    ...second,
    flops: joinSamples(first.flops, second.flops),
    bytes: joinSamples(first.bytes, second.bytes),
  };
}

/** Operations per byte from which computing, not memory, is the limit. */
export function ridge({ flops, bytes }: Roofline): number {
  return flops / bytes;
}

/** Operations per second the device allows at `intensity` operations per byte. */
export function attainable(roofline: Roofline, intensity: number): number {
  return Math.min(roofline.flops, intensity * roofline.bytes);
}

export function boundBy(roofline: Roofline, intensity: number): 'compute' | 'memory' {
  return intensity >= ridge(roofline) ? 'compute' : 'memory';
}

/** What was reached over what the device allows. Above 1 when data stayed in caches or the peak was measured on a busier machine. */
export function rooflineShare(roofline: Roofline, intensity: number, flopsPerSecond: number): number {
  return flopsPerSecond / attainable(roofline, intensity);
}
