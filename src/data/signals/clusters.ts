// Segments of the sequence belong to one of five topics; a position attends to positions of its own topic, near or far,
// so weights form blocks. Segments are about 8, 16, 32 or 64 positions long, by head, and topics are drawn for each head
// anew. Topics are the corners of a regular pentagon: the nearest other topic scores 4 nats less. Each key speaks with a
// strength between 0.85 and 1.15.
import { hash, uniform } from '../counter-random.ts';
import { STREAM, fillNoise, noiseValue, type RowPlace, type Signal } from './signal.ts';
import { waveRoom, writeWaves, type Wave } from './wave-code.ts';

const TOPICS = 5;
const DROP = 4;
const NOISE_GAIN = 0.5;

/** Where segment `n` begins: its place on a regular grid, moved by up to a quarter of a step. */
function borderOf(seed: number, head: number, step: number, n: number): number {
  return n === 0 ? 0 : Math.round(step * (n + (uniform(seed, STREAM.border, head, n) - 0.5) / 2));
}

function topicAt({ seed, head, position }: RowPlace): number {
  const step = 8 * 2 ** (head % 4);
  const near = Math.floor(position / step);
  let segment = near;
  if (position < borderOf(seed, head, step, near)) segment = near - 1;
  else if (position >= borderOf(seed, head, step, near + 1)) segment = near + 1;
  return hash(seed, STREAM.topic, head, segment) % TOPICS;
}

/** One wave tells neighbours apart by itself; with room for two, all pairs of topics are equally far. */
function pentagon(headDim: number): Wave[] {
  const count = Math.min(2, waveRoom(headDim));
  let lossPerStrength = 0;
  for (let m = 1; m <= count; m++) lossPerStrength += 1 - Math.cos((2 * Math.PI * m) / TOPICS);
  return Array.from({ length: count }, (_, m) => ({ period: TOPICS / (m + 1), strength: DROP / lossPerStrength }));
}

function query(place: RowPlace): void {
  const taken = writeWaves(place, pentagon(place.headDim), topicAt(place));
  fillNoise(place, STREAM.query, taken, NOISE_GAIN);
}

function key(place: RowPlace): void {
  const { seed, head, position } = place;
  const strength = 0.85 + 0.3 * uniform(seed, STREAM.strength, head, position);
  const taken = writeWaves(place, pentagon(place.headDim), topicAt(place), strength);
  fillNoise(place, STREAM.key, taken, NOISE_GAIN);
}

export const clusters: Signal = { query, key, value: noiseValue };
