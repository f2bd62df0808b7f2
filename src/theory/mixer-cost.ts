// What each mixer costs by the book: operations, bytes, parameters, steps that wait for each other, and where two of them cost the same.
// Pure. Called by the labs, their measurements and the bench.
//
// Counting rule: MACs, multiply-adds (one is two FLOPs); d numbers in and out; no biases, softmax and activations.
// Derivations. A matrix product [n, a]·[a, b] is n·a·b MACs. So the four projections of attention are 4nd², its core n²d for QKᵀ and n²d
// for PV; a recurrent layer with g gates has two matrices [d, g·d]: 2g·nd², half of it sequential; a convolution k·nd².
import {
  GATES,
  isAttention,
  isCore,
  isLocal,
  isRecurrent,
  type MixerKind,
  type MixerProblem,
} from '../contract/mixers.ts';
import { FLOAT32_BYTES } from './attention-cost.ts';
import { fitPowerLaw } from './fit.ts';

/** MACs of everything but the attention core: what every position costs by itself, whatever the length. */
export function macsPerPosition({ kind, width: d, kernel: k }: Omit<MixerProblem, 'length'>): number {
  if (isCore(kind)) return 0;
  if (isAttention(kind)) return 4 * d * d;
  if (isRecurrent(kind)) return 2 * GATES[kind] * d * d;
  if (kind === 'separable') return k * d + d * d;
  return k * d * d;
}

/** Visible (query, key) pairs of one head: n², or n(2w + 1) − w(w + 1), the last term for what the window lacks at both ends. */
export function mixerPairs({ kind, length: n, window }: MixerProblem): number {
  if (!isAttention(kind)) return 0;
  if (!isLocal(kind)) return n * n;
  const w = Math.min(window, n - 1);
  return n * (2 * w + 1) - w * (w + 1);
}

/** MACs of the attention core: 2·d for each visible pair (all heads together have d numbers). 0 for other kinds. */
export function coreMacs(problem: MixerProblem): number {
  return 2 * problem.width * mixerPairs(problem);
}

export function mixerMacs(problem: MixerProblem): number {
  return problem.length * macsPerPosition(problem) + coreMacs(problem);
}

export function mixerFlops(problem: MixerProblem): number {
  return 2 * mixerMacs(problem);
}

/** MACs that wait for those before them: a recurrence's products with its state. The other half needs the input alone. */
export function sequentialMacs({ kind, length: n, width: d }: MixerProblem): number {
  return isRecurrent(kind) ? GATES[kind] * n * d * d : 0;
}

/** Steps of one layer that cannot overlap: n for a recurrence, else 1 (a sum counts as one step, as in the paper's table). */
export function sequentialSteps({ kind, length }: Pick<MixerProblem, 'kind' | 'length'>): number {
  return isRecurrent(kind) ? length : 1;
}

/** Exponentials of the softmax, which the MACs leave out: the one part that grows with the heads. */
export function mixerExponentials(problem: MixerProblem): number {
  return problem.heads * mixerPairs(problem);
}

/** Weights without biases. */
export function mixerParameters(problem: MixerProblem): number {
  // Each weight meets each position once.
  return macsPerPosition(problem);
}

/** Useful bytes: input and weights read once, output written once. A core reads Q, K and V. */
export function mixerBytes(problem: MixerProblem): number {
  const { kind, length: n, width: d } = problem;
  return FLOAT32_BYTES * ((isCore(kind) ? 4 : 2) * n * d + mixerParameters(problem));
}

/** What a recurrence reads of its state's matrix over all steps when no cache holds it. */
export function recurrentTrafficBytes(problem: MixerProblem): number {
  return FLOAT32_BYTES * sequentialMacs(problem);
}

/** The exponent of `MACs ∝ value^e` over these very values; NaN with fewer than two. */
export function predictedMixerExponent(
  problem: MixerProblem,
  axis: 'length' | 'width',
  values: readonly number[],
): number {
  return (
    fitPowerLaw(
      values,
      values.map((value) => mixerMacs({ ...problem, [axis]: value })),
    )?.exponent ?? NaN
  );
}

/**
 * The length below which attention needs fewer MACs than a rival that costs `c` per position:
 * `a·n + 2n²d < c·n` for `n < (c − a)/2d`, where a is 4d² for the layer and 0 for its core. At most 0 means never.
 */
export function crossoverLength(
  attention: 'attention' | 'attention-core',
  rival: MixerKind,
  sizes: { width: number; kernel: number },
): number {
  const common = { heads: 1, window: 0, dilation: 1, seed: 0, ...sizes };
  const [own, others] = [macsPerPosition({ kind: attention, ...common }), macsPerPosition({ kind: rival, ...common })];
  return Math.max(0, (others - own) / (2 * sizes.width));
}

/** The length from which the core costs more than the layer's own projections: 2n²d > 4nd². */
export function coreDominatesFrom(width: number): number {
  return 2 * width;
}

/** The core's share of a Transformer block (attention and a feed-forward of 4d): n/(6d + n). */
export function coreShareOfBlock(length: number, width: number): number {
  return length / (6 * width + length);
}
