// The two loops a device's limits are measured with: multiply-adds in registers, and a copy of a large array. Run as jobs.

/** Sums of {@link multiplyAdds}. */
export const SUMS = 12;

/** Twelve independent sums: sixteen and their operands no longer fit the registers. Returns their mean, which counts the rounds. */
export function multiplyAdds(rounds: number, factor: number, step: number): number {
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0; // prettier-ignore
  let b0 = 0, b1 = 0, b2 = 0, b3 = 0; // prettier-ignore
  let c0 = 0, c1 = 0, c2 = 0, c3 = 0; // prettier-ignore
  for (let round = 0; round < rounds; round++) {
    a0 = a0 * factor + step;
    a1 = a1 * factor + step;
    a2 = a2 * factor + step;
    a3 = a3 * factor + step;
    b0 = b0 * factor + step;
    b1 = b1 * factor + step;
    b2 = b2 * factor + step;
    b3 = b3 * factor + step;
    c0 = c0 * factor + step;
    c1 = c1 * factor + step;
    c2 = c2 * factor + step;
    c3 = c3 * factor + step;
  }
  return (a0 + a1 + a2 + a3 + b0 + b1 + b2 + b3 + c0 + c1 + c2 + c3) / 12;
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
