// Geometry of how information travels between two positions: positions along x, layers from the input at the bottom upwards, the way
// taken as a line, and what the receiving position can know as a shape below it. No drawing; the mixers lab's `PathsPicture.svelte` does.
import { line } from 'd3';
import { isRecurrent, type MixerProblem } from '../contract/mixers.ts';
import { hopsBetween, pathBetween, receptiveField } from '../theory/paths.ts';

type Mixer = Pick<MixerProblem, 'kind' | 'length' | 'window' | 'kernel'>;

export interface PathsPicture {
  /** Layers, or the steps of a recurrent layer; Infinity where there is no way. */
  hops: number;
  /** Layers drawn. */
  layers: number;
  /** Pixels of every position, and of every layer's output; the input is the first. */
  x: number[];
  y: number[];
  /** The way as SVG path data; empty without one. */
  way: string;
  /** Where it stops on the way. */
  stops: { x: number; y: number }[];
  /** What the receiving position can know after `depth` layers, as SVG path data. */
  field: string;
  /** The same at the input, both ends included. */
  reach: { first: number; last: number };
}

export interface PathsOptions {
  from: number;
  to: number;
  /** Layers after which the receptive field is asked for. */
  depth: number;
  width: number;
  height: number;
}

export function pathsPicture(mixer: Mixer, { from, to, depth, width, height }: PathsOptions): PathsPicture {
  const hops = hopsBetween(mixer, from, to);
  const stepsAlong = isRecurrent(mixer.kind);
  const needed = hops === Infinity ? 1 : stepsAlong ? 1 : hops;
  const layers = Math.max(1, depth, needed);
  const step = width / mixer.length;
  const x = Array.from({ length: mixer.length }, (_, position) => (position + 0.5) * step);
  const y = Array.from({ length: layers + 1 }, (_, layer) => height - (layer * height) / layers);
  const visited = pathBetween(mixer, from, to) ?? [];
  // A recurrent layer takes the input in at once and then carries it along its own outputs.
  const stops = stepsAlong && visited.length > 0 ? [[from, 0], ...visited.map((position) => [position, 1])] : visited.map((position, layer) => [position, layer]); // prettier-ignore
  const points = stops.map(([position, layer]) => ({ x: x[position!]!, y: y[layer!]! }));
  return {
    hops,
    layers,
    x,
    y,
    way: points.length > 1 ? line()(points.map((point) => [point.x, point.y]))! : '',
    stops: points,
    field: fieldPath(mixer, to, depth, x, y, step),
    reach: receptiveField(mixer, to, depth),
  };
}

/** From the receiving position after `depth` layers down to the input, as wide at each layer's output as what matters there. */
function fieldPath(mixer: Mixer, to: number, depth: number, x: number[], y: number[], step: number): string {
  const rows = Array.from({ length: depth + 1 }, (_, layer) => {
    const { first, last } = receptiveField(mixer, to, depth, layer);
    return { left: x[first]! - step / 2, right: x[last]! + step / 2, y: y[layer]! };
  });
  const right = rows.map((row): [number, number] => [row.right, row.y]);
  const left = rows.map((row): [number, number] => [row.left, row.y]).reverse();
  return `${line()([...right, ...left])!}Z`;
}
