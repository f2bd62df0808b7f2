// Decides when the parent is told a new height: small changes are passed over, changes come at most ten a second, and a height that runs
// away because it depends on itself is stopped. No DOM: the door measures. A frame that gets no answer scrolls by itself again.

const SMALLEST_CHANGE = 2;
const PAUSE_MS = 100;
const ANSWER_MS = 1000;
/** So many changes in one direction within this time, with nobody having done anything, are a loop. */
const LOOP_CHANGES = 8;
const LOOP_MS = 1000;

export interface HeightReportsOptions {
  send: (height: number) => void;
  /** The parent follows: own scrollbars may go. Also after an answer that came late. */
  onFollowed: () => void;
  /** The parent does not answer, or the height runs away: own scrollbars come back. */
  onGivenUp: (why: 'resize-unanswered' | 'resize-loop') => void;
  now?: () => number;
}

export class HeightReports {
  readonly #options: HeightReportsOptions;
  readonly #now: () => number;
  #sent: number | null = null;
  #wanted: number | null = null;
  #sentMs = -Infinity;
  #actedMs = -Infinity;
  #direction = 0;
  #changesMs: number[] = [];
  #isStopped = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HeightReportsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** A height that was measured, in CSS pixels. */
  measure(height: number): void {
    if (this.#isStopped || !(height > 0)) return;
    this.#wanted = Math.ceil(height);
    if (this.#pause !== undefined) return;
    const left = this.#sentMs + PAUSE_MS - this.#now();
    if (left <= 0) this.#report();
    else
      this.#pause = setTimeout(() => {
        this.#pause = undefined;
        this.#report();
      }, left);
  }

  /** The reader or the parent did something: changes of height that follow have a cause. */
  act(): void {
    this.#actedMs = this.#now();
    this.#changesMs = [];
  }

  /** The parent has answered. */
  answer(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    if (!this.#isStopped) this.#options.onFollowed();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#pause);
    clearTimeout(this.#deadline);
  }

  #report(): void {
    const height = this.#wanted;
    if (this.#isStopped || height === null) return;
    if (this.#sent !== null && Math.abs(height - this.#sent) < SMALLEST_CHANGE) return;
    if (this.#sent !== null && this.#isLoop(Math.sign(height - this.#sent))) {
      this.stop();
      this.#options.onGivenUp('resize-loop');
      return;
    }
    this.#sent = height;
    this.#sentMs = this.#now();
    this.#options.send(height);
    this.#deadline ??= setTimeout(() => {
      this.#deadline = undefined;
      this.#options.onGivenUp('resize-unanswered');
    }, ANSWER_MS);
  }

  #isLoop(direction: number): boolean {
    const now = this.#now();
    if (direction !== this.#direction) this.#changesMs = [];
    this.#direction = direction;
    if (now - this.#actedMs < LOOP_MS) return false;
    this.#changesMs = [...this.#changesMs.filter((time) => now - time < LOOP_MS), now];
    return this.#changesMs.length >= LOOP_CHANGES;
  }
}
