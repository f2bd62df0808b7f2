// The browser's history as undo and redo: a reader's change becomes an entry once it rests, Back and Forward bring the values back
// without touching the focus. In a frame, and where the browser forbids it, only the address is kept. Created by `open-page.ts`.
import type { LabValues, ParameterId } from '../params/schema.ts';
import { addressQuery } from '../params/serialise.ts';
import type { Settings, SettingsChange } from '../state/settings.svelte.ts';

/** Changes closer together are one entry: a dragged slider, typing. Browsers also throttle floods (Safari throws after 100 in 10 s). */
const REST_MS = 500;

/** Looking around is not undone: the pinned cell and how the page looks change the newest entry. */
const NOT_UNDONE = new Set<ParameterId>(['query', 'key', 'lang', 'theme', 'motion', 'ui', 'cmap', 'scale']);

interface Entry {
  lab: LabValues;
  index: number;
}

const entryOf = (state: unknown): Entry | null =>
  typeof state === 'object' && state !== null && 'lab' in state && 'index' in state ? (state as Entry) : null;

export class PageHistory {
  readonly #settings: Settings;
  readonly #isFramed: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isNewEntry = false;
  #index = $state(0);
  #last = $state(0);

  constructor(settings: Settings, { framed }: { framed: boolean }) {
    this.#settings = settings;
    this.#isFramed = framed;
    settings.onChange((change) => this.#follow(change));
    window.addEventListener('popstate', (event) => this.#restore(event.state));
    // A click on another link, or a reload, must not lose the last half second.
    window.addEventListener('pagehide', () => this.#flush());
  }

  get canUndo(): boolean {
    return !this.#isFramed && (this.#index > 0 || this.#isNewEntry);
  }
  get canRedo(): boolean {
    return this.#index < this.#last;
  }
  undo(): void {
    this.#flush();
    if (this.#index > 0) history.back();
  }
  redo(): void {
    if (this.canRedo) history.forward();
  }

  /** Marks the first entry. `explicit`: the address says what the page opened with; otherwise it stays as it was given. */
  begin({ explicit }: { explicit: boolean }): void {
    this.#write(false, explicit ? undefined : location.href);
  }

  #follow({ changed, cause }: SettingsChange): void {
    if (cause === 'history') return;
    const isUndone = cause === 'user' && changed.some((id) => !NOT_UNDONE.has(id));
    if (isUndone && !this.#isFramed) this.#isNewEntry = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), REST_MS);
  }

  #flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write(this.#isNewEntry);
    this.#isNewEntry = false;
  }

  #write(isNewEntry: boolean, keptAddress?: string): void {
    const values = this.#settings.values;
    const query = addressQuery(values, navigator.languages);
    // A share link's hash has been read into the values; the address says them itself from here on.
    const address = keptAddress ?? `${location.pathname}${query ? `?${query}` : ''}`;
    const index = this.#index + (isNewEntry ? 1 : 0);
    const entry: Entry = { lab: $state.snapshot(values) as LabValues, index };
    try {
      if (isNewEntry) history.pushState(entry, '', address);
      else history.replaceState(entry, '', address);
      this.#index = index;
      if (isNewEntry) this.#last = index;
    } catch {
      // `srcdoc` frames forbid it; the address is a convenience, not a need.
    }
  }

  #restore(state: unknown): void {
    const entry = entryOf(state);
    if (!entry) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isNewEntry = false;
    this.#index = entry.index;
    this.#last = Math.max(this.#last, entry.index);
    // The page's language and look stay: Back undoes what was done to the view.
    const { lang, theme, motion, ui } = this.#settings.values;
    this.#settings.apply({ ...entry.lab, lang, theme, motion, ui }, 'history');
  }
}
