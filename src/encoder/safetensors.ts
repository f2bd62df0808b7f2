// The safetensors container (https://github.com/huggingface/safetensors#format), strictly checked: an eight-byte header length,
// a JSON header, then the tensors without holes. Reads and writes float16 and float32 only.
// Used for our own two generated files; files dropped by people are read in `data/`.
import { AttentionError } from '../contract/errors.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

export type StoredType = 'F16' | 'F32';

export interface StoredTensor {
  readonly type: StoredType;
  readonly shape: readonly number[];
  /** Bytes from the end of the header, half-open. */
  readonly range: readonly [number, number];
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Where the tensors begin: 8 + the header's length. */
  readonly dataStart: number;
  /** What the whole file must hold. */
  readonly byteLength: number;
}

const BYTES: Record<StoredType, number> = { F16: 2, F32: 4 };
export const LENGTH_BYTES = 8;
/** Our headers hold a vocabulary of about 250 kB. */
const LARGEST_HEADER = 4 * 2 ** 20;

export function invalidFile(field: string, reason: string, value?: unknown, allowed?: string): AttentionError {
  return new AttentionError('invalid-file', { field, reason, value, allowed });
}

/** The header's length from the first eight bytes. An HTML page in place of the file is recognised here. */
export function headerLength(start: Uint8Array, field: string): number {
  if (start.length < LENGTH_BYTES) throw invalidFile(field, 'truncated', start.length, 'at least 8 bytes');
  if (start[0] === 0x3c) throw invalidFile(field, 'html', new TextDecoder().decode(start), 'a safetensors file');
  const length = Number(new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  if (length < 2 || length > LARGEST_HEADER)
    throw invalidFile(field, 'not-safetensors', length, `a header of 2 to ${LARGEST_HEADER} bytes`);
  return length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readMetadata(value: unknown, field: string): Record<string, string> {
  const metadata: Record<string, string> = {};
  if (value === undefined) return metadata;
  if (!isRecord(value)) throw invalidFile(field, 'bad-header', value, 'metadata as an object');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalidFile(`${field}: ${key}`, 'bad-header', text, 'text');
    metadata[key] = text;
  }
  return metadata;
}

function readTensor(name: string, value: unknown, field: string): StoredTensor {
  const at = `${field}: ${name}`;
  if (!isRecord(value)) throw invalidFile(at, 'bad-header', value, 'a tensor description');
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F16' && dtype !== 'F32') throw invalidFile(at, 'unsupported-type', dtype, 'F16 or F32');
  if (!Array.isArray(shape) || !shape.every(isCount)) throw invalidFile(at, 'bad-header', shape, 'a shape of integers');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw invalidFile(at, 'bad-header', offsets, 'two offsets');
  const [start, end] = offsets as [number, number];
  const byteLength = (shape as number[]).reduce((product, size) => product * size, BYTES[dtype]);
  if (end - start !== byteLength || start % BYTES[dtype] !== 0)
    throw invalidFile(at, 'bad-header', end - start, `${byteLength} bytes at a multiple of ${BYTES[dtype]}`);
  return { type: dtype, shape: shape as number[], range: [start, end] };
}

/** `start` holds at least the header. `field` names the file in errors. */
export function parseHeader(start: Uint8Array, field: string): SafetensorsHeader {
  const dataStart = LENGTH_BYTES + headerLength(start, field);
  if (start.length < dataStart) throw invalidFile(field, 'truncated', start.length, `at least ${dataStart} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(start.subarray(LENGTH_BYTES, dataStart)));
  } catch {
    throw invalidFile(field, 'bad-header', 'unreadable text', 'a JSON header');
  }
  if (!isRecord(json)) throw invalidFile(field, 'bad-header', json, 'a JSON object');
  const { __metadata__: metadata, ...entries } = json;
  const tensors = Object.entries(entries).map(([name, value]): [string, StoredTensor] => [
    name,
    readTensor(name, value, field),
  ]);
  tensors.sort(([, a], [, b]) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  let end = 0;
  for (const [name, tensor] of tensors) {
    if (tensor.range[0] !== end) throw invalidFile(`${field}: ${name}`, 'bad-header', tensor.range[0], `offset ${end}`);
    end = tensor.range[1];
  }
  return { metadata: readMetadata(metadata, field), tensors: new Map(tensors), dataStart, byteLength: dataStart + end };
}

/** Checks that the file holds exactly what its header says. */
export function parseFile(bytes: Uint8Array, field: string): SafetensorsHeader {
  const header = parseHeader(bytes, field);
  if (bytes.length !== header.byteLength)
    throw invalidFile(
      field,
      bytes.length < header.byteLength ? 'truncated' : 'trailing-bytes',
      bytes.length,
      `${header.byteLength} bytes`,
    );
  return header;
}

/** A tensor's bytes, copied out of the file: there they need not be aligned. */
function copyRange(bytes: Uint8Array, header: SafetensorsHeader, [start, end]: StoredTensor['range']): ArrayBufferLike {
  const base = bytes.byteOffset + header.dataStart;
  return bytes.buffer.slice(base + start, base + end);
}

/** The stored halves of a float16 tensor. */
export function readHalves(bytes: Uint8Array, header: SafetensorsHeader, tensor: StoredTensor): Uint16Array {
  return new Uint16Array(copyRange(bytes, header, tensor.range));
}

/** A tensor's numbers, decoded to a fresh float32 array. */
export function readTensorData(bytes: Uint8Array, header: SafetensorsHeader, tensor: StoredTensor): Float32Array {
  if (tensor.type === 'F16') return decodeFloat16(readHalves(bytes, header, tensor));
  return new Float32Array(copyRange(bytes, header, tensor.range));
}

export interface TensorToWrite {
  name: string;
  type: StoredType;
  shape: number[];
  data: Float32Array;
}

/** A whole file. float32 tensors go first, so that every tensor is aligned; the header is padded to eight bytes. */
export function writeSafetensors(tensors: TensorToWrite[], metadata: Record<string, string>): Uint8Array {
  const ordered = [...tensors].sort((a, b) => BYTES[b.type] - BYTES[a.type]);
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, type, shape, data } of ordered) {
    const start = end;
    end += data.length * BYTES[type];
    entries[name] = { dtype: type, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + padded + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + padded;
  for (const { type, data } of ordered) {
    const stored = type === 'F16' ? encodeFloat16(data) : data;
    file.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    at += stored.byteLength;
  }
  return file;
}
