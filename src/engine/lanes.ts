// Lanes of the workbench: in each, the newest request runs and the one before is abandoned and rejects with `aborted`.
// The newer one begins when the older has let go of what it held, so two never hold memory at once.
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { Lane } from '../contract/workbench.ts';
import { untilAborted } from './call-scope.ts';

interface Running {
  readonly stop: AbortController;
  /** Settles when the work has ended, answered or not. */
  readonly ended: Promise<void>;
}

export class Lanes {
  readonly #running = new Map<Lane, Running>();
  #isClosed = false;

  get areIdle(): boolean {
    return this.#running.size === 0;
  }

  /** The caller hears of being abandoned at once; the work itself ends at its next slice. */
  run<T>(lane: Lane, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new AttentionError('disposed'));
    const earlier = this.#running.get(lane);
    earlier?.stop.abort();
    const stop = new AbortController();
    const work = this.#after(earlier, stop.signal, act);
    const running: Running = { stop, ended: work.then(noValue, noValue) };
    this.#running.set(lane, running);
    void running.ended.then(() => this.#running.get(lane) === running && this.#running.delete(lane));
    return untilAborted(work, stop.signal);
  }

  async #after<T>(earlier: Running | undefined, signal: AbortSignal, act: (signal: AbortSignal) => Promise<T>) {
    await earlier?.ended;
    throwIfAborted(signal);
    const value = await act(signal);
    throwIfAborted(signal);
    return value;
  }

  cancel(lane: Lane): void {
    this.#running.get(lane)?.stop.abort();
  }

  /** Resolves once nothing runs. Abandons nothing. */
  async whenIdle(): Promise<void> {
    while (!this.areIdle) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Abandons everything and waits until all work has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }
}

function noValue(): void {}
