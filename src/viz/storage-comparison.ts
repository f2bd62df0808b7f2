// 16-bit against 32-bit storage in numbers: the ratio of times taken in turns, and the change of the output against its size. Pure.
// Words belong to the catalogue. Called by the storage panel.
import type { StorageComparison } from '../contract/workbench.ts';
import { quartiles, type Quartiles } from '../theory/statistics.ts';

/** Ratios this near 1 are told as "the same time". */
const SAME = 0.05;

export interface StorageReading {
  /** 16-bit time over 32-bit time, sample by sample: neighbours in time share the machine's mood. */
  ratio: Quartiles;
  /** 16-bit bytes over 32-bit bytes. */
  byteShare: number;
  /** Largest change of an output number over the largest output number. */
  errorShare: number;
  effect: 'faster' | 'same' | 'slower';
}

export function readStorage({ samples, byteLength, largestError, largestOutput }: StorageComparison): StorageReading {
  const ratio = quartiles(samples.f16.map((ms, n) => ms / samples.f32[n]!));
  // Only a spread that leaves 1 aside is told as a difference.
  const effect = ratio.median < 1 - SAME && ratio.upper < 1 ? 'faster' : ratio.median > 1 + SAME && ratio.lower > 1 ? 'slower' : 'same'; // prettier-ignore
  return { ratio, byteShare: byteLength.f16 / byteLength.f32, errorShare: largestError / largestOutput, effect };
}
