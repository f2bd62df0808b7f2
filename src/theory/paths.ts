// How far information travels: the hops between two positions in each mixer, and what a position can know after L layers.
// Pure. Read by the mixers lab and Table 1. Reach is a limit, not an influence: `influenceSpread` says how it thins out.
//
// A hop is one layer; in a recurrence, one step of a single layer. A dilated convolution counts as the stack in which layer i has its taps
// k^i apart (ByteNet, WaveNet): its receptive field is k^L, so ⌈log_k n⌉ layers span n positions. With one fixed dilation it would not be.
import { isLocal, isRecurrent, reachLeft, type MixerProblem } from '../contract/mixers.ts';

type Reach = Pick<MixerProblem, 'kind' | 'length' | 'window' | 'kernel'>;

/** How far one layer carries a signal, as positions to the left and right of the one that receives it. */
function layerReach({ kind, window, kernel }: Reach): { left: number; right: number } {
  if (isLocal(kind)) return { left: window, right: window };
  const left = reachLeft(kernel, 1);
  return { left, right: kernel - 1 - left };
}

/** The sequence ends: what a dilated layer would fetch from beyond is zero. So sets are spread hop by hop, holes and all. */
function spread(reached: Uint8Array, kernel: number, layer: number, towards: 'output' | 'input'): Uint8Array {
  const apart = kernel ** layer;
  const sign = towards === 'input' ? 1 : -1;
  const next = new Uint8Array(reached.length);
  reached.forEach((is, position) => {
    if (is === 0) return;
    for (let tap = 0; tap < kernel; tap++) {
      const other = position + sign * (tap * apart - reachLeft(kernel, apart));
      if (other >= 0 && other < next.length) next[other] = 1;
    }
  });
  return next;
}

const only = (length: number, position: number): Uint8Array => {
  const set = new Uint8Array(length);
  set[position] = 1;
  return set;
};

/** Where a signal from `from` can be after each layer of a dilated stack, until it is at `to`; null when it never is. */
function dilatedWave({ length, kernel }: Reach, from: number, to: number): Uint8Array[] | null {
  const wave = [only(length, from)];
  if (kernel < 2) return null;
  // Beyond this all taps but one fall off both ends.
  while (kernel ** (wave.length - 1) < 2 * length) {
    wave.push(spread(wave.at(-1)!, kernel, wave.length - 1, 'output'));
    if (wave.at(-1)![to]) return wave;
  }
  return null;
}

const isGlobal = ({ kind }: Reach) => kind === 'attention' || kind === 'attention-core';

/**
 * Positions seen by `position` after `layers` layers, both ends included and clipped to the sequence. With `from`, the positions at the
 * output of layer `from` (0: the input) that matter: a dilated stack's first layers have the nearest taps.
 */
export function receptiveField(
  mixer: Reach,
  position: number,
  layers: number,
  from = 0,
): { first: number; last: number } {
  const last = mixer.length - 1;
  if (layers <= from) return { first: position, last: position };
  if (isGlobal(mixer)) return { first: 0, last };
  if (isRecurrent(mixer.kind)) return { first: 0, last: position };
  if (mixer.kind !== 'dilated') {
    const { left, right } = layerReach(mixer);
    const hops = layers - from;
    return { first: Math.max(0, position - hops * left), last: Math.min(last, position + hops * right) };
  }
  const deepest = Math.ceil(Math.log(2 * mixer.length) / Math.log(Math.max(2, mixer.kernel)));
  let reached = only(mixer.length, position);
  for (let layer = Math.min(layers, deepest) - 1; layer >= from; layer--)
    reached = spread(reached, mixer.kernel, layer, 'input');
  return { first: reached.indexOf(1), last: reached.lastIndexOf(1) };
}

/** Layers that carry a signal from `from` to `to`; Infinity where none do. 0 from a position to itself. */
export function layersBetween(mixer: Reach, from: number, to: number): number {
  if (from === to) return 0;
  if (isGlobal(mixer)) return 1;
  if (isRecurrent(mixer.kind)) return from < to ? 1 : Infinity;
  if (mixer.kind === 'dilated') return (dilatedWave(mixer, from, to)?.length ?? Infinity) - 1;
  const reach = layerReach(mixer)[from < to ? 'left' : 'right'];
  return reach === 0 ? Infinity : Math.ceil(Math.abs(to - from) / reach);
}

/** Hops from `from` to `to`: layers, or in a recurrence the steps of one layer. */
export function hopsBetween(mixer: Reach, from: number, to: number): number {
  if (isRecurrent(mixer.kind)) return from <= to ? to - from : Infinity;
  return layersBetween(mixer, from, to);
}

/** The hops between both ends, the slower way; Infinity when one way does not exist. */
export function longestPath(mixer: Reach): number {
  const last = mixer.length - 1;
  if (isRecurrent(mixer.kind)) return last;
  return Math.max(hopsBetween(mixer, 0, last), hopsBetween(mixer, last, 0));
}

/** Layers until some position sees all n: what the receptive field 1 + L(k − 1), or k^L when dilated, is often counted by. */
export function layersToSpan({ kind, length: n, window, kernel: k }: Reach): number {
  if (n <= 1) return 0;
  if (isLocal(kind)) return window === 0 ? Infinity : Math.ceil((n - 1) / (2 * window));
  if (isGlobal({ kind, length: n, window, kernel: k }) || isRecurrent(kind)) return 1;
  if (k < 2) return Infinity;
  if (kind !== 'dilated') return Math.ceil((n - 1) / (k - 1));
  let layers = 0;
  for (let field = 1; field < n; field *= k) layers++;
  return layers;
}

/**
 * The positions a signal visits from `from` to `to`, both included, with as few hops as `hopsBetween` tells; null where there is no way.
 * Hops that wait (a dilated stack's layer that need not move) repeat a position.
 */
export function pathBetween(mixer: Reach, from: number, to: number): number[] | null {
  const hops = hopsBetween(mixer, from, to);
  if (hops === Infinity) return null;
  if (isGlobal(mixer)) return from === to ? [from] : [from, to];
  if (mixer.kind !== 'dilated') {
    const path = [from];
    const sign = Math.sign(to - from);
    const reach = isRecurrent(mixer.kind) ? 1 : layerReach(mixer)[sign > 0 ? 'left' : 'right'];
    while (path.at(-1) !== to) path.push(from + sign * Math.min(path.length * reach, Math.abs(to - from)));
    return path;
  }
  // Back from `to`: of the positions a layer could have fetched from, one where the signal was.
  const wave = from === to ? [only(mixer.length, from)] : dilatedWave(mixer, from, to)!;
  const path = [to];
  for (let layer = wave.length - 2; layer >= 0; layer--) {
    const sources = spread(only(mixer.length, path[0]!), mixer.kernel, layer, 'input');
    path.unshift(wave[layer]!.findIndex((is, position) => is === 1 && sources[position] === 1));
  }
  return path;
}

/** Standard deviation, in positions, of a uniform window's influence after L layers: a random walk of steps within ±w. */
export function influenceSpread(window: number, layers: number): number {
  return Math.sqrt((layers * window * (window + 1)) / 3);
}
