// The recorded example: Q, K and V of the first layer for `EXAMPLE_TEXT`, made by `tools/build-example.ts`, so that the lab has
// real attention to show before the encoder's weights are there. Written and read here; the values are float16 in the file.
import type { RunControl } from '../contract/backend.ts';
import type { LayerProjection } from './encoder.ts';
import { fetchSafetensors, type SafetensorsFile } from './fetch-safetensors.ts';
import { invalidFile, parseFile, readTensorData, writeSafetensors } from './safetensors.ts';

export const EXAMPLE_FORMAT = 'attention-lab-example/1';

/** What the encoder's `project` would give, up to float16's rounding. */
export interface RecordedExample extends LayerProjection {
  text: string;
  model: string;
}

type Facts = Omit<RecordedExample, 'q' | 'k' | 'v'>;
const HEADS = ['q', 'k', 'v'] as const;

/** `more` goes into the file's metadata beside the example itself. */
export function writeExample({ q, k, v, ...facts }: RecordedExample, more: Record<string, string>): Uint8Array {
  const shape = [facts.heads, facts.ids.length, facts.headDim];
  const tensors = [
    { name: 'q', data: q },
    { name: 'k', data: k },
    { name: 'v', data: v },
  ].map((tensor) => ({ ...tensor, type: 'F16' as const, shape }));
  return writeSafetensors(tensors, { format: EXAMPLE_FORMAT, example: JSON.stringify(facts), ...more });
}

function listOf<T>(isItem: (item: unknown) => item is T, value: unknown): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readFacts(json: string | undefined, field: string): Facts {
  let facts: Partial<Facts> | null;
  try {
    facts = JSON.parse(json ?? '') as Partial<Facts> | null;
  } catch {
    throw invalidFile(field, 'bad-config', json, 'JSON');
  }
  const { text, model, ids, pieces, heads, headDim, scale, layer, layers, unknown } = facts ?? {};
  const isComplete =
    isText(text) &&
    isText(model) &&
    listOf(isCount, ids) &&
    listOf(isText, pieces) &&
    listOf(isText, unknown) &&
    ids.length === pieces.length &&
    [heads, headDim, layer, layers].every(isCount) &&
    Number.isFinite(scale);
  if (!isComplete) throw invalidFile(field, 'bad-config', 'incomplete', 'what build-example wrote');
  return facts as Facts;
}

function openExample({ bytes, header }: SafetensorsFile, field: string): RecordedExample {
  const { format, example } = header.metadata;
  if (format !== EXAMPLE_FORMAT) throw invalidFile(`${field}: format`, 'bad-config', format, EXAMPLE_FORMAT);
  const facts = readFacts(example, `${field}: example`);
  const shape = [facts.heads, facts.ids.length, facts.headDim].join();
  const [q, k, v] = HEADS.map((name) => {
    const tensor = header.tensors.get(name);
    if (tensor?.shape.join() !== shape)
      throw invalidFile(`${field}: ${name}`, 'bad-tensor', tensor?.shape.slice(), `shape [${shape}]`);
    return readTensorData(bytes, header, tensor);
  });
  return { ...facts, q: q!, k: k!, v: v! };
}

/** From bytes already read, e.g. in Node. */
export function parseExample(bytes: Uint8Array, field = 'example'): RecordedExample {
  return openExample({ bytes, header: parseFile(bytes, field) }, field);
}

/** Rejects with `invalid-file` or `aborted`. */
export async function fetchExample(url: string, control: RunControl = {}): Promise<RecordedExample> {
  return openExample(await fetchSafetensors(url, control), url);
}
