// The public sentence encoder on an engine's backend, under the engine's rules for aborts, lost devices and disposal.
// Runs beside the engine; the page's side is `worker/remote-encoder.ts`.
import type { LayerAttention, Tokens } from '../contract/encoder.ts';
import type { RunOptions } from '../contract/engine.ts';
import type { BackendEncoder } from '../encoder/encoder.ts';
import type { Vocabulary } from '../encoder/tokenizer.ts';
import type { LocalEngine } from './attention-engine.ts';
import { EncoderHost } from './encoder-host.ts';

export class LocalEncoder {
  readonly #engine: LocalEngine;
  readonly #host: EncoderHost;

  /** Borrows the engine. */
  constructor(engine: LocalEngine, weightsUrl: string) {
    this.#engine = engine;
    this.#host = new EncoderHost(weightsUrl);
  }

  /** Loads the weights and puts them on the backend; gives what a tokenizer needs. */
  async open(options: RunOptions): Promise<Vocabulary> {
    await this.#use(options, async () => {});
    return (await this.#host.weights()).vocabulary;
  }

  #use<T>(options: RunOptions, act: (encoder: BackendEncoder, options: RunOptions) => Promise<T>): Promise<T> {
    return this.#engine.use(options, async (backend, control) => act(await this.#host.on(backend, control), control));
  }

  encode(texts: string[], options: RunOptions): Promise<{ embeddings: Float32Array }> {
    return this.#use(options, (encoder, control) => encoder.encode(texts, control));
  }

  attention(text: string, options: RunOptions): Promise<Tokens & { layers: LayerAttention[] }> {
    return this.#use(options, (encoder, control) => encoder.attention(text, control));
  }

  dispose(): void {
    this.#host.dispose();
  }
}
