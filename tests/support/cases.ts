// The one table of cases every backend must pass against `math/`. Each is named for its oddity.
// Tensors are drawn from a seeded generator, so a failing case can be re-made from its name alone.
import {
  resolveProblem,
  tensorSizes,
  type AttentionProblem,
  type AttentionTensors,
} from '../../src/contract/problem.ts';

export interface AttentionCase {
  name: string;
  problem: AttentionProblem;
  /** How the numbers are drawn; default standard normal. */
  fill?: 'normal' | 'huge' | 'equal' | 'rising' | 'falling' | 'alternating' | 'one-key-dominates' | 'tiny';
}

const window = (left: number, right: number, more: object = {}) => ({ window: { left, right }, ...more });
const shape = (
  heads: number,
  queryLength: number,
  headDim: number,
  more: Partial<AttentionProblem> = {},
): AttentionProblem => ({
  heads,
  queryLength,
  headDim,
  ...more,
});

/**
 * The kernels are compiled anew for every head dimension in fours: 1, 2, 4, 7, 8, 16, 25, 32, 40 and 64 of them, so that every remainder
 * of what four lanes share occurs. A further one takes SwiftShader a second or more for each kernel.
 */
export const CASES: AttentionCase[] = [
  { name: 'one token', problem: shape(1, 1, 4) },
  { name: 'two tokens of dimension one', problem: shape(2, 2, 1) },
  { name: 'dimension two', problem: shape(1, 5, 2) },
  { name: 'dimension three', problem: shape(2, 19, 3) },
  { name: 'dimension five, prime length', problem: shape(1, 37, 5) },
  { name: 'one below a 32-key tile', problem: shape(1, 31, 32) },
  { name: 'exactly one 32-key tile', problem: shape(1, 32, 32) },
  { name: 'one above a 32-key tile', problem: shape(1, 33, 32) },
  { name: 'two tiles and three', problem: shape(2, 67, 64) },
  { name: 'length 257, dimension 64', problem: shape(2, 257, 64) },
  { name: 'dimension 100, not a power of two', problem: shape(1, 70, 100) },
  { name: 'dimension 128', problem: shape(2, 65, 128) },
  { name: 'dimension 160', problem: shape(1, 40, 160) },
  { name: 'dimension 255', problem: shape(1, 35, 255) },
  { name: 'dimension 256', problem: shape(1, 34, 256) },
  { name: 'twelve heads', problem: shape(12, 23, 16) },
  { name: 'grouped heads, ratio three', problem: shape(6, 41, 16, { kvHeads: 2 }) },
  { name: 'one shared key head', problem: shape(8, 30, 28, { kvHeads: 1 }) },
  { name: 'one query, many keys', problem: shape(2, 1, 64, { keyLength: 211 }) },
  { name: 'fewer queries than keys, causal', problem: shape(2, 13, 16, { keyLength: 50, mask: { causal: true } }) },
  {
    name: 'more queries than keys, causal: first rows see nothing',
    problem: shape(1, 45, 16, { keyLength: 20, mask: { causal: true } }),
  },
  { name: 'more queries than keys, window', problem: shape(1, 45, 16, { keyLength: 20, mask: window(3, 2) }) },
  { name: 'causal', problem: shape(2, 97, 64, { mask: { causal: true } }) },
  { name: 'self only', problem: shape(2, 50, 8, { mask: window(0, 0) }) },
  { name: 'next key only to the right', problem: shape(1, 50, 8, { mask: window(0, 1) }) },
  { name: 'previous key only to the left', problem: shape(1, 50, 8, { mask: window(1, 0) }) },
  { name: 'symmetric window', problem: shape(2, 150, 32, { mask: window(9, 9) }) },
  { name: 'window as wide as a tile', problem: shape(1, 130, 32, { mask: window(32, 32) }) },
  { name: 'window one wider than a tile', problem: shape(1, 130, 32, { mask: window(33, 31) }) },
  { name: 'causal window', problem: shape(2, 140, 64, { mask: window(16, 0, { causal: true }) }) },
  { name: 'causal with a useless right window', problem: shape(1, 60, 16, { mask: window(7, 5, { causal: true }) }) },
  { name: 'left unlimited, right two', problem: shape(1, 75, 16, { mask: window(Infinity, 2) }) },
  { name: 'right unlimited, left two', problem: shape(1, 75, 16, { mask: window(2, Infinity) }) },
  { name: 'window wider than the sequence', problem: shape(1, 40, 16, { mask: window(100, 100) }) },
  { name: 'dilation two', problem: shape(2, 101, 16, { mask: window(8, 8, { dilation: 2 }) }) },
  {
    name: 'dilation three, causal',
    problem: shape(1, 101, 16, { mask: window(12, 0, { dilation: 3, causal: true }) }),
  },
  { name: 'dilation five without a window', problem: shape(1, 83, 16, { mask: { dilation: 5 } }) },
  {
    name: 'dilation larger than the window: self only',
    problem: shape(1, 40, 16, { mask: window(3, 3, { dilation: 7 }) }),
  },
  { name: 'one global token', problem: shape(2, 90, 16, { mask: window(4, 4, { globalTokens: 1 }) }) },
  { name: 'global tokens beyond a tile', problem: shape(1, 120, 16, { mask: window(4, 4, { globalTokens: 33 }) }) },
  { name: 'all tokens global', problem: shape(1, 30, 16, { mask: window(1, 1, { globalTokens: 64 }) }) },
  {
    name: 'causal window with global tokens',
    problem: shape(2, 90, 32, { mask: window(6, 0, { causal: true, globalTokens: 3 }) }),
  },
  {
    name: 'everything at once',
    problem: shape(4, 110, 28, { kvHeads: 2, keyLength: 131, mask: window(20, 10, { dilation: 3, globalTokens: 5 }) }),
  },
  { name: 'scale of its own', problem: shape(1, 33, 16, { scale: 0.05 }) },
  { name: 'negative scale', problem: shape(1, 33, 16, { scale: -0.3 }) },
  { name: 'scale zero: uniform weights', problem: shape(1, 70, 16, { scale: 0 }) },
  { name: 'huge logits', problem: shape(2, 80, 64, { scale: 8 }), fill: 'huge' },
  { name: 'equal logits', problem: shape(1, 66, 16), fill: 'equal' },
  { name: 'scores rise with every key', problem: shape(1, 100, 8), fill: 'rising' },
  { name: 'scores fall with every key', problem: shape(1, 100, 8), fill: 'falling' },
  { name: 'scores alternate in sign', problem: shape(1, 100, 8), fill: 'alternating' },
  { name: 'one key ten thousand above the rest', problem: shape(1, 64, 8), fill: 'one-key-dominates' },
  { name: 'subnormal inputs', problem: shape(1, 20, 8), fill: 'tiny' },
];

