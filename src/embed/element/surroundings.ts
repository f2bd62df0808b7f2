// What the page around an element says of language and colours, for an element that says nothing of them itself.

/** The language that applies to a node, also through shadow trees. */
export function languageAt(node: Element): string {
  for (let at: Element | undefined = node; at; at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host) {
    const lang = at.getAttribute('lang');
    if (lang) return lang;
  }
  return '';
}

/** The scheme the host draws the node in; none when it follows the reader's system, as the frame then does too. */
export function themeAt(node: Element): string {
  const { colorScheme } = getComputedStyle(node);
  // “normal” leaves it to the page's meta tag.
  const meta = document.querySelector<HTMLMetaElement>('meta[name=color-scheme]');
  const scheme = (colorScheme === 'normal' && meta?.content) || colorScheme;
  return !scheme.includes('dark') ? 'light' : scheme.includes('light') ? '' : 'dark';
}

/** Tells when either has changed. Observes from `watch` to `end`. */
export class Surroundings {
  readonly #node: Element;
  readonly #observer: MutationObserver;
  #known = '';

  constructor(node: Element, onChange: () => void) {
    this.#node = node;
    this.#observer = new MutationObserver(() => {
      const before = this.#known;
      this.note();
      if (this.#known !== before) onChange();
    });
  }

  /** What is now is known: only what differs from it is a change. */
  note(): void {
    this.#known = languageAt(this.#node) + themeAt(this.#node);
  }

  watch(): void {
    for (const node of [document.documentElement, document.body]) this.#observer.observe(node, { attributes: true });
  }

  end(): void {
    this.#observer.disconnect();
  }
}
