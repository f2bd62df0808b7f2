// The frame's side of `attention-lab/1`: connects with the parent, answers its requests and tells it what happens on the page.
// Loaded on demand, only in a frame. Opened by `pages/`, which closes it. The pieces: `frame-link` speaks, `frame-requests` acts,
// `frame-privacy` keeps back, `height-reports` follows the height, `deck` listens to slides.
import type {
  BackendReport,
  ConnectedPayload,
  ConnectPayload,
  EventPayloads,
  EventType,
} from '../contract/frame-protocol.ts';
import type { Notice } from '../params/read-values.ts';
import type { Cause } from '../state/settings.svelte.ts';
import { Coalesced } from './coalesced.ts';
import { followDeck } from './deck.ts';
import { followHeight } from './follow-height.ts';
import { FrameLink } from './frame-link.ts';
import { FramePrivacy } from './frame-privacy.ts';
import { FrameRequests, warningOf } from './frame-requests.ts';
import type { FrameSubject } from './frame-subject.ts';

const EVENT_PAUSE_MS = 100;

/** Not `crypto.randomUUID`: it is missing under an insecure parent. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A reload keeps what the reader did in the address; a first visit has only what the host gave. */
function wasOpenedBefore(): boolean {
  const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return visit !== undefined && visit.type !== 'navigate';
}

