// What every call of an engine shares: its signal, its end when the engine is disposed, its progress.
// A call whose engine goes away rejects with `disposed`, one that its caller gives up with `aborted`.
import type { RunControl } from '../contract/backend.ts';
import type { RunOptions } from '../contract/engine.ts';
import { AttentionError, isAborted, throwIfAborted } from '../contract/errors.ts';

/** Settles as `work` does, or rejects with `aborted` as soon as the signal fires; `work` itself ends in its own time. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {});
    return Promise.reject(new AttentionError('aborted'));
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AttentionError('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

export class CallScope {
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  requireOpen(): void {
    if (this.isClosed) throw new AttentionError('disposed');
  }

  /** Runs one call under its caller's signal and the engine's life. */
  async run<T>(options: RunOptions, act: (control: RunControl) => Promise<T>): Promise<T> {
    this.requireOpen();
    throwIfAborted(options.signal);
    const ending = new AbortController();
    const end = () => ending.abort();
    options.signal?.addEventListener('abort', end, { once: true });
    this.#closing.signal.addEventListener('abort', end, { once: true });
    const work = act({ signal: ending.signal, onProgress: options.onProgress });
    this.#running.add(work);
    try {
      return await work;
    } catch (error) {
      if (this.isClosed && isAborted(error)) throw new AttentionError('disposed');
      throw error;
    } finally {
      this.#running.delete(work);
      options.signal?.removeEventListener('abort', end);
      this.#closing.signal.removeEventListener('abort', end);
    }
  }

  /** Ends every call and waits until the backend is quiet, so that nothing is freed under a running slice. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }
}
