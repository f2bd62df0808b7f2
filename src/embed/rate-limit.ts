// Lets a burst through and then a steady stream, as a bucket that refills. The clock is given, so that tests can turn it.

export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #filledMs: number;

  constructor(burst: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = burst;
    this.#filledMs = now();
  }

  /** True when one more may pass now. */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#filledMs) / 1000) * this.#perSecond);
    this.#filledMs = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
