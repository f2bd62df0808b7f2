// Events that may come in floods: the newest is sent, at most one per pause; one that comes after a rest is sent at once.

export class Coalesced<Value> {
  readonly #pauseMs: number;
  readonly #send: (value: Value) => void;
  #newest: { value: Value } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(pauseMs: number, send: (value: Value) => void) {
    this.#pauseMs = pauseMs;
    this.#send = send;
  }

  push(value: Value): void {
    this.#newest = { value };
    if (this.#timer === undefined) this.#flush();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = null;
  }

  #flush(): void {
    this.#timer = undefined;
    const newest = this.#newest;
    if (!newest) return;
    this.#newest = null;
    this.#timer = setTimeout(() => this.#flush(), this.#pauseMs);
    this.#send(newest.value);
  }
}