class FrameDoor {
  readonly #subject: FrameSubject;
  readonly #notices: readonly Notice[];
  readonly #privacy: FramePrivacy;
  readonly #requests: FrameRequests;
  readonly #link: FrameLink;
  readonly #endings: (() => void)[] = [];
  readonly #state = new Coalesced<Cause>(EVENT_PAUSE_MS, (cause) => this.#sendState(cause));
  readonly #selection = new Coalesced<EventPayloads['selection']>(EVENT_PAUSE_MS, (cell) =>
    this.#send('selection', cell),
  );
  readonly #rendered = new Coalesced<EventPayloads['rendered']>(EVENT_PAUSE_MS, (what) => this.#send('rendered', what));
  #height: ReturnType<typeof followHeight> | null = null;
  #isSilent = false;
  #askedMs = 0;

  constructor(subject: FrameSubject, notices: readonly Notice[]) {
    const { api } = subject.settings.values;
    const destroy = () => {
      this.close();
      subject.destroy();
    };
    this.#subject = { ...subject, destroy };
    this.#notices = notices;
    this.#privacy = new FramePrivacy(api, subject.settings.values, wasOpenedBefore());
    this.#requests = new FrameRequests(this.#subject, this.#privacy, (change) => this.#changeSilently(change));
    this.#link = new FrameLink({
      window,
      id: randomId(),
      origin: () => subject.settings.values.origin,
      onConnect: (payload) => this.#connect(payload),
      onMessage: (message, reply) => {
        if (message.type === 'resized') this.#height?.answer();
        else void this.#requests.take(message, reply);
      },
      onClose: () => this.#disconnect(),
    });
  }

  open(early: readonly MessageEvent[]): void {
    const { settings } = this.#subject;
    this.#endings.push(
      settings.onChange(({ values, changed, cause }) => {
        this.#privacy.follow(changed, values, cause);
        this.#height?.act(cause);
        if (!this.#isSilent) this.#state.push(cause);
      }),
      $effect.root(() => this.#watch()),
      followDeck(settings, early),
    );
    this.#link.start();
    for (const event of early) this.#link.hear(event);
  }

  close(): void {
    for (const end of this.#endings.splice(0)) end();
    this.#link.close();
  }

  #send<Type extends EventType>(type: Type, payload: EventPayloads[Type]): void {
    this.#link.send(type, payload);
  }

  #sendState(cause: Cause): void {
    // In a frame there is no history of its own: going back is the reader's doing.
    const told = cause === 'history' ? 'user' : cause;
    const { values } = this.#subject.settings;
    this.#send('state', { state: this.#privacy.stateOf(values), params: this.#privacy.paramsOf(values), cause: told });
  }

  #changeSilently(change: () => void): void {
    this.#isSilent = true;
    try {
      change();
    } finally {
      this.#isSilent = false;
    }
  }

  #connect({ autosize, locale, theme, api }: ConnectPayload): ConnectedPayload {
    this.#privacy.narrow(api);
    const given = { ...(locale !== undefined && { lang: locale }), ...(theme !== undefined && { theme }) };
    let warnings = this.#notices.map(warningOf);
    this.#changeSilently(() => (warnings = [...warnings, ...this.#requests.apply(given).warnings]));
    // After `connected`, which goes out when this returns.
    queueMicrotask(() => {
      for (const warning of warnings) this.#send('warning', warning);
      const backend = this.#backend();
      if (backend) this.#send('backend', backend);
      if (autosize) this.#startHeight();
    });
    return {
      version: 1,
      state: this.#privacy.stateOf(this.#subject.settings.values),
      backend: this.#backend(),
      size: { width: window.innerWidth, height: window.innerHeight },
      rendered: (this.#subject.stage.report?.shown ?? 0) > 0,
    };
  }

  #disconnect(): void {
    for (const events of [this.#state, this.#selection, this.#rendered]) events.stop();
    this.#height?.stop();
    this.#height = null;
  }

  #startHeight(): void {
    this.#height = followHeight({
      send: (height) => this.#send('resize', { height }),
      warn: (code, message) => this.#send('warning', { code, message }),
    });
  }

  #backend(): BackendReport | null {
    const { stage, machine, settings } = this.#subject;
    const backend = stage.report?.backend;
    if (!backend) return null;
    const { kind, reason } = backend;
    if (kind === 'webgpu') return { kind };
    // The CPU may stand in, or merely be faster for what is shown; then there is a GPU and no reason.
    const why = settings.values.backend === 'cpu' ? 'forced' : (reason ?? machine.backends?.gpuReason ?? undefined);
    return why === undefined ? { kind } : { kind, reason: why };
  }

  /** Runs inside an effect root: each effect reads what it tells of. */
  #watch(): void {
    const { stage, machine } = this.#subject;
    $effect(() => {
      const { report } = stage;
      if (report && report.isBusy && report.shown > 0) this.#askedMs = performance.now();
    });
    $effect(() => {
      const { report } = stage;
      if (!report || report.shown === 0) return;
      const ms = performance.now() - this.#askedMs;
      this.#rendered.push({ ms, backend: report.backend?.kind ?? null });
    });
    let backendTold = '';
    $effect(() => {
      const backend = this.#backend();
      if (!backend || JSON.stringify(backend) === backendTold) return;
      backendTold = JSON.stringify(backend);
      this.#send('backend', backend);
    });
    let cellTold = 'null';
    $effect(() => {
      const selection = stage.report?.selection ?? null;
      if (JSON.stringify(selection) === cellTold) return;
      cellTold = JSON.stringify(selection);
      this.#selection.push(selection);
    });
    $effect(() => {
      const failure = stage.report?.failure;
      if (failure)
        this.#send('error', {
          code: failure.code,
          message: `The lab failed during ${failure.during}: ${failure.detail.reason ?? failure.code}.`,
        });
    });
    $effect(() => {
      if (machine.hasFailed)
        this.#send('error', { code: 'internal', message: 'The lab could not be started: nothing can be computed.' });
    });
    $effect(() => {
      const event = machine.lastEvent;
      if (event?.type === 'device-lost')
        this.#send('error', {
          code: 'device-lost',
          message: event.recovered ? 'The GPU came back.' : 'The GPU was lost.',
        });
    });
  }
}

/** Opens the door; the returned function closes it. `early`: what came before it was loaded. */
export function openFrameDoor(
  subject: FrameSubject,
  notices: readonly Notice[],
  early: readonly MessageEvent[],
): () => void {
  const door = new FrameDoor(subject, notices);
  door.open(early);
  return () => door.close();
}
