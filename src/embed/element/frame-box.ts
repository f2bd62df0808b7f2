// What the element draws in its shadow tree: the frame over the host's fallback, one of which is seen. Knows nothing of attributes and messages.

// Transparent, not hidden, until the picture is there: browsers hold back hidden frames of other sites, and the lab waits to be seen.
const STYLE = `:host{display:block}:host([hidden]){display:none}div{display:grid}div>*{grid-area:1/1;min-width:0}
iframe{width:100%;border:0;min-height:360px;aspect-ratio:16/10}iframe[style*=height]{min-height:0;aspect-ratio:auto}
slot{display:block}.shown slot,.blocked iframe{display:none}.filled:not(.shown) iframe{opacity:0;pointer-events:none}
@media print{.filled iframe{display:none}.filled slot{display:block}}`;

export class FrameBox {
  readonly #box: HTMLElement;
  #frame: HTMLIFrameElement | undefined;

  constructor(host: HTMLElement) {
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#box = root.appendChild(document.createElement('div'));
    const slot = this.#box.appendChild(document.createElement('slot'));
    slot.onslotchange = () =>
      this.#mark(
        'filled',
        slot.assignedNodes().some((node) => node.nodeType === 1 || !!node.textContent?.trim()),
      );
  }

  get frame(): HTMLIFrameElement | undefined {
    return this.#frame;
  }

  #mark(name: 'filled' | 'shown' | 'blocked', on: boolean): void {
    this.#box.classList.toggle(name, on);
  }

  /** A frame that is not in the page yet. */
  make(loading: 'eager' | 'lazy'): HTMLIFrameElement {
    const frame = (this.#frame = document.createElement('iframe'));
    frame.allow = 'fullscreen; clipboard-write';
    frame.setAttribute('part', 'frame');
    frame.loading = loading;
    return frame;
  }

  /** Puts the frame into the page with its address: without one it would load twice. */
  open(address: string): void {
    this.#frame!.src = address;
    this.#box.prepend(this.#frame!);
  }

  /** A CSS length. */
  setHeight(height: string): void {
    if (this.#frame) this.#frame.style.height = height;
  }

  setTitle(title: string): void {
    if (this.#frame) this.#frame.title = title;
  }

  /** The frame has a picture: it takes the fallback's place. */
  show(): void {
    this.#mark('shown', true);
  }

  /** There is no frame to be had: a fallback, if there is one, stays in its place. */
  block(): void {
    this.#mark('blocked', this.#box.classList.contains('filled'));
  }

  unblock(): void {
    this.#mark('blocked', false);
  }

  remove(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#mark('shown', false);
    this.unblock();
  }
}
