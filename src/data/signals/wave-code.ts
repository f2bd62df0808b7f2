// Codes a place on a line or circle as pairs of cosine and sine, so that the scaled score of two codes depends on their
// difference alone: scale · q·k = Σ strength · cos(2π · difference / period). The idea of rotary and sinusoidal positions
// (Vaswani et al. 2017, §3.5). Called by the local, copy and clusters signals.
import type { RowPlace } from './signal.ts';

export interface Wave {
  /** Difference after which it repeats. */
  period: number;
  /** Its share of the score at difference 0, after the scale 1/sqrt(headDim). */
  strength: number;
}

/** How many waves a row has room for. */
export function waveRoom(headDim: number): number {
  return Math.floor(headDim / 2);
}

/** Writes the code of `where` to the front of a row, times `gain`; returns how many numbers it took. */
export function writeWaves({ row, start, headDim }: RowPlace, waves: readonly Wave[], where: number, gain = 1): number {
  for (let m = 0; m < waves.length; m++) {
    const { period, strength } = waves[m]!;
    // Both sides carry this root, so their product is strength · sqrt(headDim), and the scale takes the square root away.
    const amplitude = gain * Math.sqrt(strength * Math.sqrt(headDim));
    const angle = (2 * Math.PI * (where % period)) / period;
    row[start + 2 * m] = amplitude * Math.cos(angle);
    row[start + 2 * m + 1] = amplitude * Math.sin(angle);
  }
  return 2 * waves.length;
}

/** The strength at which a difference of `step` costs `drop` nats of score. */
export function strengthForDrop(drop: number, step: number, period: number): number {
  return drop / (1 - Math.cos((2 * Math.PI * step) / period));
}
