// The sequence repeats with a period of 24 to 39 tokens (from the seed), except that one token in twelve is replaced.
// A query looks for tokens like its own, so weights make stripes one period apart. Head 0 attends to the same token,
// head 1 to the token after it (an induction head, Olsson et al. 2022), head 2 to the one before, and so on outwards.
// Tokens are codes on a circle; a neighbouring token on it scores 4 nats less. Values belong to the token, not to the
// position: the output copies them.
import { fillNormals, hash, uniform } from '../counter-random.ts';
import { STREAM, fillNoise, type RowPlace, type Signal } from './signal.ts';
import { waveRoom, writeWaves, type Wave } from './wave-code.ts';

const DROP = 4;
const MOST_HARMONICS = 4;
const REPLACED_SHARE = 1 / 12;
const NOISE_GAIN = 0.5;

function periodOf(seed: number): number {
  return 24 + (hash(seed, STREAM.token, 0, 0) % 16);
}

/** The token at a position, as its place on the circle. Positions before the first continue the period. */
function tokenAt(seed: number, position: number): number {
  const period = periodOf(seed);
  if (uniform(seed, STREAM.token, 1, position) < REPLACED_SHARE) return hash(seed, STREAM.token, 2, position) % period;
  return ((position % period) + period) % period;
}

/** 0, 1, −1, 2, −2, … by head. */
function shiftOf(head: number): number {
  return head % 2 === 1 ? (head + 1) / 2 : -head / 2;
}

/** Equal harmonics of the circle, as many as there is room for, strong enough together to tell neighbours apart. */
function harmonics({ headDim, seed }: RowPlace): Wave[] {
  const period = periodOf(seed);
  const count = Math.min(MOST_HARMONICS, waveRoom(headDim));
  let lossPerStrength = 0;
  for (let m = 1; m <= count; m++) lossPerStrength += 1 - Math.cos((2 * Math.PI * m) / period);
  return Array.from({ length: count }, (_, m) => ({ period: period / (m + 1), strength: DROP / lossPerStrength }));
}

function query(place: RowPlace): void {
  const taken = writeWaves(place, harmonics(place), tokenAt(place.seed, place.position));
  fillNoise(place, STREAM.query, taken, NOISE_GAIN);
}

/** A key announces the token `shift` places before it, as an induction head's keys do. */
function key(place: RowPlace): void {
  const announced = tokenAt(place.seed, place.position - shiftOf(place.head));
  const taken = writeWaves(place, harmonics(place), announced);
  fillNoise(place, STREAM.key, taken, NOISE_GAIN);
}

function value({ row, start, headDim, seed, head, position }: RowPlace): void {
  fillNormals(row, start, start + headDim, 1, [seed, STREAM.value, head, tokenAt(seed, position)]);
}

export const copy: Signal = { query, key, value };
