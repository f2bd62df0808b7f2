// Writes `.cache/offline/recordings.bin`: Q, K and V of every recorded text, from the built weights, for the files that
// work without a network. `npx tsx src/tools/build-recordings.ts`. A step of `npm run build:offline`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEncoderOn } from '../encoder/encoder.ts';
import { writeExample } from '../encoder/example-file.ts';
import { RECORDED_TEXTS } from '../encoder/recorded-texts.ts';
import { parseWeights } from '../encoder/weights-file.ts';
import { packRecordings } from '../params/packed-recordings.ts';
import type { Recording } from '../params/recordings.ts';
import { WEIGHTS_PATH } from './build-weights.ts';
import { naiveOperations } from './naive-operations.ts';

const PATH = join(fileURLToPath(new URL('../../', import.meta.url)), '.cache/offline/recordings.bin');

const encoder = await createEncoderOn(naiveOperations(), parseWeights(readFileSync(WEIGHTS_PATH)));
const recordings: Recording[] = [];
for (const { id, text, layers } of RECORDED_TEXTS)
  for (const layer of layers) {
    const example = { ...(await encoder.project(text, layer)), text, model: 'Universal Sentence Encoder Lite' };
    recordings.push({ id, layer, file: Uint8Array.from(writeExample(example, {})) });
  }
mkdirSync(dirname(PATH), { recursive: true });
writeFileSync(PATH, packRecordings(recordings));
process.stdout.write(
  `Wrote ${PATH} (${recordings.map(({ id, layer, file }) => `${id} ${layer}: ${file.length}`).join(', ')})\n`,
);
