// The two loops a device's limits are measured with: multiply-adds in registers, and a copy of a large array. Run as jobs.

/** Sums of {@link multiplyAdds}. */
export const SUMS = 16;

/** A first-level cache holds it many times over. */
const ones = new Float64Array(1024).fill(1);
const STEP = 8;

/**
 * Sixteen independent sums of products of eight loaded numbers, all ones: the block of the score kernel and nothing else.
 * A chain `x·a + b` in registers alone came out 10 % slower than attention itself: its latency counts, where products overlap.
 * Returns the mean of the sums, which counts the rounds.
 */
export function multiplyAdds(rounds: number): number {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0; // prettier-ignore
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0; // prettier-ignore
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0; // prettier-ignore
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0; // prettier-ignore
  for (let round = 0; round < rounds;) {
    const end = Math.min(ones.length, (rounds - round) * STEP);
    for (let a = 0; a < end; a += STEP) {
      const q0 = ones[a + 0]!;
      const q1 = ones[a + 1]!;
      const q2 = ones[a + 2]!;
      const q3 = ones[a + 3]!;
      const k0 = ones[a + 4]!;
      s00 += q0 * k0;
      s01 += q1 * k0;
      s02 += q2 * k0;
      s03 += q3 * k0;
      const k1 = ones[a + 5]!;
      s10 += q0 * k1;
      s11 += q1 * k1;
      s12 += q2 * k1;
      s13 += q3 * k1;
      const k2 = ones[a + 6]!;
      s20 += q0 * k2;
      s21 += q1 * k2;
      s22 += q2 * k2;
      s23 += q3 * k2;
      const k3 = ones[a + 7]!;
      s30 += q0 * k3;
      s31 += q1 * k3;
      s32 += q2 * k3;
      s33 += q3 * k3;
    }
    round += end / STEP;
  }
  return (s00 + s01 + s02 + s03 + s10 + s11 + s12 + s13 + s20 + s21 + s22 + s23 + s30 + s31 + s32 + s33) / SUMS;
}

/** Copies one large array onto another; gives bytes read and written per second. */
export function copyRate(numbers: number, copies: number): number {
  const source = new Float64Array(numbers).fill(1);
  const target = new Float64Array(numbers);
  target.set(source);
  const startMs = performance.now();
  for (let copy = 0; copy < copies; copy++) target.set(source);
  const ms = performance.now() - startMs;
  return (2 * source.byteLength * copies * 1000) / ms;
}
