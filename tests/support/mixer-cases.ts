// The one table of mixers and stacks that every backend must pass against `math/`. Each is named for its oddity.
import type { MixerKind, MixerProblem } from '../../src/contract/mixers.ts';
import type { StackShape } from '../../src/contract/stack.ts';

export interface MixerCase {
  name: string;
  problem: MixerProblem;
}

const mixer = (kind: MixerKind, length: number, width: number, more: Partial<MixerProblem> = {}): MixerProblem => ({
  kind,
  length,
  width,
  heads: 1,
  window: 2,
  kernel: 3,
  dilation: 1,
  seed: 5,
  ...more,
});

export const MIXER_CASES: MixerCase[] = [
  { name: 'attention, one token', problem: mixer('attention', 1, 4) },
  { name: 'attention, one number per head', problem: mixer('attention', 9, 3, { heads: 3 }) },
  { name: 'attention, prime length, five heads of seven', problem: mixer('attention', 37, 35, { heads: 5 }) },
  { name: 'attention, two heads of 64', problem: mixer('attention', 67, 128, { heads: 2 }) },
  { name: 'core, three heads of eleven', problem: mixer('attention-core', 41, 33, { heads: 3 }) },
  { name: 'local, self only', problem: mixer('local', 19, 8, { heads: 2, window: 0 }) },
  { name: 'local, window five', problem: mixer('local', 53, 24, { heads: 3, window: 5 }) },
  { name: 'local, window beyond the ends', problem: mixer('local', 11, 8, { window: 400 }) },
  { name: 'local core', problem: mixer('local-core', 45, 16, { heads: 4, window: 3 }) },
  ...(['elman', 'gru', 'lstm'] as const).flatMap((kind) => [
    { name: `${kind}, one token of one number`, problem: mixer(kind, 1, 1) },
    { name: `${kind}, three numbers, prime length`, problem: mixer(kind, 31, 3) },
    { name: `${kind}, width not a multiple of four`, problem: mixer(kind, 17, 37) },
    { name: `${kind}, width above a workgroup’s rows`, problem: mixer(kind, 23, 132) },
    { name: `${kind}, more steps than a dispatch takes`, problem: mixer(kind, 700, 20) },
  ]),
  { name: 'elman, too wide for a workgroup', problem: mixer('elman', 4, 1028) },
  { name: 'convolution, one token, kernel seven', problem: mixer('convolution', 1, 5, { kernel: 7 }) },
  { name: 'convolution, kernel one', problem: mixer('convolution', 13, 7, { kernel: 1 }) },
  { name: 'convolution, kernel three', problem: mixer('convolution', 29, 18, { kernel: 3 }) },
  { name: 'convolution, even kernel', problem: mixer('convolution', 22, 12, { kernel: 4 }) },
  { name: 'convolution, kernel longer than the sequence', problem: mixer('convolution', 5, 6, { kernel: 15 }) },
  { name: 'convolution, long enough for several jobs', problem: mixer('convolution', 301, 33, { kernel: 5 }) },
  { name: 'dilated, two apart', problem: mixer('dilated', 31, 9, { kernel: 3, dilation: 2 }) },
  { name: 'dilated, even kernel, three apart', problem: mixer('dilated', 40, 8, { kernel: 4, dilation: 3 }) },
  { name: 'dilated beyond the ends', problem: mixer('dilated', 10, 8, { kernel: 3, dilation: 50 }) },
  { name: 'separable, one token', problem: mixer('separable', 1, 3, { kernel: 5 }) },
  { name: 'separable, kernel nine, odd width', problem: mixer('separable', 47, 13, { kernel: 9 }) },
  { name: 'separable, even kernel', problem: mixer('separable', 33, 16, { kernel: 2 }) },
];

export interface StackCase {
  name: string;
  shape: StackShape;
}

export const stackShape = (more: Partial<StackShape> = {}): StackShape => ({
  layers: 2,
  length: 23,
  width: 24,
  heads: 3,
  kvHeads: 3,
  headDim: 8,
  feedForward: 40,
  activation: 'relu',
  window: null,
  dilation: 1,
  globalTokens: 0,
  sharedLayers: false,
  rank: null,
  int8: false,
  vocabulary: 100,
  seed: 9,
  ...more,
});

export const STACK_CASES: StackCase[] = [
  { name: 'two plain layers', shape: stackShape() },
  { name: 'one layer, one token', shape: stackShape({ layers: 1, length: 1 }) },
  { name: 'odd sizes', shape: stackShape({ length: 13, width: 15, heads: 5, kvHeads: 5, headDim: 3, feedForward: 7 }) },
  { name: 'grouped keys and values', shape: stackShape({ width: 32, heads: 4, kvHeads: 2 }) },
  { name: 'one key head for all', shape: stackShape({ heads: 6, kvHeads: 1, headDim: 5 }) },
  { name: 'heads of a size of their own', shape: stackShape({ heads: 2, kvHeads: 2, headDim: 20 }) },
  { name: 'window', shape: stackShape({ length: 60, window: 4 }) },
  {
    name: 'dilated window and global tokens',
    shape: stackShape({ length: 60, window: 6, dilation: 3, globalTokens: 2 }),
  },
  { name: 'shared layers', shape: stackShape({ layers: 4, sharedLayers: true }) },
  { name: 'factored matrices', shape: stackShape({ rank: 5 }) },
  { name: 'gelu', shape: stackShape({ activation: 'gelu' }) },
  { name: '8-bit weights', shape: stackShape({ int8: true }) },
  {
    name: '8-bit weights, odd sizes, factored',
    shape: stackShape({ int8: true, rank: 3, width: 21, heads: 3, kvHeads: 3, headDim: 7, feedForward: 9 }),
  },
];
