// A Transformer encoder stack in numbers: its shape, which values are allowed, its matrices, and what is asked and told of it.
// Pre-norm, as the pretrained encoder of this project: x + Attention(norm(x)), then x + FeedForward(norm(x)) (Xiong et al. 2020,
// "On Layer Normalization in the Transformer Architecture", Figure 1b). No computation. Used by every room.
import type { BackendInfo, BackendKind } from './engine.ts';
import { AttentionError, type AttentionErrorCode, type AttentionErrorDetail } from './errors.ts';
import { MAX_HEAD_DIM, resolveProblem, type ResolvedProblem } from './problem.ts';
import type { SourceSpec } from './workbench.ts';

/** What the speed-ups lab shows, one at a time. */
export const SPEED_UP_PANELS = ['heads', 'window', 'parameters', 'together'] as const;
export type SpeedUpPanel = (typeof SPEED_UP_PANELS)[number];

/** The speed-ups by name; `theory/lab-defaults.ts` says what each does to a shape. */
export const SPEED_UP_NAMES = [
  'half-heads',
  'grouped',
  'window',
  'half-width',
  'half-layers',
  'vocabulary',
  'low-rank',
  'shared',
  'int8',
] as const;

export const STACK_ACTIVATIONS = ['relu', 'gelu'] as const;
export type StackActivation = (typeof STACK_ACTIVATIONS)[number];

export interface StackShape {
  /** L. 1…48. */
  layers: number;
  /** n, positions. */
  length: number;
  /** d, numbers per position. */
  width: number;
  /** h, query heads. */
  heads: number;
  /** Key/value heads; `heads` is a multiple of it. */
  kvHeads: number;
  /** Numbers per head: `width / heads` at fixed width, or a size of its own at fixed head size. 1…256. */
  headDim: number;
  /** d_ff, numbers per position inside the feed-forward. */
  feedForward: number;
  activation: StackActivation;
  /** Keys seen to either side; null sees all. */
  window: number | null;
  /** Only every so-manieth key of the window is seen; needs a window. */
  dilation: number;
  /** The first so many positions see all and are seen by all. */
  globalTokens: number;
  /** All layers use one set of weights (ALBERT, Lan et al. 2020). */
  sharedLayers: boolean;
  /** Every matrix as a product of two, with this many columns between; null keeps it whole. */
  rank: number | null;
  /** Matrices kept in 8 bits with one scale per column; sums in float32. */
  int8: boolean;
  /** V, rows of the embedding table: counted among the parameters, never multiplied with. */
  vocabulary: number;
  /** Of input and weights. */
  seed: number;
}

const LIMITS = {
  layers: [1, 48],
  length: [1, 65_536],
  width: [1, 2048],
  heads: [1, 64],
  kvHeads: [1, 64],
  headDim: [1, MAX_HEAD_DIM],
  feedForward: [1, 8192],
  dilation: [1, 4096],
  globalTokens: [0, 65_536],
  vocabulary: [0, 1_000_000],
  seed: [0, 2 ** 32 - 1],
} as const;
export const STACK_LIMITS: Readonly<Record<keyof typeof LIMITS, readonly [number, number]>> = LIMITS;

