// Seeded numbers by place, not by order: each is a hash of its coordinates, so a longer sequence or one more head
// changes none that were there before. Not for cryptography. Called by the synthetic signals.

/** A 32-bit finaliser with good avalanche (Wellons 2018, "lowbias32"). */
function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** A 32-bit hash of four coordinates. */
export function hash(seed: number, a: number, b: number, c: number): number {
  let x = scramble(seed ^ 0x9e3779b9);
  x = scramble(x ^ Math.imul(a + 1, 0x85ebca6b));
  x = scramble(x ^ Math.imul(b + 1, 0xc2b2ae35));
  return scramble(x ^ Math.imul(c + 1, 0x27d4eb2f));
}

/** Uniform in [0, 1). */
export function uniform(seed: number, a: number, b: number, c: number): number {
  return hash(seed, a, b, c) / 2 ** 32;
}

/** Standard normal (Box & Muller 1958). */
export function normal(seed: number, a: number, b: number, c: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, a, b, c)));
  return radius * Math.cos(2 * Math.PI * uniform(~seed, a, b, c));
}

/**
 * Writes `gain · standard normal` into `target[start … end)`. The n-th number of a row depends on seed, coordinates and n
 * only, so a wider row starts like a narrower one.
 */
export function fillNormals(
  target: Float32Array,
  start: number,
  end: number,
  gain: number,
  [seed, a, b, c]: readonly [seed: number, a: number, b: number, c: number],
): void {
  let radiusState = hash(seed, a, b, c);
  let angleState = hash(~seed, a, b, c);
  for (let n = start; n < end; n += 2) {
    radiusState = (radiusState + 0x9e3779b9) | 0;
    angleState = (angleState + 0x7f4a7c15) | 0;
    // Half a step keeps the uniform away from 0, whose logarithm is infinite.
    const radius = gain * Math.sqrt(-2 * Math.log((scramble(radiusState) + 0.5) / 2 ** 32));
    const angle = (scramble(angleState) / 2 ** 32) * 2 * Math.PI;
    target[n] = radius * Math.cos(angle);
    if (n + 1 < end) target[n + 1] = radius * Math.sin(angle);
  }
}
