// Whether anybody can see the page: heavy work waits until it is visible, has a size and is in view, and after a minute unseen the GPU
// is given back. Told by `pages/watch-presence.ts`; obeyed by everything that goes through `attended`.
import type { RestDepth, Workbench } from '../contract/workbench.ts';

/** Browsers and readers come back to a tab within a minute or much later. */
export const REST_MS = 60_000;

/** What must all hold for the page to be seen. */
export interface Sight {
  /** The tab is in front. */
  isVisible: boolean;
  /** The page has an area: a collapsed section has none. */
  isSized: boolean;
  /** Some of it is inside the window: not so for a frame far down an article. */
  isInView: boolean;
}

export interface PresenceOptions {
  restMs?: number;
  /** Called at every change, and not before the page has been seen for the first time. */
  onRest?: (depth: RestDepth) => void;
}

export class Presence {
  #depth = $state<RestDepth>('away');
  #sight: Sight = { isVisible: false, isSized: false, isInView: false };
  #isPaused = false;
  #wasSeen = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #waiting = new Set<() => void>();
  readonly #restMs: number;
  readonly #onRest: (depth: RestDepth) => void;

  constructor({ restMs = REST_MS, onRest = () => {} }: PresenceOptions = {}) {
    this.#restMs = restMs;
    this.#onRest = onRest;
  }

  get depth(): RestDepth {
    return this.#depth;
  }

  see(change: Partial<Sight>): void {
    this.#sight = { ...this.#sight, ...change };
    this.#decide();
  }

  /** A deck has left the slide. Only a hint: anybody may send it, so whatever the reader does ends it. */
  pause(): void {
    this.#isPaused = true;
    this.#decide();
  }

  resume(): void {
    this.#isPaused = false;
    this.#decide();
  }

  /** Resolves once the page is seen. */
  seen(): Promise<void> {
    if (this.#depth === 'none') return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #decide(): void {
    const { isVisible, isSized, isInView } = this.#sight;
    const isSeen = isVisible && isSized && isInView && !this.#isPaused;
    if (isSeen === (this.#depth === 'none')) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = isSeen ? null : setTimeout(() => this.#enter('gone'), this.#restMs);
    // Long unseen stays long unseen until it is seen.
    this.#enter(isSeen ? 'none' : 'away');
  }

  #enter(depth: RestDepth): void {
    this.#depth = depth;
    this.#wasSeen ||= depth === 'none';
    if (this.#wasSeen) this.#onRest(depth);
    if (depth !== 'none') return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const go of waiting) go();
  }
}

/** Calls that do no work, or end some. */
const AT_ONCE: readonly string[] = ['cancel', 'rest', 'dispose'];

/** The workbench for those who show things: what they ask for waits until the page is seen. */
export function attended(workbench: Workbench, presence: Presence): Workbench {
  const wrap = <Bench extends object>(bench: Bench): Bench =>
    new Proxy(bench, {
      get(target, name) {
        const part: unknown = Reflect.get(target, name, target);
        if (typeof part === 'object' && part !== null) return wrap(part);
        if (typeof part !== 'function') return part;
        if (AT_ONCE.includes(String(name))) return part.bind(target);
        return async (...values: unknown[]) => {
          await presence.seen();
          return part.apply(target, values);
        };
      },
    });
  return wrap(workbench);
}