/** mulberry32: a small seeded generator, uniform in [0, 1). */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function normals(count: number, uniform: () => number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

/** The tensors of a case, the same on every run. */
export function caseTensors({ name, problem, fill = 'normal' }: AttentionCase): AttentionTensors {
  const resolved = resolveProblem(problem);
  const sizes = tensorSizes(resolved);
  const uniform = seededUniform(
    [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)!) >>> 0, 7),
  );
  const q = normals(sizes.q, uniform);
  const k = normals(sizes.k, uniform);
  const v = normals(sizes.v, uniform);
  const D = resolved.headDim;
  const keyValue = (index: number) => Math.floor(index / D) % resolved.keyLength;
  if (fill === 'equal') (q.fill(0.5), k.fill(0.5));
  if (fill === 'rising') (q.fill(1), k.forEach((_, index) => (k[index] = keyValue(index) / 10)));
  if (fill === 'falling') (q.fill(1), k.forEach((_, index) => (k[index] = -keyValue(index) / 10)));
  if (fill === 'alternating') (q.fill(1), k.forEach((_, index) => (k[index] = keyValue(index) % 2 ? 20 : -20)));
  if (fill === 'one-key-dominates')
    (q.fill(1), k.forEach((_, index) => (k[index] = keyValue(index) === 41 ? 3535.5 : 0.01 * k[index]!)));
  if (fill === 'tiny')
    (q.forEach((x, index) => (q[index] = x * 1e-39)), k.forEach((x, index) => (k[index] = x * 1e-3)));
  return { q, k, v };
}
