// Writes, from the built weights, what the files that work without a network have recorded of the encoder: `.cache/offline/recordings.bin`, Q, K
// and V of some texts, and `.cache/offline/vectors.bin`, the sentence vectors of what the zero-shot lab opens with and of its failing cases. `npx tsx src/tools/build-recordings.ts`. A step of `npm run build:offline`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRAINED_TOKENS } from '../contract/encoder.ts';
import { createEncoderOn } from '../encoder/encoder.ts';
import { writeExample } from '../encoder/example-file.ts';
import { RECORDED_TEXTS } from '../encoder/recorded-texts.ts';
import { Tokenizer } from '../encoder/tokenizer.ts';
import { parseWeights } from '../encoder/weights-file.ts';
import { EXAMPLE_TEXTS, FAILING_CASES } from '../labs/zero-shot/data/examples.ts';
import { TEMPLATES, TOPICS } from '../labs/zero-shot/data/topics.ts';
import { packRecordings } from '../params/packed-recordings.ts';
import { packVectors } from '../params/recorded-vectors.ts';
import type { Recording } from '../params/recordings.ts';
import { labelText } from '../theory/zero-shot.ts';
import { WEIGHTS_PATH } from './build-weights.ts';
import { naiveOperations } from './naive-operations.ts';

const FOLDER = join(fileURLToPath(new URL('../../', import.meta.url)), '.cache/offline');
const PATH = join(FOLDER, 'recordings.bin');
const VECTORS_PATH = join(FOLDER, 'vectors.bin');

const weights = parseWeights(readFileSync(WEIGHTS_PATH));
const encoder = await createEncoderOn(naiveOperations(), weights);
const tokenizer = new Tokenizer(weights.vocabulary);
const recordings: Recording[] = [];
for (const { id, text, layers } of RECORDED_TEXTS)
  for (const layer of layers) {
    const example = { ...(await encoder.project(text, layer)), text, model: 'Universal Sentence Encoder Lite' };
    recordings.push({ id, layer, file: Uint8Array.from(writeExample(example, {})) });
  }

/** Every label under every template that the lab offers, with its description and without. */
const labelTexts = Object.values(TOPICS).flatMap(({ name, description }) =>
  TEMPLATES.flatMap((template) => [true, false].map((describes) => labelText(name, description, template, describes))),
);
const failing = FAILING_CASES.flatMap(({ sentence, opposite, paraphrase }) => [sentence, opposite, paraphrase]);
const texts = [
  ...new Set([...EXAMPLE_TEXTS.map(({ text }) => text.en), ...labelTexts, ...failing.map(({ en }) => en)]),
];
const sentences = texts.map((text) => {
  const tokens = tokenizer.tokenize(text);
  if (tokens.ids.length > TRAINED_TOKENS) throw new Error(`Too long to be recorded: ${text}`);
  return { text, tokens: { ...tokens, unknown: tokenizer.unknownCharacters(text), isTooLong: false } };
});
const { embeddings } = await encoder.encode(texts);

mkdirSync(FOLDER, { recursive: true });
writeFileSync(PATH, packRecordings(recordings));
writeFileSync(VECTORS_PATH, packVectors(sentences, embeddings));
process.stdout.write(
  `Wrote ${PATH} (${recordings.map(({ id, layer, file }) => `${id} ${layer}: ${file.length}`).join(', ')}) and ${VECTORS_PATH} (${texts.length} texts)\n`,
);
