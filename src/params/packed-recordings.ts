// The recordings as one run of bytes that deflates well, for files that work without a network. Written by `tools/build-recordings.ts`, read by
// `pages/offline.ts`.
//
// Layout: length of the index as a little-endian uint32; the index, JSON `[{ id, layer, byteLength }]`; of all files after one another first
// every byte at an even place, then every byte at an odd one. The files are float16 nearly throughout, whose upper halves (sign, exponent)
// repeat and whose lower halves do not: apart, deflate takes 6 % less for them.
import type { Recording } from './recordings.ts';

const LENGTH_BYTES = 4;

type Entry = Omit<Recording, 'file'> & { byteLength: number };

/** Bytes `[n]` → those at even places, then those at odd ones. */
function part(bytes: Uint8Array): Uint8Array {
  const half = Math.ceil(bytes.length / 2);
  return Uint8Array.from(bytes, (_, at) => bytes[at < half ? 2 * at : 2 * (at - half) + 1]!);
}

function join(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = Math.ceil(bytes.length / 2);
  return Uint8Array.from(bytes, (_, at) => bytes[at % 2 === 0 ? at / 2 : half + (at - 1) / 2]!);
}

export function packRecordings(recordings: readonly Recording[]): Uint8Array {
  const entries = recordings.map(({ id, layer, file }): Entry => ({ id, layer, byteLength: file.length }));
  const index = new TextEncoder().encode(JSON.stringify(entries));
  const files = recordings.flatMap(({ file }) => [...file]);
  const packed = new Uint8Array(LENGTH_BYTES + index.length + files.length);
  new DataView(packed.buffer).setUint32(0, index.length, true);
  packed.set(index, LENGTH_BYTES);
  packed.set(part(Uint8Array.from(files)), LENGTH_BYTES + index.length);
  return packed;
}

/** What `packRecordings` wrote. */
export function unpackRecordings(packed: Uint8Array): Recording[] {
  const body = LENGTH_BYTES + new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
  const entries = JSON.parse(new TextDecoder().decode(packed.subarray(LENGTH_BYTES, body))) as Entry[];
  const files = join(packed.subarray(body));
  let start = 0;
  return entries.map(({ id, layer, byteLength }) => {
    const file = files.subarray(start, (start += byteLength));
    return { id, layer, file };
  });
}
