// `<attention-lab>`: a thin loader of the lab's frame (`/embed/`) for pages of others. Importing this module defines the element; that is
// its one side effect. It holds one iframe and no lab: attributes go into the frame's address, later changes go as messages.
//
//   <script type="module" src="https://HOST/lib/attention-lab-element.js"></script>
//   <attention-lab preset="causal-mask" lang="zh-CN"><img src="picture.png" alt="…" /></attention-lab>
import {
  EVENT_TYPES,
  EXPORT_ANSWER_MS,
  HANDSHAKE_MS,
  type Applied,
  type BackendReport,
  type CellReport,
  type ConnectedPayload,
  type EventPayloads,
  type ExportPayload,
  type FrameState,
} from '../../contract/frame-protocol.ts';
import type { LabValues } from '../../params/schema.ts';
import {
  PARAMETER_NAMES,
  allowedWords,
  isParameter,
  readAttribute,
  writeAttribute,
  type AttributeValue,
} from './attribute-values.ts';
import { FrameBox } from './frame-box.ts';
import { HostLink, labError, type LabError } from './host-link.ts';
import { Surroundings, languageAt, themeAt } from './surroundings.ts';

/**
 * Attributes as properties: the value, or undefined where the attribute is absent or not allowed; `undefined` removes it. `lang` is every
 * element's own; `backend` as a property is what computes.
 */
export type LabParameters = {
  [Id in Exclude<keyof LabValues, 'lang' | 'backend' | 'hide' | 'lock'>]?: LabValues[Id];
} & {
  /** Ids with commas. */
  hide?: string;
  lock?: string;
  src?: string;
  /** `auto`, or absent: that of the content. Else CSS pixels or a CSS length. */
  height?: string;
  loading?: string;
  frameTitle?: string;
};

/** The events, each a `CustomEvent` with this `detail`; they bubble and do not leave a shadow tree. */
export type LabEvents = {
  [Type in keyof EventPayloads as `attentionlab-${Type}`]: CustomEvent<EventPayloads[Type]>;
} & {
  'attentionlab-ready': CustomEvent<ConnectedPayload>;
};

const OWN_NAMES = ['src', 'height', 'loading', 'frame-title'];
/** A variable: bundlers take `new URL(…, import.meta.url)` for a file of theirs. */
const HERE: string = import.meta.url;
/** Parameters of how the page looks and whom it obeys. */
const LOOKS = /^(lang|theme|motion|ui|presentation|hide|lock|api|origin)$/;

/** Where there is no DOM (rendering on a server) importing must not fail. */
const Base = (globalThis.HTMLElement ?? Object) as new () => HTMLElement & LabParameters;

export class AttentionLabElement extends Base {
  static readonly observedAttributes = [...PARAMETER_NAMES, ...OWN_NAMES];

