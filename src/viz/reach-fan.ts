// How far one position reaches back through a stack of windows: the limit of each layer, clipped to the sequence, and within it where
// uniform weights would put most of the influence (one standard deviation of a random walk). Geometry only.
import { influenceSpread } from '../theory/paths.ts';

export interface ReachLayer {
  /** 0: the position itself, above all layers. */
  layer: number;
  y: number;
  limit: readonly [number, number];
  spread: readonly [number, number];
}

export interface ReachFan {
  layers: ReachLayer[];
  /** The whole fan and its inner part, SVG path data. */
  limitPath: string;
  spreadPath: string;
  /** Pixels of the position the fan belongs to. */
  x: number;
}

export interface ReachOptions {
  length: number;
  window: number;
  layers: number;
  /** From 0. */
  position: number;
  width: number;
  layerHeight: number;
}

function outline(layers: readonly ReachLayer[], side: 'limit' | 'spread'): string {
  const down = layers.map((one) => `${one[side][1]} ${one.y}`);
  const up = layers.map((one) => `${one[side][0]} ${one.y}`).reverse();
  return `M${[...down, ...up].join('L')}z`;
}

export function reachFan({ length, window, layers: count, position, width, layerHeight }: ReachOptions): ReachFan {
  const last = Math.max(1, length - 1);
  const x = (at: number) => (Math.max(0, Math.min(last, at)) / last) * width;
  const around = (reach: number) => [x(position - reach), x(position + reach)] as const;
  const layers = Array.from({ length: count + 1 }, (_, layer) => ({
    layer,
    y: layer * layerHeight,
    limit: around(layer * window),
    spread: around(layer === 0 ? 0 : Math.min(layer * window, influenceSpread(window, layer))),
  }));
  return { layers, limitPath: outline(layers, 'limit'), spreadPath: outline(layers, 'spread'), x: x(position) };
}
