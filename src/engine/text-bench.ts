// The worker's side of the labs on texts: tokens, embeddings, one text's way through the encoder, sentences per second.
// Called by the workbench, which lends it lanes, backends and the encoder.
import type { Backend, RunControl } from '../contract/backend.ts';
import type { BackendKind } from '../contract/engine.ts';
import { EMBEDDING_SIZE, TRAINED_TOKENS } from '../contract/encoder.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import {
  BATCH_LIMITS,
  MOST_TEXTS,
  type Embedded,
  type EmbedOptions,
  type EncoderPath,
  type TextBench,
  type Throughput,
  type ThroughputGap,
  type ThroughputRequest,
  type TokenizedText,
} from '../contract/text-bench.ts';
import type { BackendEncoder } from '../encoder/encoder.ts';
import type { Tokenizer } from '../encoder/tokenizer.ts';
import type { LabTools } from './lab-bench.ts';
import { measureTexts } from './measure-texts.ts';

/** What the workbench lends. */
export interface TextTools extends Pick<LabTools, 'inLane' | 'onBackend' | 'backendOf' | 'encoderOn'> {
  /** Cuts texts without a backend. */
  tokenizer(control: RunControl): Promise<Tokenizer>;
}

const DEFAULT_BATCH = 32;

export function requireTexts(field: string, texts: unknown): void {
  const isList = Array.isArray(texts) && texts.length >= 1 && texts.length <= MOST_TEXTS;
  if (!isList)
    throw new AttentionError('invalid-problem', {
      field,
      value: Array.isArray(texts) ? texts.length : texts,
      allowed: `1 to ${MOST_TEXTS} texts`,
    });
  texts.forEach((text: unknown, index) => {
    if (typeof text !== 'string')
      throw new AttentionError('invalid-problem', { field: `${field}[${index}]`, value: text, allowed: 'a string' });
  });
}

export function requireBatch(value: number): number {
  const [least, most] = BATCH_LIMITS;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AttentionError('invalid-problem', {
    field: 'batchSize',
    value,
    allowed: `an integer from ${least} to ${most}`,
  });
}

/** Ids of texts through the encoder in batches of so many texts. `[texts, 512]`. */
export async function embedTokens(
  encoder: BackendEncoder,
  texts: readonly (readonly number[])[],
  batchSize: number,
  { signal, onProgress }: RunControl,
): Promise<Float32Array> {
  const embeddings = new Float32Array(texts.length * EMBEDDING_SIZE);
  for (let start = 0; start < texts.length; start += batchSize) {
    throwIfAborted(signal);
    const batch = texts.slice(start, start + batchSize);
    embeddings.set((await encoder.encodeTokens(batch, { signal })).embeddings, start * EMBEDDING_SIZE);
    onProgress?.((start + batch.length) / texts.length);
  }
  return embeddings;
}

function tokenized(tokenizer: Tokenizer, text: string): TokenizedText {
  const tokens = tokenizer.tokenize(text);
  return { ...tokens, unknown: tokenizer.unknownCharacters(text), isTooLong: tokens.ids.length > TRAINED_TOKENS };
}

export class LocalTextBench implements TextBench {
  readonly #tools: TextTools;

  constructor(tools: TextTools) {
    this.#tools = tools;
  }

  tokenize(texts: string[], onProgress: (done: number) => void): Promise<TokenizedText[]> {
    return this.#tools.inLane('tokens', async (signal) => {
      requireTexts('texts', texts);
      const tokenizer = await this.#tools.tokenizer({ signal, onProgress });
      return texts.map((text) => tokenized(tokenizer, text));
    });
  }

  embed(
    texts: string[],
    { backend, batchSize = DEFAULT_BATCH, lane = 'embed' }: EmbedOptions,
    onProgress: (done: number) => void,
  ): Promise<Embedded> {
    return this.#tools.inLane(lane, async (signal) => {
      requireTexts('texts', texts);
      requireBatch(batchSize);
      return this.#tools.onBackend(backend, [], (on) => this.#embedOn(on, texts, batchSize, { signal, onProgress }));
    });
  }

  async #embedOn(on: Backend, texts: string[], batchSize: number, control: RunControl): Promise<Embedded> {
    const encoder = await this.#tools.encoderOn(on, { signal: control.signal });
    const startMs = performance.now();
    const ids = texts.map((text) => encoder.tokenize(text).ids);
    const cutMs = performance.now();
    const embeddings = await embedTokens(encoder, ids, batchSize, control);
    const endMs = performance.now();
    const timing = { tokenizeMs: cutMs - startMs, layersMs: endMs - cutMs, wallMs: endMs - startMs };
    return { embeddings, tokenCounts: ids.map(({ length }) => length), timing, backend: on.info };
  }

  inspect(text: string, backend: 'auto' | BackendKind): Promise<EncoderPath> {
    return this.#tools.inLane('inspect', async (signal) => {
      requireTexts('text', [text]);
      const tokens = tokenized(await this.#tools.tokenizer({ signal }), text);
      return this.#tools.onBackend(backend, [], async (on) => {
        const encoder = await this.#tools.encoderOn(on, { signal });
        return { ...tokens, ...(await encoder.inspect(tokens.ids, { signal })), backend: on.info };
      });
    });
  }

  measureThroughput(
    request: ThroughputRequest,
    onResult: (result: Throughput | ThroughputGap, done: number) => void,
  ): Promise<void> {
    return this.#tools.inLane('measure', async (signal) => {
      requireTexts('texts', request.texts);
      requireTexts('labels', request.labels);
      request.batchSizes.forEach(requireBatch);
      const open = async (kind: BackendKind) => {
        const on = await this.#tools.backendOf(kind);
        return { info: on.info, encoder: await this.#tools.encoderOn(on, { signal }) };
      };
      await measureTexts(request, open, embedTokens, signal, onResult);
    });
  }
}
