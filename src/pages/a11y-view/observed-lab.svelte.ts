// Watches the lab in its frame: reads the outline again after changes and keeps a log of what live regions say and where the focus goes.
// The lab itself is left untouched. `attach` on every load of the frame; `detach` when the view goes.
import { announcementsOf } from './live-regions.ts';
import { focusedElement, readLine, readOutline, type OutlineItem } from './read-outline.ts';

export interface LogEntry {
  id: number;
  kind: 'polite' | 'assertive' | 'focus' | 'value' | 'lost';
  /** What a live region said; of the other kinds `line` tells the element. */
  words: string;
  line: OutlineItem | null;
  /** Seconds since the lab was opened. */
  atSeconds: number;
}

/** After a change, so long nothing is read: most changes come in bursts. */
const REST_MS = 120;
/** Reading takes at most a fifth of the time, so that the lab stays quick. */
const SHARE = 4;
const LONGEST_LOG = 200;
/** After the focus was lost, the lab has so long to put it somewhere (`ui/keep-focus.ts`). */
const LOST_AFTER_MS = 600;
const EVENTS = ['input', 'change', 'toggle', 'focusin', 'focusout'];

export class ObservedLab {
  items = $state.raw<OutlineItem[]>([]);
  log = $state.raw<LogEntry[]>([]);
  /** Ids of the lines that the last reading found new or different. */
  changed = $state.raw<ReadonlySet<number>>(new Set());
  /** The lab's language and theme; the view follows them. */
  lang = $state('en');
  theme = $state('light');
  /** False while the frame shows nothing of ours. */
  isThere = $state(false);
  #isWhole = false;
  #page: Document | null = null;
  #startMs = 0;
  #lastId = 0;
  #lastLines = new Map<number, string>();
  #focused: Element | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lostTimer: ReturnType<typeof setTimeout> | undefined;
  #notBeforeMs = 0;
  readonly #observer = new MutationObserver((records) => this.#onmutations(records));

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** All rows of every table, or the first few. */
  set isWhole(isWhole: boolean) {
    this.#isWhole = isWhole;
    this.#read();
  }

  /** `page`: the document in the frame; null when another site is shown there. */
  attach(page: Document | null): void {
    this.detach();
    this.isThere = page !== null;
    this.items = [];
    this.log = [];
    this.#lastLines.clear();
    if (!page) return;
    this.#page = page;
    this.#startMs = performance.now();
    this.#observer.observe(page, { subtree: true, childList: true, characterData: true, attributes: true });
    for (const event of EVENTS) page.addEventListener(event, this.#onevent, true);
    this.#follow();
    this.#read();
  }

  detach(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#lostTimer);
    this.#timer = undefined;
    this.#observer.disconnect();
    for (const event of EVENTS) this.#page?.removeEventListener(event, this.#onevent, true);
    this.#page = null;
    this.#focused = null;
  }

  clearLog(): void {
    this.log = [];
  }

  #onmutations(records: MutationRecord[]): void {
    for (const { words, politeness } of announcementsOf(records)) this.#note(politeness, words, null);
    this.#noteFocus();
    this.#follow();
    this.#plan();
  }

  readonly #onevent = ({ type, target }: Event): void => {
    this.#noteFocus();
    if ((type === 'input' || type === 'change') && target === this.#focused) this.#noteValue(this.#focused as Element);
    this.#plan();
  };

  #follow(): void {
    const root = this.#page?.documentElement;
    if (!root) return;
    this.lang = root.lang;
    this.theme = root.dataset['theme'] ?? 'light';
  }

  #noteFocus(): void {
    const focused = this.#page ? focusedElement(this.#page) : null;
    if (focused === this.#focused) return;
    clearTimeout(this.#lostTimer);
    if (focused) {
      this.#note('focus', '', readLine(focused));
      this.#focused = focused;
      return;
    }
    const lost = this.#focused;
    this.#lostTimer = setTimeout(() => {
      const { activeElement, body } = this.#page ?? {};
      if (!this.#page || (activeElement && activeElement !== body)) return;
      this.#focused = null;
      // The window has it no longer: nothing is lost.
      if (this.#page.hasFocus()) this.#note('lost', '', lost?.isConnected ? readLine(lost) : null);
    }, LOST_AFTER_MS);
  }

  /** Screen readers say a new value of what has the focus; while it goes on changing, only the newest is kept. */
  #noteValue(element: Element): void {
    const line = readLine(element);
    const newest = this.log[0];
    if (newest?.kind === 'value' && newest.line?.id === line.id) this.log = this.log.slice(1);
    this.#note('value', '', line);
  }

  #note(kind: LogEntry['kind'], words: string, line: OutlineItem | null): void {
    const entry = { id: ++this.#lastId, kind, words, line, atSeconds: (performance.now() - this.#startMs) / 1000 };
    this.log = [entry, ...this.log].slice(0, LONGEST_LOG);
  }

  #plan(): void {
    if (this.#timer !== undefined || !this.#page) return;
    const wait = Math.max(REST_MS, this.#notBeforeMs - performance.now());
    this.#timer = setTimeout(() => this.#read(), wait);
  }

  #read(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#page) return;
    const startMs = performance.now();
    const items = readOutline(this.#page, { isWhole: this.#isWhole });
    const endMs = performance.now();
    this.#notBeforeMs = endMs + SHARE * (endMs - startMs);
    this.#markChanges(items);
    this.items = items;
  }

  #markChanges(items: readonly OutlineItem[]): void {
    const lines = new Map<number, string>();
    const walk = (item: OutlineItem): void => {
      lines.set(item.id, JSON.stringify([item.role, item.name, item.value, item.description, item.states]));
      item.items.forEach(walk);
    };
    items.forEach(walk);
    const isFirst = this.#lastLines.size === 0;
    const changed = [...lines].filter(([id, line]) => this.#lastLines.get(id) !== line).map(([id]) => id);
    if (!isFirst && changed.length > 0) this.changed = new Set(changed);
    this.#lastLines = lines;
  }
}
