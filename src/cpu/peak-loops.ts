// The two loops a device's limits are measured with: multiply-adds in registers, and a copy of a large array. Run as jobs.

/** Sums of {@link multiplyAdds}. */
export const SUMS = 10;

/** A first-level cache holds it many times over. */
const ones = new Float64Array(1024).fill(1);
const STEP = 8;

/**
 * Ten independent sums of products of seven loaded numbers, all ones: as many as stay in sixteen registers beside their operands.
 * Of the blocks tried it is the fastest (one thread, V8, GFLOP/s: 4 × 4 5.0, 3 × 4 5.3, 3 × 3 5.5, 2 × 6 5.5, 2 × 5 5.6): the kernels' own
 * 4 × 4 spills, and once gave a limit that attention passed. A chain `x·a + b` in registers alone is slower still: its latency
 * counts, where products overlap. Returns the mean of the sums, which counts the rounds.
 */
export function multiplyAdds(rounds: number): number {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s04 = 0; // prettier-ignore
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0, s14 = 0; // prettier-ignore
  for (let round = 0; round < rounds;) {
    const end = Math.min(ones.length, (rounds - round) * STEP);
    for (let a = 0; a < end; a += STEP) {
      const q0 = ones[a + 0]!;
      const q1 = ones[a + 1]!;
      const k0 = ones[a + 2]!;
      s00 += q0 * k0;
      s10 += q1 * k0;
      const k1 = ones[a + 3]!;
      s01 += q0 * k1;
      s11 += q1 * k1;
      const k2 = ones[a + 4]!;
      s02 += q0 * k2;
      s12 += q1 * k2;
      const k3 = ones[a + 5]!;
      s03 += q0 * k3;
      s13 += q1 * k3;
      const k4 = ones[a + 6]!;
      s04 += q0 * k4;
      s14 += q1 * k4;
    }
    round += end / STEP;
  }
  return (s00 + s01 + s02 + s03 + s04 + s10 + s11 + s12 + s13 + s14) / SUMS;
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
