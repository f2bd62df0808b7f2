// Numbers to pixels: one RGBA texel per block of a picture, ready for ImageData. No canvas here; the page draws what comes out.
// Hidden and not yet computed blocks stay transparent: the page's surface shows, and `hidden-regions.ts` gives the hatch its shape.
import type { CellStates } from './cell-states.ts';
import { CELL_VISIBLE } from './cell-states.ts';
import { differenceEntry, largestMagnitude, largestOf, weightScale, type ScaleKind } from './color-scale.ts';

export interface PictureShape {
  height: number;
  width: number;
}

export interface PaintOptions {
  /** `[256 · 3]` RGB, see `color-ramp.ts`. */
  ramp: Uint8Array;
  scale: ScaleKind;
  /** The value at the ramp's top; default the picture's largest. The `row` scale has a top per row instead. */
  max?: number;
  /** Lowest value the `log` scale still tells apart; default five powers of ten below `max`. */
  floor?: number;
  /** `[height, width]`: blocks that are not visible are left transparent. */
  states?: CellStates;
}

/** Weights `[height, width]` as RGBA `[height, width, 4]`. NaN means "not computed" and stays transparent. */
export function paintWeights(
  values: ArrayLike<number>,
  { height, width }: PictureShape,
  options: PaintOptions,
): Uint8ClampedArray<ArrayBuffer> {
  const texels = new Uint32Array(height * width);
  const palette = texelsOf(options.ramp);
  const scale = weightScale(options.scale, options.max ?? largestOf(values), options.floor);
  for (let row = 0; row < height; row++) {
    const rowTop = options.scale === 'row' ? rowLargest(values, row * width, width) : 1;
    for (let n = row * width; n < (row + 1) * width; n++) {
      const value = values[n]!;
      if (Number.isNaN(value) || (options.states && options.states[n] !== CELL_VISIBLE)) continue;
      texels[n] = palette[scale.entry(rowTop > 0 ? value / rowTop : 0)]!;
    }
  }
  return new Uint8ClampedArray(texels.buffer);
}

/** Signed differences `[height, width]` on a symmetric domain `−limit … limit`; exact zero is neutral. Blocks that `states` hide stay transparent. */
export function paintDifference(
  values: ArrayLike<number>,
  { height, width }: PictureShape,
  { ramp, limit = largestMagnitude(values), states }: { ramp: Uint8Array; limit?: number; states?: CellStates },
): Uint8ClampedArray<ArrayBuffer> {
  const texels = new Uint32Array(height * width);
  const palette = texelsOf(ramp);
  for (let n = 0; n < height * width; n++) {
    if (Number.isNaN(values[n]!) || (states && states[n] !== CELL_VISIBLE)) continue;
    texels[n] = palette[differenceEntry(values[n]!, limit)]!;
  }
  return new Uint8ClampedArray(texels.buffer);
}

/** `a − b`, element by element. */
export function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>): Float32Array {
  const difference = new Float32Array(Math.min(a.length, b.length));
  for (let n = 0; n < difference.length; n++) difference[n] = a[n]! - b[n]!;
  return difference;
}

function rowLargest(values: ArrayLike<number>, start: number, width: number): number {
  let largest = 0;
  for (let n = start; n < start + width; n++) if (values[n]! > largest) largest = values[n]!;
  return largest;
}

const palettes = new WeakMap<Uint8Array, Uint32Array>();

/** A ramp's entries as opaque RGBA texels, in this machine's byte order: a cell is then one store instead of four clamped ones. */
function texelsOf(ramp: Uint8Array): Uint32Array {
  let texels = palettes.get(ramp);
  if (!texels) {
    const bytes = Uint8Array.from({ length: (ramp.length / 3) * 4 }, (_, at) =>
      at % 4 === 3 ? 255 : ramp[3 * (at >> 2) + (at % 4)]!,
    );
    texels = new Uint32Array(bytes.buffer);
    palettes.set(ramp, texels);
  }
  return texels;
}
