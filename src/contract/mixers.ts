// The layers that let positions of a sequence learn of each other, in numbers: attention, recurrence, convolution on one input `[n, d]`.
// Kinds, fields, which values are allowed, and the names and shapes of their weights. No computation. Used by every room.
import type { BackendInfo, BackendKind } from './engine.ts';
import { AttentionError, type AttentionErrorCode, type AttentionErrorDetail } from './errors.ts';
import { MAX_HEAD_DIM, resolveProblem, type ResolvedProblem } from './problem.ts';

/**
 * `attention`: multi-head self-attention with its four projections. `local`: the same with a window of `window` keys to either side.
 * `attention-core`, `local-core`: only softmax(QKᵀ)V of those, the projections done before. `elman`, `gru`, `lstm`: one recurrent layer.
 * `convolution`: kernel k, every channel to every channel. `dilated`: the same, its taps `dilation` apart. `separable`: each channel by
 * itself (depthwise), then a position by itself (pointwise).
 */
export const MIXER_KINDS = [
  'attention',
  'attention-core',
  'local',
  'local-core',
  'elman',
  'gru',
  'lstm',
  'convolution',
  'separable',
  'dilated',
] as const;
export type MixerKind = (typeof MIXER_KINDS)[number];

export const RECURRENT_KINDS = ['elman', 'gru', 'lstm'] as const;
export type RecurrentKind = (typeof RECURRENT_KINDS)[number];

/** How many blocks of d columns a recurrent layer's matrices have. */
export const GATES: Record<RecurrentKind, number> = { elman: 1, gru: 3, lstm: 4 };

/** What all mixers of one comparison share; each kind reads the fields it has a use for. */
export interface MixerSetting {
  /** n, positions. 1…65,536. */
  length: number;
  /** d, numbers per position, in and out. 1…2,048. */
  width: number;
  /** h; for attention a divisor of the width. */
  heads: number;
  /** w: keys seen to either side of a position by the local kinds; 0…. */
  window: number;
  /** k, taps of the convolutions. 1…63. An even kernel has its longer half to the right, as in PyTorch's `padding='same'`. */
  kernel: number;
  /** Positions from tap to tap of `dilated`. 1…4,096. */
  dilation: number;
  /** Of input and weights, an unsigned 32-bit integer. */
  seed: number;
}

export interface MixerProblem extends MixerSetting {
  kind: MixerKind;
}

export const MIXER_LIMITS = {
  length: [1, 65_536],
  width: [1, 2048],
  heads: [1, 64],
  window: [0, 65_536],
  kernel: [1, 63],
  dilation: [1, 4096],
  seed: [0, 2 ** 32 - 1],
} as const satisfies Record<keyof MixerSetting, readonly [number, number]>;

export const isRecurrent = (kind: MixerKind): kind is RecurrentKind => kind in GATES;
export const isCore = (kind: MixerKind): boolean => kind === 'attention-core' || kind === 'local-core';
export const isLocal = (kind: MixerKind): boolean => kind === 'local' || kind === 'local-core';
export const isAttention = (kind: MixerKind): boolean => kind === 'attention' || isCore(kind) || isLocal(kind);

