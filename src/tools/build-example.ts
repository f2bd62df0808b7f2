// Writes `public/example.safetensors`: the example text through the encoder's first layer, in Node, from the built weights (which it
// builds first if need be). `npx tsx src/tools/build-example.ts`. Does nothing when the file is up to date.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEncoderOn } from '../encoder/encoder.ts';
import { writeExample } from '../encoder/example-file.ts';
import { EXAMPLE_TEXT } from '../encoder/example-text.ts';
import { parseWeights } from '../encoder/weights-file.ts';
import { buildWeights, storedHash, WEIGHTS_PATH, writeWhole } from './build-weights.ts';
import { naiveOperations } from './naive-operations.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const LAYER = 0;
/** What decides the file besides the weights. */
const CODE = [
  'tools/build-example.ts',
  'tools/naive-operations.ts',
  'encoder/example-file.ts',
  'encoder/example-text.ts',
  'encoder/tokenizer.ts',
  'encoder/input-rows.ts',
  'encoder/forward.ts',
  'encoder/encoder.ts',
];

export const EXAMPLE_PATH = join(root, 'public/example.safetensors');

/** Writes the file if it is missing or out of date. Returns whether it wrote. */
export async function buildExample(): Promise<boolean> {
  const weightsHash = buildWeights().hash;
  const hash = createHash('sha256').update(weightsHash);
  for (const name of CODE) hash.update(readFileSync(join(root, 'src', name)));
  const inputsHash = hash.digest('hex');
  if (storedHash(EXAMPLE_PATH) === inputsHash) return false;
  const encoder = await createEncoderOn(naiveOperations(), parseWeights(readFileSync(WEIGHTS_PATH)));
  const projection = await encoder.project(EXAMPLE_TEXT, LAYER);
  const example = { ...projection, text: EXAMPLE_TEXT, model: 'Universal Sentence Encoder Lite' };
  writeWhole(EXAMPLE_PATH, writeExample(example, { inputs_sha256: inputsHash }));
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrote = await buildExample();
  process.stdout.write(`${wrote ? 'Wrote' : 'Up to date:'} ${EXAMPLE_PATH} (${statSync(EXAMPLE_PATH).size} bytes)\n`);
}
