// The sentence encoder's weights, loaded once, and the encoder on whichever backend is asked for.
// The layers live on one backend at a time; asked for on another, they move. Called by the workbench and the public encoder.
import type { Backend, RunControl } from '../contract/backend.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { createEncoderOn, type BackendEncoder } from '../encoder/encoder.ts';
import { fetchWeights, type EncoderWeights } from '../encoder/weights-file.ts';
import { untilAborted } from './call-scope.ts';

interface Placed {
  readonly backend: Backend;
  readonly encoder: Promise<BackendEncoder>;
}

export class EncoderHost {
  readonly #weightsUrl: string;
  readonly #listeners = new Set<(done: number) => void>();
  #weights: Promise<EncoderWeights> | null = null;
  #placed: Placed | null = null;

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

  /** The encoder on this backend. `onProgress` tells the share of the weights loaded. */
  async on(backend: Backend, control: RunControl = {}): Promise<BackendEncoder> {
    const weights = await this.weights(control);
    throwIfAborted(control.signal);
    if (this.#placed?.backend !== backend) this.#place(backend, weights);
    return this.#placed!.encoder;
  }

  #place(backend: Backend, weights: EncoderWeights): void {
    this.dispose();
    const placed: Placed = { backend, encoder: createEncoderOn(backend.operations, weights) };
    this.#placed = placed;
    placed.encoder.catch(() => {
      if (this.#placed === placed) this.#placed = null;
    });
  }

  /** Frees the layers on their backend; the weights stay. */
  dispose(): void {
    const free = (encoder: BackendEncoder) => encoder.dispose();
    // One that never came, or whose device is gone, holds nothing to free.
    void this.#placed?.encoder.then(free).catch(() => {});
    this.#placed = null;
  }
}