function requireInteger(field: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from ${least} to ${most}` });
}

/** Throws `invalid-problem` naming the first field that is not allowed. */
export function requireStack(shape: StackShape): StackShape {
  for (const [field, range] of Object.entries(LIMITS))
    requireInteger(field, shape[field as keyof typeof LIMITS], range);
  if (shape.window !== null) requireInteger('window', shape.window, [0, 65_536]);
  if (shape.rank !== null) requireInteger('rank', shape.rank, [1, 2048]);
  if (!STACK_ACTIVATIONS.includes(shape.activation))
    throw new AttentionError('invalid-problem', {
      field: 'activation',
      value: shape.activation,
      allowed: STACK_ACTIVATIONS.join(' or '),
    });
  if (shape.heads % shape.kvHeads !== 0)
    throw new AttentionError('invalid-problem', {
      field: 'kvHeads',
      value: shape.kvHeads,
      allowed: `a divisor of heads (${shape.heads})`,
    });
  return shape;
}

/** The attention of each layer. */
export function stackAttention(shape: StackShape): ResolvedProblem {
  const { heads, kvHeads, headDim, length, window: w, dilation, globalTokens } = shape;
  const mask = w === null ? {} : { window: { left: w, right: w }, dilation, globalTokens };
  return resolveProblem({ heads, kvHeads, headDim, queryLength: length, mask });
}

/** The four matrices of a layer, `[rows, columns]`: q, k and v side by side; the heads' output; into and out of the feed-forward. */
export const STACK_MATRICES = ['qkv', 'output', 'up', 'down'] as const;
export type StackMatrix = (typeof STACK_MATRICES)[number];

export function stackShapes(shape: StackShape): Record<StackMatrix, [rows: number, columns: number]> {
  const { width: d, heads, kvHeads, headDim, feedForward } = shape;
  return {
    qkv: [d, (heads + 2 * kvHeads) * headDim],
    output: [heads * headDim, d],
    up: [d, feedForward],
    down: [feedForward, d],
  };
}

export const STACK_EPSILON = 1e-6;

/** One layer's numbers. A matrix is one factor, or two whose product it is. Norms: gain then offset, `[d]` each. */
export interface StackLayerWeights {
  matrices: Record<StackMatrix, Float32Array[]>;
  biases: Record<StackMatrix, Float32Array>;
  norms: [Float32Array, Float32Array, Float32Array, Float32Array];
}

export interface StackRun {
  shape: StackShape;
  backend: BackendInfo;
  /** `[n, d]`. */
  values: Float32Array;
  wallMs: number;
}

/** Several stacks measured in turns: before and after of a speed-up. */
export interface StackTrial {
  /** The caller's name for it. */
  id: string;
  shape: StackShape;
}

export interface StackMeasurement extends StackTrial {
  backend: BackendKind;
  device: string;
  warmUps: number;
  /** As in `MixerMeasurement`. */
  wall: number[];
  kernel: number[];
  processor: number[];
  runsPerSample: number;
  timerResolution: number | null;
  /** What the matrices of all layers really take on the backend, and keys and values of all layers. */
  weightBytes: number;
  keyValueBytes: number;
}

export interface StackGap extends StackTrial {
  backend: BackendKind;
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

export interface StackComparison {
  trials: StackTrial[];
  backends: BackendKind[];
  /** Samples of each trial, taken in turns; at least 3. */
  samples: number;
  /** What one trial's runs may take, milliseconds. */
  budgetMs: number;
  totalMs: number;
}

/** A restricted mask whose error is asked for. */
export interface LocalMask {
  window: number;
  dilation: number;
  globalTokens: number;
}

export interface LocalErrorRequest {
  /** Where Q, K and V come from: a text's encoder layer or a synthetic signal. */
  source: SourceSpec;
  /** The first so many positions of it. */
  length: number;
  heads: number;
  masks: LocalMask[];
  backend: 'auto' | BackendKind;
  /** Samples of each mask's time, taken in turns; 0 measures none. */
  samples: number;
}

/** How far a restricted attention's output is from full attention's, and what each takes. */
export interface LocalError {
  /** Null for full attention itself. */
  mask: LocalMask | null;
  /** Visible (query, key) pairs of one head. */
  pairs: number;
  /** ‖Δ‖ / ‖full output‖ over all heads, rows and dimensions. */
  relative: number;
  /** Largest |Δ|. */
  largest: number;
  /** Milliseconds per run, one entry per sample, on the clock `clock`. */
  samples: number[];
  clock: 'kernel' | 'wall';
}

export interface LocalErrors {
  length: number;
  heads: number;
  headDim: number;
  device: string;
  /** Full attention first, then the masks in the order asked for. */
  rows: LocalError[];
}

/** Which heads of each layer of the pretrained encoder answer: `[layers][heads]`. */
export type HeadSwitches = boolean[][];

export interface HeadAblation {
  texts: string[];
  /** How many heads each layer has. */
  heads: number[];
  /** One entry per set of switches: the mean over texts of the embedding's cosine with all heads on, and the smallest. */
  rows: { switches: HeadSwitches; cosines: number[]; mean: number; lowest: number }[];
  device: string;
}
