// Keeps an engine on a working backend. A call that dies with the device is retried once on a rebuilt one, but at most
// one automatic re-acquire per two minutes: browsers take WebGPU away from hosts that lose devices in a loop
// (Chromium's `gpu_data_manager_impl_private.cc`). After that `auto` goes on with the CPU.
import type { Backend } from '../contract/backend.ts';
import type { BackendInfo, BackendKind } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { unavailableReason, type OpenBackend } from './choose-backend.ts';

export const REACQUIRE_WINDOW_MS = 120_000;

export function isDeviceLost(error: unknown): boolean {
  return error instanceof AttentionError && error.code === 'device-lost';
}

/** One automatic re-acquire per window. */
export class ReacquireBudget {
  #lastMs = -Infinity;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True, and spent, when none was spent within the window. */
  spend(): boolean {
    const now = this.#now();
    if (now - this.#lastMs < REACQUIRE_WINDOW_MS) return false;
    this.#lastMs = now;
    return true;
  }
}

export class BackendKeeper {
  readonly #choice: 'auto' | BackendKind;
  readonly #open: OpenBackend;
  readonly #onChange: (info: BackendInfo) => void;
  readonly #budget: ReacquireBudget;
  readonly #lost = new WeakSet<Backend>();
  #current: Backend;
  #replacing: Promise<Backend> | null = null;

  /** Owns `first` and every backend it opens after it. */
  constructor(
    choice: 'auto' | BackendKind,
    first: Backend,
    open: OpenBackend,
    onChange: (info: BackendInfo) => void = () => {},
    budget = new ReacquireBudget(),
  ) {
    this.#choice = choice;
    this.#open = open;
    this.#onChange = onChange;
    this.#budget = budget;
    this.#current = first;
    this.#watch(first);
  }

  get info(): BackendInfo {
    return this.#current.info;
  }

  #watch(backend: Backend): void {
    void backend.lost.then(() => this.#lost.add(backend));
  }

  /** Runs `act` on a working backend, once more when the device is lost under it. */
  async use<T>(act: (backend: Backend) => Promise<T>): Promise<T> {
    const backend = this.#lost.has(this.#current) ? await this.#replace(this.#current, 'asked') : this.#current;
    try {
      return await act(backend);
    } catch (error) {
      if (!isDeviceLost(error)) throw error;
      this.#lost.add(backend);
      return act(await this.#replace(backend, 'automatic'));
    }
  }

  /** One replacement at a time: calls that died together go on together. */
  #replace(lost: Backend, why: 'asked' | 'automatic'): Promise<Backend> {
    if (this.#current !== lost) return Promise.resolve(this.#current);
    this.#replacing ??= this.#reopen(lost, why).finally(() => (this.#replacing = null));
    return this.#replacing;
  }

  async #reopen(lost: Backend, why: 'asked' | 'automatic'): Promise<Backend> {
    const mayReacquire = this.#budget.spend();
    // A caller who insists on the GPU and calls again after a failure asks for it in person.
    const next = mayReacquire || (this.#choice === 'webgpu' && why === 'asked') ? await this.#gpu() : null;
    if (next === null && this.#choice === 'webgpu') throw new AttentionError('device-lost', { field: 'backend' });
    this.#current = next ?? (await this.#open('cpu', 'device-lost'));
    this.#watch(this.#current);
    await lost.dispose();
    this.#onChange(this.#current.info);
    return this.#current;
  }

  async #gpu(): Promise<Backend | null> {
    try {
      return await this.#open('webgpu');
    } catch (error) {
      if (this.#choice !== 'webgpu') return null;
      throw new AttentionError('device-lost', { field: 'backend', reason: unavailableReason(error) });
    }
  }

  async dispose(): Promise<void> {
    await this.#current.dispose();
  }
}
