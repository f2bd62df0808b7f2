// The sentence vectors of a file that works without a network: turned together into their own span, they keep their lengths and angles.
import { expect, test } from 'vitest';
import { packVectors, RecordedVectors, triangleOf } from '../../src/params/recorded-vectors.ts';
import { cosineMatrix } from '../../src/theory/similarity.ts';
import { seededUniform } from '../support/cases.ts';

const SIZE = 512;
const sentence = (text: string) => ({ text, tokens: { ids: [text.length], pieces: ['▁' + text], unknown: [], isTooLong: false } }); // prettier-ignore

/** Unit vectors in one narrow cone, as sentence vectors are; the last two are the first again, and a sum of others. */
function narrowVectors(count: number): Float32Array {
  const draw = seededUniform(7);
  const vectors = new Float32Array(count * SIZE);
  const axis = Float64Array.from({ length: SIZE }, () => draw() - 0.5);
  for (let row = 0; row < count; row++) {
    let values = axis.map((value) => 2 * value + draw() - 0.5);
    if (row === count - 2) values = Float64Array.from(vectors.subarray(0, SIZE));
    if (row === count - 1) values = Float64Array.from({ length: SIZE }, (_, x) => vectors[SIZE + x]! + vectors[2 * SIZE + x]!); // prettier-ignore
    const length = Math.hypot(...values);
    values.forEach((value, x) => (vectors[row * SIZE + x] = value / length));
  }
  return vectors;
}

test('keep every cosine and length, also of equal and dependent vectors', () => {
  const count = 40;
  const vectors = narrowVectors(count);
  expect(triangleOf(vectors)).toHaveLength((count * (count + 1)) / 2);
  const texts = Array.from({ length: count }, (_, at) => `Text ${at}, “猫”`);
  const packed = packVectors(texts.map(sentence), vectors);
  // Out of the midst of a longer run of bytes, at an odd place.
  const longer = new Uint8Array(packed.length + 5);
  longer.set(packed, 5);
  const recorded = new RecordedVectors(longer.subarray(5));
  const again = recorded.vectorsOf(texts);
  const [before, after] = [vectors, again].map((all) => cosineMatrix(all, all, SIZE));
  after!.forEach((cosine, at) => expect(Math.abs(cosine - before![at]!)).toBeLessThan(2e-6));
  for (let row = 0; row < count; row++)
    expect(Math.hypot(...again.subarray(row * SIZE, (row + 1) * SIZE))).toBeCloseTo(1, 5);
  expect(recorded.vectorsOf([texts[9]!, texts[2]!]).subarray(SIZE)).toEqual(again.subarray(2 * SIZE, 3 * SIZE));
  expect(recorded.tokensOf([texts[3]!])).toEqual([sentence(texts[3]!).tokens]);
});

test('say which text is not recorded', () => {
  const recorded = new RecordedVectors(packVectors([sentence('a'), sentence('b'), sentence('c')], narrowVectors(3)));
  expect(recorded.firstMissing(['a', 'b'])).toBeNull();
  expect(recorded.firstMissing(['a', 'd', 'e'])).toBe('d');
  expect(() => recorded.vectorsOf(['a', 'd'])).toThrow(expect.objectContaining({ code: 'invalid-problem', detail: { field: 'texts', value: 'd', allowed: 'the recorded texts' } })); // prettier-ignore
});
