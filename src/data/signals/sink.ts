// An attention sink (Xiao et al. 2023): queries point along the first dimension, and only the first token's key answers,
// with a score of 11 ± 15 %. A share of the queries (5, 15, 25 or 35 % by head) is awake: its score there is 2, and its
// weight spreads. All other scores are N(0, 1). So the first token draws most of the weight up to some 16,000 keys.
import { uniform } from '../counter-random.ts';
import { STREAM, fillNoise, noiseValue, type RowPlace, type Signal } from './signal.ts';

const SINK_SCORE = 11;
const AWAKE_SCORE = 2;

/** Both sides carry this much along the first dimension; the scale takes the square root of headDim away again. */
function amplitude(headDim: number): number {
  return headDim ** 0.25;
}

function scoreOnFirst({ seed, head, position }: RowPlace): number {
  const awakeShare = 0.05 + 0.1 * (head % 4);
  if (uniform(seed, STREAM.topic, head, position) < awakeShare) return AWAKE_SCORE;
  return SINK_SCORE * (0.85 + 0.3 * uniform(seed, STREAM.strength, head, position));
}

function query(place: RowPlace): void {
  place.row[place.start] = amplitude(place.headDim) * scoreOnFirst(place);
  fillNoise(place, STREAM.query, 1);
}

/** The first token's key holds the direction and nothing else. */
function key(place: RowPlace): void {
  const isFirst = place.position === 0;
  place.row[place.start] = isFirst ? amplitude(place.headDim) : 0;
  fillNoise(place, STREAM.key, 1, isFirst ? 0 : 1);
}

export const sink: Signal = { query, key, value: noiseValue };
