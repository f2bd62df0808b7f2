// The attention problem in numbers: its fields, their defaults and which values are allowed. No computation.
// Used by every room. Letters used everywhere: H heads, G key/value heads, N queries, M keys, D head dimension.
import { AttentionError } from './errors.ts';

/** Which keys a query sees. See {@link isVisible} in `visibility.ts` for the exact rule. */
export interface AttentionMask {
  /** A query sees no key after its own position. Default `false`. */
  causal?: boolean;
  /** Keys seen besides the query's own position, to either side; `Infinity` means unlimited. Default: both unlimited. */
  window?: { left: number; right: number };
  /** Only every `dilation`-th key of the window is seen (Longformer, Beltagy et al. 2020, §3.1). Default 1. */
  dilation?: number;
  /** The first `globalTokens` positions are seen by every query, and see every key. Default 0. */
  globalTokens?: number;
}

/** One attention call: `softmax(scale · Q Kᵀ + mask) V`, per head (Vaswani et al. 2017, §3.2.1). */
export interface AttentionProblem {
  /** H, the number of query heads. Integer, at least 1. */
  heads: number;
  /** G, the number of key/value heads; `heads` must be a multiple of it (grouped-query attention). Default `heads`. */
  kvHeads?: number;
  /** N, the number of queries per head. Integer, at least 1. */
  queryLength: number;
  /** M, the number of keys per head. Default `queryLength`. */
  keyLength?: number;
  /** D, the numbers per query, key and value. Integer, 1…256. */
  headDim: number;
  /** Multiplies every q·k. Default `1 / sqrt(headDim)`. */
  scale?: number;
  mask?: AttentionMask;
  /**
   * How the backend keeps Q, K and V. `f16`: rounded to IEEE 754 half precision, half the bytes; everything is still computed in
   * float32 or better. Numbers beyond ±65504 are refused. Default `f32`.
   */
  storage?: TensorStorage;
}

export const TENSOR_STORAGES = ['f32', 'f16'] as const;
export type TensorStorage = (typeof TENSOR_STORAGES)[number];

/** Q `[H, N, D]`, K and V `[G, M, D]`: contiguous, row-major, finite. */
export interface AttentionTensors {
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
}

/** A mask with every default filled in. `left` and `right` may be `Infinity`. */
export interface ResolvedMask {
  readonly causal: boolean;
  readonly left: number;
  readonly right: number;
  readonly dilation: number;
  readonly globalTokens: number;
}

/** A checked problem with every default filled in: what backends work on. */
export interface ResolvedProblem {
  readonly heads: number;
  readonly kvHeads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly headDim: number;
  readonly scale: number;
  readonly mask: ResolvedMask;
  readonly storage: TensorStorage;
}

export const MAX_HEAD_DIM = 256;
/** Lengths beyond this are refused as invalid rather than as too large: indices must stay exact in 32-bit shaders. */
export const MAX_LENGTH = 2 ** 24;
export const MAX_HEADS = 2 ** 16;

function requireInteger(field: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from ${least} to ${most}` });
}

function requireReach(field: string, value: unknown): number {
  if (value === Infinity || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) return value;
  throw new AttentionError('invalid-problem', { field, value, allowed: 'an integer of at least 0, or Infinity' });
}

/** Fills in the defaults. Throws `invalid-problem` naming the first field that is not allowed. */
export function resolveProblem(problem: AttentionProblem): ResolvedProblem {
  if (typeof problem !== 'object' || problem === null)
    throw new AttentionError('invalid-problem', { field: 'problem', value: problem, allowed: 'an object' });
  const heads = requireInteger('heads', problem.heads, 1, MAX_HEADS);
  const kvHeads = requireInteger('kvHeads', problem.kvHeads ?? heads, 1, MAX_HEADS);
  if (heads % kvHeads !== 0)
    throw new AttentionError('invalid-problem', {
      field: 'kvHeads',
      value: kvHeads,
      allowed: `a divisor of heads (${heads})`,
    });
  const queryLength = requireInteger('queryLength', problem.queryLength, 1, MAX_LENGTH);
  const keyLength = requireInteger('keyLength', problem.keyLength ?? queryLength, 1, MAX_LENGTH);
  const headDim = requireInteger('headDim', problem.headDim, 1, MAX_HEAD_DIM);
  const scale = problem.scale ?? 1 / Math.sqrt(headDim);
  if (typeof scale !== 'number' || !Number.isFinite(scale))
    throw new AttentionError('invalid-problem', { field: 'scale', value: scale, allowed: 'a finite number' });
  const mask = problem.mask ?? {};
  const causal = mask.causal ?? false;
  if (typeof causal !== 'boolean')
    throw new AttentionError('invalid-problem', { field: 'mask.causal', value: causal, allowed: 'true or false' });
  const storage = problem.storage ?? 'f32';
  if (!TENSOR_STORAGES.includes(storage))
    throw new AttentionError('invalid-problem', {
      field: 'storage',
      value: storage,
      allowed: TENSOR_STORAGES.join(' or '),
    });
  return {
    heads,
    kvHeads,
    queryLength,
    keyLength,
    headDim,
    scale,
    storage,
    mask: {
      causal,
      left: requireReach('mask.window.left', mask.window?.left ?? Infinity),
      right: requireReach('mask.window.right', mask.window?.right ?? Infinity),
      dilation: requireInteger('mask.dilation', mask.dilation ?? 1, 1, MAX_LENGTH),
      globalTokens: requireInteger('mask.globalTokens', mask.globalTokens ?? 0, 0, MAX_LENGTH),
    },
  };
}

/** Key heads that the first `heads` query heads need when `group` of them share one. A group that is split gets copies. */
export function keyHeadsFor(heads: number, group: number): number {
  if (heads <= group) return 1;
  return heads % group === 0 ? heads / group : heads;
}

/** How many numbers each tensor of a problem holds. */
export function tensorSizes(problem: ResolvedProblem): {
  q: number;
  k: number;
  v: number;
  output: number;
  logSumExp: number;
} {
  const q = problem.heads * problem.queryLength * problem.headDim;
  const k = problem.kvHeads * problem.keyLength * problem.headDim;
  return { q, k, v: k, output: q, logSumExp: problem.heads * problem.queryLength };
}
