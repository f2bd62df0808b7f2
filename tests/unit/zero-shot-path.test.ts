// What the zero-shot lab says of a text's way through the encoder, and the plane on which it draws vectors.
import { describe, expect, it } from 'vitest';
import { uniform } from '../../src/data/counter-random.ts';
import { meanWeights, norm, pieceText, receivedBy, strongestPair } from '../../src/labs/zero-shot/path-facts.ts';
import { projectOnPlane } from '../../src/labs/zero-shot/project.ts';

const layer = (heads: number, weights: number[]) => ({
  heads,
  headDim: 1,
  scale: 1,
  q: new Float32Array(0),
  k: new Float32Array(0),
  v: new Float32Array(0),
  weights: Float32Array.from(weights),
});

describe('a layer of two heads over two tokens', () => {
  const mean = meanWeights(layer(2, [1, 0, 0.5, 0.5, 0.5, 0.5, 0, 1]), 2);

  it('is the mean of its heads, and its rows still sum to 1', () => {
    expect([...mean]).toEqual([0.75, 0.25, 0.25, 0.75]);
  });
  it('gives each token what all queries give it, and all together one per query', () => {
    expect([...receivedBy(mean, 2)]).toEqual([1, 1]);
  });
  it('has a strongest link between different tokens, where there are two', () => {
    expect(strongestPair(mean, 2)).toEqual({ query: 0, key: 1, weight: 0.25 });
    expect(strongestPair(Float32Array.of(1), 1)).toBeNull();
  });
});

it('reads a piece without the mark of its space', () => {
  expect([pieceText('▁cat'), pieceText('s'), pieceText('▁')]).toEqual(['cat', 's', '␣']);
  expect(norm([3, 4])).toBe(5);
});

describe('the plane', () => {
  const width = 16;
  /** Points on a plane of two given directions, far apart along the first, plus a little of everything. */
  const onPlane = (noise: number) => {
    const vectors = new Float32Array(30 * width);
    for (let row = 0; row < 30; row++) {
      vectors[row * width + 3] = 4 * (uniform(1, row, 0, 0) - 0.5);
      vectors[row * width + 7] = 2 * (uniform(2, row, 0, 0) - 0.5);
      for (let n = 0; n < width; n++) vectors[row * width + n]! += noise * (uniform(3, row, n, 0) - 0.5);
    }
    return vectors;
  };

  it('is found where all vectors lie on one, and keeps their distances', () => {
    const vectors = onPlane(0);
    const { points, shares } = projectOnPlane(vectors, width);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 5);
    expect(shares[0]).toBeGreaterThan(shares[1]);
    const apart = (a: number, b: number) => Math.hypot(points[a]!.x - points[b]!.x, points[a]!.y - points[b]!.y);
    const really = (a: number, b: number) =>
      norm(Array.from({ length: width }, (_, n) => vectors[a * width + n]! - vectors[b * width + n]!));
    for (const [a, b] of [[0, 1], [4, 29], [11, 12]] as const) expect(apart(a, b)).toBeCloseTo(really(a, b), 4); // prettier-ignore
  });

  it('says what share it holds, and does not mirror when a vector is added', () => {
    const vectors = onPlane(0.4);
    const all = projectOnPlane(vectors, width);
    const fewer = projectOnPlane(vectors.subarray(0, 28 * width), width);
    expect(all.shares[0] + all.shares[1]).toBeLessThan(1);
    expect(all.shares[0] + all.shares[1]).toBeGreaterThan(0.8);
    const [x, before] = [all.points[0]!.x, fewer.points[0]!.x];
    expect(Math.sign(x)).toBe(Math.sign(before));
  });

  it('is a point for fewer than three vectors, or for equal ones', () => {
    expect(projectOnPlane(new Float32Array(2 * width).fill(1), width).points).toEqual([{ x: 0, y: 0 }, { x: 0, y: 0 }]); // prettier-ignore
    expect(projectOnPlane(new Float32Array(5 * width).fill(1), width).shares).toEqual([0, 0]);
  });
});
