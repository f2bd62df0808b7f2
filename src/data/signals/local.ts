// Weight falls with distance. The score is a ladder of waves in the distance d = i + offset − j,
//   score(d) = Σ_m S_m · cos(2π d / P_m),   P_m = P_0 · r^m,
// where the finest wave makes the bell (standard deviation P_0 / 4π ≈ 1.3, 2.5, 5 or 10 positions, by head) and each
// coarser wave takes 4 nats from the nearest repetition of the wave before. With D ≥ 14 nothing repeats within 131,072
// positions; narrower heads have room for fewer waves and repeat sooner (D = 2: every 512 to 4,096 positions).
// Keys stand off their place by 0.3 standard deviations, drawn from the seed. Heads 4–7 look back, 8–11 ahead.
import { normal } from '../counter-random.ts';
import { STREAM, fillNoise, noiseValue, type RowPlace, type Signal } from './signal.ts';
import { strengthForDrop, waveRoom, writeWaves, type Wave } from './wave-code.ts';

const MOST_WAVES = 7;
const REACH = 2 ** 17;
/** Nats between a key and its nearest repetition. */
const DROP = 4;
/** Coarser steps would need scores beyond what float32 tells apart. */
const LARGEST_RATIO = 128;
const ONLY_WAVE_RATIO = 32;
const NOISE_GAIN = 0.5;
const DIRECTIONS = [0, -1, 1] as const;

function finestPeriod(head: number): number {
  return 16 * 2 ** (head % 4);
}

function ladder(headDim: number, head: number): Wave[] {
  const count = Math.min(MOST_WAVES, waveRoom(headDim));
  const finest = finestPeriod(head);
  if (count === 0) return [];
  // A single wave is stretched: longer period, same curvature at distance 0, so the same bell.
  if (count === 1) return [{ period: ONLY_WAVE_RATIO * finest, strength: DROP * ONLY_WAVE_RATIO ** 2 }];
  const ratio = Math.min(LARGEST_RATIO, Math.max(4, Math.ceil((REACH / finest) ** (1 / (count - 1)))));
  return Array.from({ length: count }, (_, m) => ({
    period: finest * ratio ** m,
    strength: m === 0 ? DROP : strengthForDrop(DROP, 1, ratio),
  }));
}

const ladders = new Map<number, Wave[]>();
function ladderOf({ headDim, head }: RowPlace): Wave[] {
  const id = headDim * 4 + (head % 4);
  const known = ladders.get(id);
  if (known) return known;
  const made = ladder(headDim, head);
  ladders.set(id, made);
  return made;
}

function deviation(head: number): number {
  return finestPeriod(head) / (4 * Math.PI);
}

function query(place: RowPlace): void {
  const { head, position } = place;
  const offset = DIRECTIONS[Math.floor(head / 4) % DIRECTIONS.length]! * 2 * deviation(head);
  const taken = writeWaves(place, ladderOf(place), position + offset);
  fillNoise(place, STREAM.query, taken, NOISE_GAIN);
}

function key(place: RowPlace): void {
  const { seed, head, position } = place;
  const jitter = 0.3 * deviation(head) * normal(seed, STREAM.jitter, head, position);
  const taken = writeWaves(place, ladderOf(place), position + jitter);
  fillNoise(place, STREAM.key, taken, NOISE_GAIN);
}

export const local: Signal = { query, key, value: noiseValue };
