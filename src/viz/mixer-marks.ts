// How a mixer is drawn everywhere: its family's hue, and a shape that tells it from its kin. A core is the square beside its layer's disc.
// Values of the hues live in `ui/theme.css`. No drawing; charts, tables and exports of the mixers lab ask here.
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle, type SymbolType } from 'd3';
import { isLocal, isRecurrent, type MixerKind } from '../contract/mixers.ts';

export type MixerFamily = 'full' | 'windowed' | 'recurrent' | 'convolution';

export function familyOf(kind: MixerKind): MixerFamily {
  if (isRecurrent(kind)) return 'recurrent';
  if (isLocal(kind)) return 'windowed';
  return kind === 'attention' || kind === 'attention-core' ? 'full' : 'convolution';
}

/** A CSS colour. */
export const mixerColor = (kind: MixerKind): string => `var(--${familyOf(kind)})`;

const SHAPES: Readonly<Record<MixerKind, SymbolType>> = {
  attention: symbolCircle,
  'attention-core': symbolSquare,
  local: symbolCircle,
  'local-core': symbolSquare,
  elman: symbolCircle,
  gru: symbolSquare,
  lstm: symbolTriangle,
  convolution: symbolCircle,
  separable: symbolSquare,
  dilated: symbolTriangle,
};

/** SVG path of a mixer's mark around the origin. */
export const mixerMark = (kind: MixerKind, areaPx = 42): string => symbol(SHAPES[kind], areaPx)()!;

/** SVG path of the mark where two lines cross. */
export const crossingMark = (areaPx = 52): string => symbol(symbolDiamond, areaPx)()!;
