// Nothing but noise: q, k, v ~ N(0, 1), so scaled scores are N(0, 1) too and weights are close to uniform.
import { STREAM, fillNoise, noiseValue, type Signal } from './signal.ts';

export const random: Signal = {
  query: (place) => fillNoise(place, STREAM.query),
  key: (place) => fillNoise(place, STREAM.key),
  value: noiseValue,
};
