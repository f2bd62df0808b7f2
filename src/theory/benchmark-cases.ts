// What the benchmark measures: full attention and the masks that make it cheaper, over lengths that show how time grows.
// Pure data. Used by the page, by `npm run bench` and by Dawn in Node alike.
import type { BenchmarkCase } from '../contract/benchmark.ts';
import type { AttentionMask, TensorStorage } from '../contract/problem.ts';

export type BenchmarkSize = 'quick' | 'full';

interface Family {
  name: string;
  mask: AttentionMask;
  heads: number;
  headDim: number;
  lengths: readonly number[];
  storage?: TensorStorage;
}

const window = (left: number, right: number, more: AttentionMask = {}): AttentionMask => ({
  window: { left, right },
  ...more,
});

const QUICK: Family[] = [
  { name: 'full', mask: {}, heads: 1, headDim: 64, lengths: [512, 1024, 2048] },
  { name: 'causal', mask: { causal: true }, heads: 1, headDim: 64, lengths: [512, 1024, 2048] },
  { name: 'window ±64', mask: window(64, 64), heads: 1, headDim: 64, lengths: [512, 1024, 2048, 4096] },
  { name: 'causal, 128 keys', mask: window(127, 0, { causal: true }), heads: 8, headDim: 64, lengths: [1024] },
];

const FULL: Family[] = [
  { name: 'full', mask: {}, heads: 1, headDim: 64, lengths: [512, 1024, 2048, 4096] },
  { name: 'full', mask: {}, heads: 8, headDim: 64, lengths: [256, 512, 1024, 2048] },
  { name: 'full', mask: {}, heads: 4, headDim: 32, lengths: [1024] },
  { name: 'full', mask: {}, heads: 4, headDim: 128, lengths: [1024, 4096, 16384] },
  { name: 'full, 16-bit storage', mask: {}, heads: 1, headDim: 64, lengths: [1024, 2048, 4096], storage: 'f16' },
  { name: 'causal', mask: { causal: true }, heads: 1, headDim: 64, lengths: [512, 1024, 2048, 4096] },
  { name: 'window ±64', mask: window(64, 64), heads: 1, headDim: 64, lengths: [512, 1024, 2048, 4096, 16384] },
  {
    name: 'causal, 128 keys',
    mask: window(127, 0, { causal: true }),
    heads: 8,
    headDim: 64,
    lengths: [1024, 2048, 4096],
  },
  {
    name: 'every 4th of ±256',
    mask: window(256, 256, { dilation: 4 }),
    heads: 1,
    headDim: 64,
    lengths: [1024, 2048, 4096],
  },
  {
    name: 'window ±64, 16 global tokens',
    mask: window(64, 64, { globalTokens: 16 }),
    heads: 1,
    headDim: 64,
    lengths: [1024, 2048, 4096],
  },
  { name: 'full', mask: {}, heads: 1, headDim: 64, lengths: [8192, 16384] },
];

/** A family's cases, shortest first: a case that takes too long spares the longer ones. */
function casesOf({ name, mask, heads, headDim, lengths, storage = 'f32' }: Family): BenchmarkCase[] {
  const family = `${name}, ${heads} × ${headDim}`;
  return lengths.map((queryLength) => ({
    name: `${family}, n ${queryLength}`,
    family,
    problem: { heads, queryLength, headDim, mask, storage },
  }));
}

export function standardCases(size: BenchmarkSize): BenchmarkCase[] {
  return (size === 'quick' ? QUICK : FULL).flatMap(casesOf);
}