/** Throws `invalid-problem` naming the first field that is not allowed. */
export function requireMixer(problem: MixerProblem): MixerProblem {
  for (const [field, [least, most]] of Object.entries(MIXER_LIMITS)) {
    const value = problem[field as keyof MixerSetting];
    if (!Number.isInteger(value) || value < least || value > most)
      throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from ${least} to ${most}` });
  }
  const { kind, width, heads } = problem;
  if (!MIXER_KINDS.includes(kind))
    throw new AttentionError('invalid-problem', { field: 'kind', value: kind, allowed: MIXER_KINDS.join(', ') });
  if (!isAttention(kind)) return problem;
  if (width % heads !== 0)
    throw new AttentionError('invalid-problem', {
      field: 'heads',
      value: heads,
      allowed: `a divisor of the width (${width})`,
    });
  if (width / heads > MAX_HEAD_DIM)
    throw new AttentionError('invalid-problem', {
      field: 'heads',
      value: heads,
      allowed: `at least ${Math.ceil(width / MAX_HEAD_DIM)}, so that a head has at most ${MAX_HEAD_DIM} numbers`,
    });
  return problem;
}

/** The attention a kind of mixer runs. */
export function mixerAttention({ kind, length, width, heads, window: w }: MixerProblem): ResolvedProblem {
  const mask = isLocal(kind) ? { window: { left: w, right: w } } : {};
  return resolveProblem({ heads, queryLength: length, headDim: width / heads, mask });
}

/** How far left of a position a convolution's first tap lies: half of what the kernel spans, rounded down. */
export function reachLeft(kernel: number, dilation: number): number {
  return Math.floor((dilation * (kernel - 1)) / 2);
}

/** The dilation a convolution really has. */
export const dilationOf = ({ kind, dilation }: Pick<MixerProblem, 'kind' | 'dilation'>): number =>
  kind === 'dilated' ? dilation : 1;

/** A mixer's weights by name, each row-major with the input along its rows: `y = x · W + b`. */
export type MixerWeights = Readonly<Record<string, Float32Array>>;

/**
 * Names and shapes `[rows, columns]` of a kind's weights.
 * Attention: `qkv` (q, then k, then v; head after head within each) and `output`, no biases, as in the paper's Table 1.
 * Recurrent: `input`, `recurrent` and a bias of each, gate after gate: GRU reset, update, new; LSTM input, forget, cell, output
 * (PyTorch's order). Convolution: `taps` `[k·d, d]`, tap after tap. Separable: `depthwise` `[k, d]`, `pointwise` `[d, d]`.
 */
export function mixerShapes({
  kind,
  width: d,
  kernel: k,
}: MixerProblem): Record<string, [rows: number, columns: number]> {
  if (isAttention(kind)) return { qkv: [d, 3 * d], output: [d, d] };
  if (isRecurrent(kind)) {
    const columns = GATES[kind] * d;
    return { input: [d, columns], inputBias: [1, columns], recurrent: [d, columns], recurrentBias: [1, columns] };
  }
  if (kind === 'separable') return { depthwise: [k, d], pointwise: [d, d], bias: [1, d] };
  return { taps: [k * d, d], bias: [1, d] };
}

/**
 * How a backend runs a recurrence. `one-dispatch`: one GPU dispatch for many steps, with a barrier after each. `dispatch-per-step`:
 * a dispatch for each step, for widths that no workgroup holds. `one-thread`: one CPU thread, step by step.
 */
export type ScanPlan = 'one-dispatch' | 'dispatch-per-step' | 'one-thread';

/** One run of one mixer. */
export interface MixerRun {
  problem: MixerProblem;
  backend: BackendInfo;
  /** Null for mixers that are no recurrence. */
  scanPlan: ScanPlan | null;
  /** `[n, d]`, row-major. */
  values: Float32Array;
  /** Of this first run: everything included, on the host's clock. */
  wallMs: number;
}

/** Repeated runs of one mixer on one backend. Times in milliseconds per run. */
export interface MixerMeasurement {
  problem: MixerProblem;
  backend: BackendKind;
  device: string;
  scanPlan: ScanPlan | null;
  warmUps: number;
  /** One entry per sample; a sample averages `runsPerSample` runs. The host's clock, input and weights resident, no read-back. */
  wall: number[];
  /** The backend's own clock; empty where there is none. On the CPU the share of the thread that computed longest. */
  kernel: number[];
  /** CPU: of all threads together, the measure of work whoever does it; empty on the GPU. */
  processor: number[];
  runsPerSample: number;
  timerResolution: number | null;
}

/** Why there is no measurement. */
export interface MixerGap {
  problem: MixerProblem;
  backend: BackendKind;
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

export interface MixerSweep {
  kinds: MixerKind[];
  backends: BackendKind[];
  base: MixerSetting;
  /** The field that changes, and the values it takes; measured in rising order. */
  axis: 'length' | 'width' | 'heads' | 'window' | 'kernel' | 'dilation';
  values: number[];
  /** Samples of each mixer, taken in turns; at least 3. */
  samples: number;
  /** What one mixer's runs at one value may take, milliseconds. */
  budgetMs: number;
  /** What all of it may take: points that would not fit are gaps. */
  totalMs: number;
}
