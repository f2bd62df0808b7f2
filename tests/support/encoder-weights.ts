// The encoder's weights in Node tests: built when missing or out of date, read once per file.
import { readFileSync } from 'node:fs';
import { parseWeights, type EncoderWeights } from '../../src/encoder/weights-file.ts';
import { buildWeights, WEIGHTS_PATH } from '../../src/tools/build-weights.ts';

let weights: EncoderWeights | null = null;

export function builtWeights(): EncoderWeights {
  if (weights === null) {
    buildWeights();
    weights = parseWeights(readFileSync(WEIGHTS_PATH));
  }
  return weights;
}
