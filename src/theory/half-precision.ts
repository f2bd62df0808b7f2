// IEEE 754 binary16 and back, by tables: rounded to nearest, ties to even; subnormals kept; what is too large becomes infinite.
// Pure. Used by both backends to keep Q, K and V in half the bytes. Method: van der Zijp, "Fast half float conversions" (2008),
// with rounding added: the nine top bits of a float32 choose a base and a shift.

/** The largest finite half. */
export const LARGEST_HALF = 65504;

const bases = new Uint16Array(512);
const shifts = new Uint8Array(512);
for (let exponent = 0; exponent < 256; exponent++) {
  const e = exponent - 127;
  for (const sign of [0, 256]) {
    const at = exponent | sign;
    const signBit = sign === 0 ? 0 : 0x8000;
    if (e < -25) [bases[at], shifts[at]] = [signBit, 31];
    else if (e < -14) [bases[at], shifts[at]] = [signBit, -e - 1];
    else if (e <= 15) [bases[at], shifts[at]] = [signBit | ((e + 15) << 10), 13];
    else [bases[at], shifts[at]] = [signBit | 0x7c00, 31];
  }
}

/** Bits of halves. NaN is not expected: tensors are checked before. */
export function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let at = 0; at < bits.length; at++) {
    const word = bits[at]!;
    const top = word >>> 23;
    const shift = shifts[top]!;
    const mantissa = word & 0x7fffff;
    if (shift === 31) {
      halves[at] = bases[top]!;
      continue;
    }
    // A subnormal half has no implied one of its own: the float's own one is shifted down into the fraction.
    const whole = shift === 13 ? mantissa : mantissa | 0x800000;
    const kept = whole >>> shift;
    const rest = whole & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    const up = rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0;
    // A fraction that rounds up to the next power of two carries into the exponent by itself.
    halves[at] = bases[top]! + kept + up;
  }
  return halves;
}

let table: Float32Array | null = null;

function halfTable(): Float32Array {
  return Float32Array.from({ length: 65536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

export function fromHalves(halves: Uint16Array): Float32Array {
  table ??= halfTable();
  const values = new Float32Array(halves.length);
  for (let at = 0; at < halves.length; at++) values[at] = table[halves[at]!]!;
  return values;
}

/** Each value rounded to the nearest half, as float32. */
export function roundToHalf(values: Float32Array): Float32Array {
  return fromHalves(toHalves(values));
}
