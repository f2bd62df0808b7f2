// One array out of a file, as numbers with a shape, before anyone knows what it means. Also the safe way to a shape's size
// and to float16 and bfloat16. Called by the parsers and by `arrangement.ts`.
import { refuse } from './refuse.ts';

export interface FileArray {
  /** Its name in the file; for formats without names the file's own. */
  name: string;
  shape: number[];
  /** As the file calls it, e.g. `<f4` or `BF16`. */
  type: string;
  /** Row-major, finite. */
  values: Float32Array;
}

/** What a parser hands over. */
export interface ParsedFile {
  arrays: FileArray[];
  tokens: string[] | null;
  notes: string[];
}

/** Numbers an array may hold: a file of 64 MiB in single bytes. */
const MOST_NUMBERS = 2 ** 26;
export const MOST_DIMENSIONS = 4;

/** The product of a shape's dimensions, each checked; refuses before anything is allocated. */
export function countOf(file: string, shape: readonly unknown[]): number {
  if (shape.length > MOST_DIMENSIONS)
    refuse(file, 'shape-malformed', { value: shape, allowed: `at most ${MOST_DIMENSIONS} dimensions` });
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1)
      refuse(file, 'shape-malformed', { value: shape, allowed: 'whole dimensions of at least 1' });
    count *= size;
    if (count > MOST_NUMBERS)
      refuse(file, 'shape-too-large', {
        value: shape,
        allowed: `at most ${MOST_NUMBERS} numbers`,
        numbers: { most: MOST_NUMBERS },
      });
  }
  return count;
}

/** Refuses NaN, infinities and what float32 cannot hold, saying where the first is. */
export function requireFinite(file: string, name: string, values: Float32Array): void {
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index]!))
      refuse(file, 'not-finite', { value: `${name}: ${values[index]}`, allowed: 'finite numbers', numbers: { index } });
}

/** IEEE 754 binary16 from its bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));
/** bfloat16 is the upper half of a float32. */
export function fromBfloat16(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

export interface ElementType {
  size: number;
  read(view: DataView, byte: number, littleEndian: boolean): number;
}

/** Element types by a neutral name; the formats map their own names onto these. */
export const ELEMENT_TYPES = {
  f16: { size: 2, read: (view, byte, little) => fromFloat16(view.getUint16(byte, little)) },
  bf16: { size: 2, read: (view, byte, little) => fromBfloat16(view.getUint16(byte, little)) },
  f32: { size: 4, read: (view, byte, little) => view.getFloat32(byte, little) },
  f64: { size: 8, read: (view, byte, little) => view.getFloat64(byte, little) },
  i8: { size: 1, read: (view, byte) => view.getInt8(byte) },
  u8: { size: 1, read: (view, byte) => view.getUint8(byte) },
  bool: { size: 1, read: (view, byte) => (view.getUint8(byte) === 0 ? 0 : 1) },
  i16: { size: 2, read: (view, byte, little) => view.getInt16(byte, little) },
  u16: { size: 2, read: (view, byte, little) => view.getUint16(byte, little) },
  i32: { size: 4, read: (view, byte, little) => view.getInt32(byte, little) },
  u32: { size: 4, read: (view, byte, little) => view.getUint32(byte, little) },
  i64: { size: 8, read: (view, byte, little) => Number(view.getBigInt64(byte, little)) },
  u64: { size: 8, read: (view, byte, little) => Number(view.getBigUint64(byte, little)) },
} as const satisfies Record<string, ElementType>;

/** `count` elements from `byte` on. The caller has checked that they lie inside the buffer. */
export function readElements(
  bytes: ArrayBuffer,
  byte: number,
  count: number,
  { size, read }: ElementType,
  littleEndian: boolean,
): Float32Array {
  const view = new DataView(bytes, byte, count * size);
  const values = new Float32Array(count);
  for (let n = 0; n < count; n++) values[n] = read(view, n * size, littleEndian);
  return values;
}
