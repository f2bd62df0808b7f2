// The page's side of the sentence encoder. It shares its engine's worker and backend; tokenizing needs no round trip,
// so the tokenizer works here on the vocabulary the worker sends once.
import { proxy } from 'comlink';
import type { EncoderOptions, LayerAttention, SentenceEncoder, Tokens } from '../contract/encoder.ts';
import type { RunOptions } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { Tokenizer } from '../engine/tokenizing.ts';
import type { Connection } from './connection.ts';
import { Link } from './link.ts';
import { RemoteEngine } from './remote-engine.ts';

interface OpenEncoder {
  readonly connection: Connection;
  readonly encoder: number;
  readonly tokenizer: Tokenizer;
}

const progressOf = (onProgress: ((done: number) => void) | undefined) => (onProgress ? proxy(onProgress) : null);

export class RemoteEncoder implements SentenceEncoder {
  readonly #engine: RemoteEngine;
  readonly #ownsEngine: boolean;
  readonly #weightsUrl: string;
  readonly #tokenizer: Tokenizer;
  #open: OpenEncoder;
  #opening: Promise<OpenEncoder> | null = null;
  #isDisposed = false;

  private constructor(engine: RemoteEngine, ownsEngine: boolean, weightsUrl: string, open: OpenEncoder) {
    this.#engine = engine;
    this.#ownsEngine = ownsEngine;
    this.#weightsUrl = weightsUrl;
    this.#tokenizer = open.tokenizer;
    this.#open = open;
  }

  static async start({ engine: given, weightsUrl, onProgress }: EncoderOptions & { weightsUrl: string }) {
    if (given !== undefined && !(given instanceof RemoteEngine)) {
      const allowed = 'an engine of createEngine';
      throw new AttentionError('invalid-problem', { field: 'engine', value: typeof given, allowed });
    }
    const engine = given ?? (await RemoteEngine.start(new Link()));
    try {
      const open = await openOn(engine, weightsUrl, onProgress);
      return new RemoteEncoder(engine, given === undefined, weightsUrl, open);
    } catch (error) {
      if (given === undefined) await engine.dispose();
      throw error;
    }
  }

  /** The encoder in the worker that lives now. */
  async #opened(): Promise<OpenEncoder> {
    if (this.#isDisposed) throw new AttentionError('disposed');
    if (!this.#open.connection.isDead) return this.#open;
    this.#opening ??= openOn(this.#engine, this.#weightsUrl)
      .then((open) => (this.#open = open))
      .finally(() => (this.#opening = null));
    return this.#opening;
  }

  tokenize(text: string): Tokens {
    if (typeof text !== 'string')
      throw new AttentionError('invalid-problem', { field: 'text', value: typeof text, allowed: 'a string' });
    return this.#tokenizer.tokenize(text);
  }

  async encode(texts: string[], options: RunOptions = {}): Promise<{ embeddings: Float32Array }> {
    const { connection, encoder } = await this.#opened();
    return connection.call(
      (door, call) => door.encode(call, encoder, texts, progressOf(options.onProgress)),
      options.signal,
    );
  }

  async attention(text: string, options: RunOptions = {}): Promise<Tokens & { layers: LayerAttention[] }> {
    const { connection, encoder } = await this.#opened();
    return connection.call(
      (door, call) => door.attention(call, encoder, text, progressOf(options.onProgress)),
      options.signal,
    );
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#ownsEngine) return this.#engine.dispose();
    const { connection, encoder } = this.#open;
    // Nothing is left to free when the worker is gone.
    await connection.call((door, call) => door.disposeEncoder(call, encoder)).catch(() => {});
  }
}

async function openOn(
  remote: RemoteEngine,
  weightsUrl: string,
  onProgress?: (done: number) => void,
): Promise<OpenEncoder> {
  const { connection, engine } = await remote.opened();
  const opened = await connection.call((door, call) =>
    door.openEncoder(call, engine, weightsUrl, progressOf(onProgress)),
  );
  return { connection, encoder: opened.encoder, tokenizer: new Tokenizer(opened.vocabulary) };
}
