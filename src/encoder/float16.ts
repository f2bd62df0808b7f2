// IEEE 754 half precision to and from single precision. Encoding rounds to nearest, ties to even.
// Called by the weights and example files (decoding) and by the build tools (encoding).

const word = new DataView(new ArrayBuffer(4));
const SMALLEST_NORMAL = 0x38800000; // bits of 2^-14 as float32
const BEYOND_FINITE = 0x47800000; // bits of 2^16 as float32
const INFINITY_BITS = 0x7f800000;

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The 16 bits nearest to a number that is already a float32. Beyond 65,504 + half a step: infinity. */
export function float16Bits(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > INFINITY_BITS) return sign | 0x7e00;
  if (magnitude >= BEYOND_FINITE) return sign | 0x7c00;
  // Subnormal halves are multiples of 2^-24; scaling by a power of two is exact.
  if (magnitude < SMALLEST_NORMAL) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  // Move the exponent's bias from 127 to 15; a carry out of the mantissa correctly raises the exponent.
  const rebiased = magnitude - ((127 - 15) << 23);
  return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
}

function decodeBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | null = null;

/** Every half as a float32: one look-up decodes a number. 256 KiB, made on first use. */
function decodeTable(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => decodeBits(bits));
  return table;
}

export function encodeFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, float16Bits);
}

export function decodeFloat16(halves: Uint16Array): Float32Array {
  const values = decodeTable();
  const decoded = new Float32Array(halves.length);
  for (let x = 0; x < halves.length; x++) decoded[x] = values[halves[x]!]!;
  return decoded;
}
