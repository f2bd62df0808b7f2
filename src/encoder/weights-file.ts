// The encoder's weights from their file: shape, constants, vocabulary and tensors, all checked before anything is used.
// The token embeddings stay float16 on the host, where rows are picked; the dense layers are decoded when they are uploaded.
import type { RunControl } from '../contract/backend.ts';
import { parseConfig, tensorShapes, type EncoderConfig } from './config.ts';
import { fetchSafetensors, type SafetensorsFile } from './fetch-safetensors.ts';
import { decodeFloat16 } from './float16.ts';
import { invalidFile, parseFile, readHalves, readTensorData } from './safetensors.ts';
import type { Vocabulary } from './tokenizer.ts';

/** Stored as `format` in the file's metadata; raised when the file's meaning changes. */
export const WEIGHTS_FORMAT = 'attention-lab-encoder/1';

export interface EncoderWeights {
  readonly config: EncoderConfig;
  readonly vocabulary: Vocabulary;
  /** A dense tensor by name, decoded: `[rows, columns]`, one row for a vector. */
  matrix(name: string): { data: Float32Array; rows: number; columns: number };
  /** The embedding of one token, `[width]`. */
  embedding(id: number): Float32Array;
}

function parseJson(text: string | undefined, field: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw invalidFile(field, 'bad-config', text, 'JSON');
  }
}

function parseVocabulary(json: unknown, tokens: number, field: string): Vocabulary {
  const isEntry = (entry: unknown): entry is [string, number] =>
    Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && Number.isFinite(entry[1]);
  if (!Array.isArray(json) || json.length === 0 || json.length > tokens || !json.every(isEntry))
    throw invalidFile(field, 'bad-vocabulary', typeof json, `1 to ${tokens} pairs of piece and score`);
  return json;
}

function requireTensors({ header }: SafetensorsFile, config: EncoderConfig, field: string): void {
  const shapes = tensorShapes(config);
  for (const [name, shape] of shapes) {
    const stored = header.tensors.get(name);
    if (stored === undefined || stored.shape.join() !== shape.join())
      throw invalidFile(`${field}: ${name}`, 'bad-tensor', stored?.shape.slice(), `shape [${shape.join(', ')}]`);
  }
  for (const name of header.tensors.keys())
    if (!shapes.has(name)) throw invalidFile(`${field}: ${name}`, 'bad-tensor', name, 'a tensor of the encoder');
}

/** Checks a file that is wholly there. `field` names it in errors. */
export function openWeights(file: SafetensorsFile, field: string): EncoderWeights {
  const { bytes, header } = file;
  const { format, config: configJson, vocabulary: vocabularyJson } = header.metadata;
  if (format !== WEIGHTS_FORMAT) throw invalidFile(`${field}: format`, 'bad-config', format, WEIGHTS_FORMAT);
  const config = parseConfig(parseJson(configJson, `${field}: config`), `${field}: config`);
  const vocabularyField = `${field}: vocabulary`;
  const vocabulary = parseVocabulary(parseJson(vocabularyJson, vocabularyField), config.tokens, vocabularyField);
  requireTensors(file, config, field);
  const stored = header.tensors.get('embedding.weight')!;
  if (stored.type !== 'F16') throw invalidFile(`${field}: embedding.weight`, 'bad-tensor', stored.type, 'F16');
  const embeddings = readHalves(bytes, header, stored);
  return {
    config,
    vocabulary,
    matrix(name) {
      const tensor = header.tensors.get(name)!;
      const [rows, columns] = tensor.shape.length === 1 ? [1, tensor.shape[0]!] : [tensor.shape[0]!, tensor.shape[1]!];
      return { data: readTensorData(bytes, header, tensor), rows, columns };
    },
    embedding: (id) => decodeFloat16(embeddings.subarray(id * config.width, (id + 1) * config.width)),
  };
}

/** From bytes already read, e.g. in Node. */
export function parseWeights(bytes: Uint8Array, field = 'weights'): EncoderWeights {
  return openWeights({ bytes, header: parseFile(bytes, field) }, field);
}

/** Streams the file. `onProgress` gets the share received, 0…1. Rejects with `invalid-file` or `aborted`. */
export async function fetchWeights(url: string, control: RunControl = {}): Promise<EncoderWeights> {
  return openWeights(await fetchSafetensors(url, control), url);
}
