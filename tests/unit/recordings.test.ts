// The recordings of a file that works without a network: what is packed comes out again, byte for byte.
import { expect, test } from 'vitest';
import { packRecordings, unpackRecordings } from '../../src/params/packed-recordings.ts';
import { packVectors, RecordedVectors } from '../../src/params/recorded-vectors.ts';
import { Recordings } from '../../src/params/recordings.ts';
import { RECORDED_TEXTS } from '../../src/encoder/recorded-texts.ts';

const bytes = (length: number, step: number) => Uint8Array.from({ length }, (_, at) => (at * step) % 251);
// Lengths odd and even, so that files start at odd places too.
const RECORDINGS = [
  { id: 'lighthouse', layer: 0, file: bytes(1001, 7) },
  { id: 'pronoun', layer: 0, file: bytes(64, 11) },
  { id: 'pronoun', layer: 1, file: bytes(0, 1) },
  { id: 'pattern', layer: 1, file: bytes(333, 13) },
] as const;

test('packed recordings come back byte for byte, also out of the midst of a longer run of bytes', () => {
  const packed = packRecordings(RECORDINGS);
  expect(unpackRecordings(packed)).toEqual(RECORDINGS);
  const longer = new Uint8Array(packed.length + 3);
  longer.set(packed, 3);
  expect(unpackRecordings(longer.subarray(3))).toEqual(RECORDINGS);
});

test('a recorded text gives a fresh file each time, and nothing for a layer that is not recorded', () => {
  const recordings = new Recordings(
    unpackRecordings(packRecordings(RECORDINGS)),
    new RecordedVectors(packVectors([], new Float32Array(0))),
  );
  const [lighthouse, pronoun] = RECORDED_TEXTS;
  const first = recordings.bytesOf(lighthouse.text, 0)!;
  expect(new Uint8Array(first)).toEqual(RECORDINGS[0].file);
  // The worker keeps, and detaches, what it is given.
  structuredClone(first, { transfer: [first] });
  expect(new Uint8Array(recordings.bytesOf(lighthouse.text, 0)!)).toEqual(RECORDINGS[0].file);
  expect(recordings.layersOf(pronoun.text)).toEqual([0, 1]);
  expect(recordings.bytesOf(lighthouse.text, 1)).toBeNull();
  expect(recordings.bytesOf('not recorded', 0)).toBeNull();
});
