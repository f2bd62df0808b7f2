// What the labs on mixers and speed-ups open with, and what their sweeps measure: sizes at which two CPU cores show every claim within
// seconds. Pure data. Used by the page, by `npm run bench -- --mixers` and by tests alike.
import type { BackendKind } from '../contract/engine.ts';
import { MAX_HEAD_DIM } from '../contract/problem.ts';
import type { MixerKind, MixerSetting, MixerSweep } from '../contract/mixers.ts';
import { SPEED_UP_NAMES, type StackComparison, type StackShape, type StackTrial } from '../contract/stack.ts';

export const MIXER_DEFAULTS: Readonly<MixerSetting> = {
  length: 512,
  width: 64,
  heads: 1,
  window: 16,
  kernel: 3,
  dilation: 2,
  seed: 1,
};

/** One of each column of Table 1, the full layer beside its core, and the three recurrences. */
export const SWEPT_KINDS: readonly MixerKind[] = [
  'attention-core',
  'attention',
  'local-core',
  'elman',
  'gru',
  'lstm',
  'convolution',
  'separable',
];

/** With room to spare for starting up: the promise is 20 s. */
const TOTAL_MS = 18_000;

/** The largest number of heads, no more than wanted, that divides every width and leaves no head wider than the kernels take. */
export function headsFor(widths: readonly number[], wanted: number): number {
  const fits = (heads: number) => widths.every((width) => width % heads === 0 && width / heads <= MAX_HEAD_DIM);
  for (let heads = wanted; heads >= 1; heads--) if (fits(heads)) return heads;
  // Too wide for so few: the fewest that do.
  let heads = wanted + 1;
  while (!fits(heads) && heads < Math.max(...widths)) heads++;
  return heads;
}

/** Lengths that keep every thread busy, so that work and not the sharing of it is what grows. */
export function lengthSweep(backends: BackendKind[], base: MixerSetting = MIXER_DEFAULTS): MixerSweep {
  return {
    kinds: [...SWEPT_KINDS],
    backends,
    base,
    axis: 'length',
    values: [256, 512, 1024, 2048],
    samples: 5,
    budgetMs: 2000,
    totalMs: TOTAL_MS,
  };
}

/** Widths at a length of 256, from where a state's product outweighs its gates' curves. */
export function widthSweep(backends: BackendKind[], base: MixerSetting = MIXER_DEFAULTS): MixerSweep {
  return {
    ...lengthSweep(backends, { ...base, length: 256, heads: 4 }),
    axis: 'width',
    values: [128, 192, 256, 384, 512],
  };
}

/** A sixth of BERT-base's width and layers, at its longest input: time for several samples of every speed-up. */
export const STACK_DEFAULTS: Readonly<StackShape> = {
  layers: 2,
  length: 512,
  width: 128,
  heads: 4,
  kvHeads: 4,
  headDim: 32,
  feedForward: 512,
  activation: 'gelu',
  window: null,
  dilation: 1,
  globalTokens: 0,
  sharedLayers: false,
  rank: null,
  int8: false,
  vocabulary: 30_522,
  seed: 1,
};

/** Heads at fixed width: each narrower the more there are. */
export function headsAtWidth(shape: StackShape, counts: readonly number[]): StackTrial[] {
  return counts
    .filter((heads) => shape.width % heads === 0)
    .map((heads) => ({
      id: `width h=${heads}`,
      shape: { ...shape, heads, kvHeads: heads, headDim: shape.width / heads },
    }));
}

/** Heads of a fixed size: fewer are less of everything in attention. */
export function headsOfSize(shape: StackShape, counts: readonly number[]): StackTrial[] {
  return counts.map((heads) => ({ id: `size h=${heads}`, shape: { ...shape, heads, kvHeads: heads } }));
}

/** The ids of `speedUps`. `base` is what all others are compared with. */
export const SPEED_UPS = ['base', ...SPEED_UP_NAMES] as const;
export type SpeedUp = (typeof SPEED_UPS)[number];

/** How far a speed-up goes, where that is a choice; each has a default that suits the shape. */
export interface SpeedUpTargets {
  /** Key/value heads of `grouped`. */
  kvHeads?: number | undefined;
  /** Keys to either side of `window`. */
  window?: number | undefined;
  /** Columns between two factors of `low-rank`; default a quarter of the width. */
  rank?: number | undefined;
}
/** Of `window`, when nobody says otherwise. */
export const DEFAULT_WINDOW = 32;

const even = (value: number) => Math.max(1, Math.floor(value / 2));

/** The largest divisor of `heads` that is no larger than what is wanted. */
export function kvHeadsFor(heads: number, wanted: number): number {
  let most = Math.max(1, Math.min(heads, wanted));
  while (heads % most !== 0) most--;
  return most;
}

export const defaultRank = (width: number) => Math.max(1, Math.floor(width / 4));

/** Each speed-up by itself: what it makes of a shape. */
export const APPLY: Readonly<Record<SpeedUp, (shape: StackShape, targets?: SpeedUpTargets) => StackShape>> = {
  base: (shape) => shape,
  // Of the same size: at fixed width nothing would be saved.
  'half-heads': (shape) => ({ ...shape, heads: even(shape.heads), kvHeads: even(shape.kvHeads) }),
  grouped: (shape, { kvHeads = 1 } = {}) => ({ ...shape, kvHeads: kvHeadsFor(shape.heads, kvHeads) }),
  window: (shape, { window = DEFAULT_WINDOW } = {}) => ({ ...shape, window }),
  'half-width': (shape) => ({
    ...shape,
    width: even(shape.width),
    headDim: even(shape.headDim),
    feedForward: even(shape.feedForward),
  }),
  'half-layers': (shape) => ({ ...shape, layers: even(shape.layers) }),
  // The pass never multiplies with the table: a smaller one saves bytes only.
  vocabulary: (shape) => ({ ...shape, vocabulary: Math.floor(shape.vocabulary / 4) }),
  'low-rank': (shape, { rank = defaultRank(shape.width) } = {}) => ({ ...shape, rank }),
  shared: (shape) => ({ ...shape, sharedLayers: true }),
  int8: (shape) => ({ ...shape, int8: true }),
};

/** All of these together. */
export function combined(shape: StackShape, speedUps: readonly SpeedUp[], targets: SpeedUpTargets = {}): StackShape {
  return speedUps.reduce((changed, speedUp) => APPLY[speedUp](changed, targets), shape);
}

export function speedUps(
  backends: BackendKind[],
  shape: StackShape = STACK_DEFAULTS,
  wanted: readonly SpeedUp[] = SPEED_UPS,
  targets: SpeedUpTargets = {},
): StackComparison {
  const trials = wanted.map((id) => ({ id, shape: APPLY[id](shape, targets) }));
  return { trials, backends, samples: 7, budgetMs: 2500, totalMs: TOTAL_MS };
}

/** Any stacks in turns, within the same time. */
export function stacksInTurns(trials: StackTrial[], backends: BackendKind[]): StackComparison {
  return { trials, backends, samples: 7, budgetMs: 2500, totalMs: TOTAL_MS };
}