  readonly #box = new FrameBox(this);
  readonly #surroundings = new Surroundings(this, () => this.#inherit());
  #link: HostLink | undefined;
  #ready!: Promise<ConnectedPayload>;
  #settle!: { resolve: (connected: ConnectedPayload) => void; reject: (error: LabError) => void } | undefined;
  #state: FrameState | null = null;
  #backend: BackendReport | null = null;
  /** What changed while nobody was connected, by parameter. */
  #late: Record<string, unknown> = {};
  #isConnected = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.#promise();
  }

  /** Resolves once the frame has answered; rejects with a code when it is blocked or silent. Renewed when the element is moved. */
  get ready(): Promise<ConnectedPayload> {
    return this.#ready;
  }
  /** The frame, for tests and for what this element does not do. */
  get frame(): HTMLIFrameElement | null {
    return this.#box.frame ?? null;
  }
  /** What computes, and why it is the CPU; null until known. */
  get backend(): BackendReport | null {
    return this.#backend;
  }
  /** The last known state; null before `ready`. Setting it is `setState`, whose failure is told as an event. */
  get state(): FrameState | null {
    return this.#state;
  }
  set state(state: FrameState | null) {
    if (state) this.setState(state).catch((error: LabError) => this.#fail(error));
  }

  async getState(): Promise<FrameState> {
    return ((await this.#call('get-state')) as { state: FrameState }).state;
  }
  /** `silent`: no `state` event follows. */
  setState(state: FrameState, { silent = false } = {}): Promise<Applied> {
    return this.#call('set-state', { state, silent }) as Promise<Applied>;
  }
  /** Parameters by name; null sets the default. Attributes stay as they are. */
  setParams(params: Record<string, unknown>): Promise<Applied> {
    return this.#call('set-params', params) as Promise<Applied>;
  }
  reset(): Promise<Applied> {
    return this.#call('reset') as Promise<Applied>;
  }
  /** Pins a cell; without arguments unpins. */
  select(query?: number, key?: number): Promise<CellReport | null> {
    return this.#call('select', query === undefined ? null : { query, key }) as Promise<CellReport | null>;
  }
  describe(): Promise<{ text: string; lang: string }> {
    return this.#call('describe') as Promise<{ text: string; lang: string }>;
  }
  /** A format such as `png`, or an object with `format`, `scale` and so on. Files may take longer than other answers: half a minute. */
  export(request: string | ExportPayload): Promise<{ blob: Blob; filename: string; mime: string }> {
    const payload = typeof request === 'string' ? { format: request } : request;
    return this.#call('export', payload, EXPORT_ANSWER_MS) as Promise<{ blob: Blob; filename: string; mime: string }>;
  }
  /** Ends the frame; the fallback is shown again. */
  async destroy(): Promise<void> {
    await this.#call('destroy');
    this.#state = null;
    this.#remove();
  }

  connectedCallback(): void {
    this.#surroundings.watch();
    document.addEventListener('securitypolicyviolation', this.#violated);
    this.#load();
  }

  disconnectedCallback(): void {
    this.#surroundings.end();
    document.removeEventListener('securitypolicyviolation', this.#violated);
    this.#remove();
  }

  attributeChangedCallback(name: string, before: string | null, text: string | null): void {
    if (!this.frame && !this.#state) return;
    // Also when the attribute says the same as before: the reader may have changed the frame since.
    if (isParameter(name)) this.#tell({ [name]: this.#value(name) ?? null });
    else if (name === 'height') this.#setHeight();
    else if (name === 'frame-title') this.#setTitle();
    else if (name === 'src' && this.frame && before !== text) {
      this.#remove();
      this.#load();
    }
  }

  #emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`attentionlab-${type}`, { detail, bubbles: true }));
  }

  #promise(): void {
    if (this.#settle) return;
    this.#ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Who does not ask is told by the event.
    this.#ready.catch(() => {});
  }

  #fail(error: LabError): void {
    this.#emit('error', { code: error.code, message: error.message });
  }

  /** An attribute's value, or what the host's surroundings say for it. Undefined when there is none that is allowed. */
  #value(name: string): AttributeValue | undefined {
    const text = this.getAttribute(name);
    if (text === null) {
      const inherited = name === 'lang' ? languageAt(this) : name === 'theme' ? themeAt(this) : '';
      return inherited || undefined;
    }
    const value = readAttribute(name, text);
    if (value === undefined) {
      const allowed = allowedWords(name);
      const message = `${name}="${text.slice(0, 80)}" is not allowed; it is ignored. Allowed: ${allowed}.`;
      this.#emit('warning', {
        code: 'bad-value',
        param: name,
        received: text.slice(0, 80),
        used: null,
        allowed,
        message,
      });
    }
    return value;
  }

  #address(): URL | null {
    const src = this.getAttribute('src');
    const base = /^https?:/.test(HERE) ? new URL('../embed/', HERE).href : '';
    if (!URL.canParse(src || base, document.baseURI)) return null;
    const address = new URL(src || base, document.baseURI);
    if (!/^(https?|file):$/.test(address.protocol)) return null;
    for (const name of PARAMETER_NAMES) {
      const value = this.#value(name);
      if (value !== undefined)
        address.searchParams.set(name, writeAttribute(value === true ? 1 : value === false ? 0 : value));
    }
    // With nothing said of the view, it is the one that the page itself opens with.
    if (![...address.searchParams.keys()].some((name) => !LOOKS.test(name)))
      address.searchParams.set('preset', 'intro');
    return address;
  }

  #load(): void {
    this.#promise();
    const address = this.#address();
    if (!address) {
      this.#block(labError('invalid-params', 'src must be the address of the frame, such as https://HOST/embed/.'));
      return;
    }
    this.#surroundings.note();
    const frame = this.#box.make(this.getAttribute('loading') === 'eager' ? 'eager' : 'lazy');
    this.#setTitle();
    this.#setHeight();
    this.#link = new HostLink(
      frame,
      address.origin,
      { version: 1, autosize: this.#followsHeight() },
      (type, payload, error) => this.#receive(type, payload, error),
    );
    frame.onload = () => {
      clearTimeout(this.#deadline);
      // Such a frame says nothing, by request.
      if (this.getAttribute('api') === 'off') {
        this.#box.show();
        this.#settle?.reject(labError('unsupported', 'api is off.'));
        this.#settle = undefined;
      } else if (!this.#isConnected)
        this.#deadline = setTimeout(
          () => this.#block(labError('timeout', 'The frame does not answer: it may be blocked.')),
          HANDSHAKE_MS,
        );
    };
    this.#box.open(address.href);
  }

  #remove(): void {
    clearTimeout(this.#deadline);
    this.#isConnected = false;
    this.#link?.close();
    this.#link = undefined;
    this.#box.remove();
    this.#backend = null;
    this.#promise();
  }

  /** The frame cannot be had: the fallback stays, in its place if there is one. */
  #block(error: LabError): void {
    if (this.#isConnected) return;
    this.#box.block();
    this.#settle?.reject(error);
    this.#settle = undefined;
    this.#fail(error);
  }

  readonly #violated = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective !== 'frame-src' || !this.frame?.src.startsWith(blockedURI)) return;
    clearTimeout(this.#deadline);
    this.#block(labError('denied', 'The page’s Content-Security-Policy (frame-src) does not allow the frame.'));
  };

  #followsHeight(): boolean {
    return /^(auto)?$/.test(this.getAttribute('height') ?? '');
  }

  #setHeight(): void {
    const height = this.getAttribute('height') ?? '';
    if (!this.#followsHeight()) this.#box.setHeight(/^\d+$/.test(height) ? `${height}px` : height);
  }

  #setTitle(): void {
    const title = /^zh/i.test(languageAt(this)) ? '注意力实验室' : 'Attention Lab';
    this.#box.setTitle(this.getAttribute('frame-title') || title);
  }

  /** The host has changed something about itself: language and theme follow where no attribute says them. */
  #inherit(): void {
    this.#setTitle();
    const free = ['lang', 'theme'].filter((name) => !this.hasAttribute(name));
    this.#tell(Object.fromEntries(free.map((name) => [name, this.#value(name) ?? null])));
  }

  #tell(params: Record<string, unknown>): void {
    if (this.#isConnected) {
      this.setParams(params).then(
        ({ warnings }) => warnings.forEach((warning) => this.#emit('warning', warning)),
        (error: LabError) => this.#fail(error),
      );
    } else Object.assign(this.#late, params);
  }

  async #call(type: string, payload?: unknown, ms?: number): Promise<unknown> {
    await this.#ready;
    return this.#link!.call(type, payload, ms);
  }

  /** The frame has answered. What was there before it was moved or loaded again comes back first. */
  async #connected(connected: ConnectedPayload): Promise<void> {
    const link = this.#link!;
    clearTimeout(this.#deadline);
    this.#box.unblock();
    if (connected.rendered) this.#box.show();
    if (this.#state)
      await link.call('set-state', { state: this.#state, silent: true }).catch((error: LabError) => this.#fail(error));
    if (link !== this.#link) return;
    this.#state ??= connected.state;
    this.#backend = connected.backend;
    this.#isConnected = true;
    const late = this.#late;
    this.#late = {};
    if (Object.keys(late).length) this.#tell(late);
    this.#promise();
    this.#settle!.resolve(connected);
    this.#settle = undefined;
    this.#emit('ready', connected);
  }

  #receive(type: string, payload: unknown, error?: { code: string; message: string }): void {
    if (type === 'connected') void this.#connected(payload as ConnectedPayload);
    else if (error) this.#block(labError(error.code, error.message));
    else if ((EVENT_TYPES as readonly string[]).includes(type)) {
      if (type === 'rendered') this.#box.show();
      if (type === 'state') this.#state = (payload as EventPayloads['state']).state;
      if (type === 'backend') this.#backend = payload as BackendReport;
      if (type === 'resize' && this.#followsHeight())
        this.#box.setHeight(`${(payload as EventPayloads['resize']).height}px`);
      this.#emit(type, payload);
    }
  }
}

for (const name of AttentionLabElement.observedAttributes) {
  const property = name.replace(/-./g, (dash) => dash[1]!.toUpperCase());
  if (property in AttentionLabElement.prototype) continue;
  Object.defineProperty(AttentionLabElement.prototype, property, {
    get(this: AttentionLabElement) {
      const text = this.getAttribute(name);
      return text === null ? undefined : isParameter(name) ? readAttribute(name, text) : text;
    },
    set(this: AttentionLabElement, value: unknown) {
      if (value === undefined || value === null) this.removeAttribute(name);
      else this.setAttribute(name, writeAttribute(value));
    },
    configurable: true,
    enumerable: true,
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-lab': AttentionLabElement;
  }
}

if (globalThis.customElements && !customElements.get('attention-lab'))
  customElements.define('attention-lab', AttentionLabElement);
