// Callbacks that came through the door, on the worker's side. Progress may skip what the page is too busy to hear;
// deliveries all arrive before the call's answer does. Each proxy is released when its call has ended.
import { releaseProxy } from 'comlink';

type Callback<Values extends unknown[]> = (...values: Values) => void;

/** What comlink makes of a callback: a function whose call is answered, and that wants to be released. */
interface RemoteCallback {
  (...values: unknown[]): Promise<void>;
  [releaseProxy](): void;
}

function isRemote(callback: unknown): callback is RemoteCallback {
  return typeof callback === 'function';
}

export class Reports {
  readonly #remotes: RemoteCallback[] = [];
  readonly #under = new Set<Promise<void>>();
  /** The call has ended and its proxies are released: work that was abandoned may still report. */
  #isOver = false;

  /** The page may be gone: a call nobody hears is no failure of the work. */
  #tell(remote: RemoteCallback, values: unknown[]): Promise<void> {
    return this.#await(remote(...values).catch(() => {}));
  }

  #await(telling: Promise<void>): Promise<void> {
    this.#under.add(telling);
    void telling.then(() => this.#under.delete(telling));
    return telling;
  }

  /** At most one on its way; of those that come meanwhile only the newest follows. */
  progress<Values extends unknown[]>(callback: Callback<Values> | null): Callback<Values> {
    if (!isRemote(callback)) return () => {};
    this.#remotes.push(callback);
    let newest: Values | null = null;
    let isTelling = false;
    const drain = async () => {
      isTelling = true;
      while (newest) {
        const values = newest;
        newest = null;
        await this.#tell(callback, values);
      }
      isTelling = false;
    };
    return (...values) => {
      if (this.#isOver) return;
      newest = values;
      if (!isTelling) void this.#await(drain());
    };
  }

  /** Every one arrives, in order. */
  deliveries<Values extends unknown[]>(callback: Callback<Values>): Callback<Values> {
    if (!isRemote(callback)) return () => {};
    this.#remotes.push(callback);
    return (...values) => {
      if (!this.#isOver) void this.#tell(callback, values);
    };
  }

  async end(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
    this.#isOver = true;
    for (const remote of this.#remotes) remote[releaseProxy]();
  }
}
