// The sentence encoder's weights, loaded once, and the encoder on whichever backends are asked for. One encoder per kind of backend stays
// placed, so that work on the GPU and on the CPU can run side by side. Called by the workbench and the public encoder.
import type { Backend, RunControl } from '../contract/backend.ts';
import type { BackendKind } from '../contract/engine.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { createEncoderOn, type BackendEncoder } from '../encoder/encoder.ts';
import { Tokenizer } from '../encoder/tokenizer.ts';
import { fetchWeights, type EncoderWeights } from '../encoder/weights-file.ts';
import { untilAborted } from './call-scope.ts';

interface Placed {
  readonly backend: Backend;
  readonly encoder: Promise<BackendEncoder>;
}

export class EncoderHost {
  readonly #weightsUrl: string;
  readonly #listeners = new Set<(done: number) => void>();
  readonly #placed = new Map<BackendKind, Placed>();
  #weights: Promise<EncoderWeights> | null = null;
  #tokenizer: Tokenizer | null = null;

  constructor(weightsUrl: string) {
    this.#weightsUrl = weightsUrl;
  }

  /** One download for all who ask; giving up a call leaves it going. A failed one is tried again by the next call. */
  async weights({ signal, onProgress }: RunControl = {}): Promise<EncoderWeights> {
    if (onProgress) this.#listeners.add(onProgress);
    try {
      this.#weights ??= fetchWeights(this.#weightsUrl, {
        onProgress: (done) => this.#listeners.forEach((listener) => listener(done)),
      }).catch((error: unknown) => {
        this.#weights = null;
        throw error;
      });
      return await (signal ? untilAborted(this.#weights, signal) : this.#weights);
    } finally {
      if (onProgress) this.#listeners.delete(onProgress);
    }
  }

  /** Cuts texts without any backend. */
  async tokenizer(control: RunControl = {}): Promise<Tokenizer> {
    const { vocabulary } = await this.weights(control);
    return (this.#tokenizer ??= new Tokenizer(vocabulary));
  }

  /** The encoder on this backend. `onProgress` tells the share of the weights loaded. */
  async on(backend: Backend, control: RunControl = {}): Promise<BackendEncoder> {
    const weights = await this.weights(control);
    throwIfAborted(control.signal);
    const { kind } = backend.info;
    if (this.#placed.get(kind)?.backend !== backend) this.#place(backend, weights);
    return this.#placed.get(kind)!.encoder;
  }

  /** In place of an earlier backend of its kind, whose device is gone. */
  #place(backend: Backend, weights: EncoderWeights): void {
    const { kind } = backend.info;
    this.#free(kind);
    const placed: Placed = { backend, encoder: createEncoderOn(backend.operations, weights) };
    this.#placed.set(kind, placed);
    placed.encoder.catch(() => {
      if (this.#placed.get(kind) === placed) this.#placed.delete(kind);
    });
  }

  #free(kind: BackendKind): void {
    const free = (encoder: BackendEncoder) => encoder.dispose();
    // One that never came, or whose device is gone, holds nothing to free.
    void this.#placed
      .get(kind)
      ?.encoder.then(free)
      .catch(() => {});
    this.#placed.delete(kind);
  }

  /** Frees the layers on their backends; the weights stay. */
  dispose(): void {
    for (const kind of [...this.#placed.keys()]) this.#free(kind);
  }
}
