// What the page says aloud: one polite region, at most a message every 300 ms, the last one wins, none while a slider is dragged or a key
// is held. Everybody speaks through it; `ui/LiveRegion` shows it to assistive technology and tells when to hold.

const PAUSE_MS = 300;

export class Announcer {
  words = $state('');
  #waiting: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastMs = -Infinity;
  #isHeld = false;

  say(words: string): void {
    if (words === '') return;
    this.#waiting = words;
    this.#plan();
  }

  /** Something is being dragged or a key is held down: what is said now would be old at once. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#plan();
  }

  #plan(): void {
    if (this.#isHeld || this.#waiting === null || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#lastMs + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting === null) return;
      this.words = this.#waiting;
      this.#waiting = null;
      this.#lastMs = performance.now();
    }, wait);
  }
}
