// Colours with a meaning: a hue per head, and the names of the two variants' colours. Values of the variants live in `ui/theme.css`.
import { hcl } from 'd3';
import type { Series, Variant } from '../contract/workbench.ts';

/** The golden angle: neighbouring heads get far hues, and a head keeps its own however many there are. */
const GOLDEN_ANGLE = 137.508;
const FIRST_HUE = 285;
/** Middle lightness: at least 3 : 1 against the white and the dark surface alike. */
const LIGHTNESS = 57;
const CHROMA = 48;

/** Hue of a head in degrees, 0…360. */
export function headHue(head: number): number {
  return (FIRST_HUE + head * GOLDEN_ANGLE) % 360;
}

/** A head's colour as hex. */
export function headColor(head: number): string {
  return hcl(headHue(head), CHROMA, LIGHTNESS).formatHex();
}

/** Full attention is blue, windowed orange (Okabe & Ito 2008), everywhere. */
export const VARIANT_COLOR: Record<Variant, string> = { full: 'var(--full)', windowed: 'var(--windowed)' };

/** Which variant a timing series measures. */
export function variantOf(series: Series): Variant {
  return series === 'gpu-full' || series === 'cpu-full' ? 'full' : 'windowed';
}

/** Which backend a timing series measures: the GPU is drawn solid and filled, the CPU dashed and hollow. */
export function backendOf(series: Series): 'gpu' | 'cpu' {
  return series === 'gpu-full' || series === 'gpu-windowed' ? 'gpu' : 'cpu';
}
