// The frame's end of the line: says hello, checks who connects, then speaks over the port alone. Knows the envelope and nothing of the lab.
// The first valid `connect` of the window's parent wins; later ones are refused until the port closes or says `disconnect`.
// Created by the frame door, which closes it.
import {
  HELLO_TIMES_MS,
  NAMESPACE,
  PROTOCOL_VERSION,
  REQUEST_TYPES,
  type ConnectedPayload,
  type ConnectPayload,
  type Envelope,
  type HelloPayload,
  type ProtocolError,
} from '../contract/frame-protocol.ts';
import { RateLimit } from './rate-limit.ts';
import { badVersion, failure, isError, readConnect, readEnvelope } from './read-message.ts';

/** A slider of the host may send with every frame of the screen; a flood may not. */
const REQUEST_BURST = 200;
const REQUESTS_PER_SECOND = 100;
/** Refusals are answered too, but not for ever: a flood must not be doubled. */
const REFUSAL_BURST = 200;
const REFUSALS_PER_SECOND = 20;

/** What the link needs of a window; a test gives its own. */
export interface FrameWindow {
  readonly parent: unknown;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

interface Poster {
  postMessage(message: unknown, targetOrigin: string): void;
}

export type Reply = (outcome: { payload?: unknown; error?: ProtocolError }) => void;

export interface FrameLinkOptions {
  window: FrameWindow;
  id: string;
  /** The only origin that may connect; null: any. */
  origin: () => string | null;
  /** Takes a valid `connect`; its answer goes out as `connected`. */
  onConnect: (payload: ConnectPayload) => ConnectedPayload;
  /** Everything that comes over the port afterwards, as far as the rate allows. `reply` answers it, as long as its port is open. */
  onMessage: (message: Envelope, reply: Reply) => void;
  onClose: () => void;
}

export class FrameLink {
  readonly #options: FrameLinkOptions;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #requests = new RateLimit(REQUEST_BURST, REQUESTS_PER_SECOND);
  #refusals = new RateLimit(REFUSAL_BURST, REFUSALS_PER_SECOND);
  #port: MessagePort | null = null;
  #seq = 0;

  constructor(options: FrameLinkOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#port !== null;
  }

  /** Listens for the parent and says hello until it answers, at most ten seconds. It may still connect later. */
  start(): void {
    this.#options.window.addEventListener('message', this.hear);
    const payload: HelloPayload = { versions: [PROTOCOL_VERSION], caps: REQUEST_TYPES };
    for (const delay of HELLO_TIMES_MS)
      this.#timers.push(setTimeout(() => this.#post(this.#options.window.parent, '*', 'hello', payload), delay));
  }

  /** Sends an event; does nothing while nobody is connected. */
  send(type: string, payload: unknown): number {
    const message = this.#message(type, { payload });
    this.#port?.postMessage(message);
    return message.seq;
  }

  /** Ends the connection; another parent's `connect` may follow. */
  hangUp(): void {
    if (!this.#port) return;
    this.#port.close();
    this.#port = null;
    this.#options.onClose();
  }

  close(): void {
    this.#options.window.removeEventListener('message', this.hear);
    this.#quiet();
    this.hangUp();
  }

  #message(type: string, rest: Partial<Envelope>): Envelope {
    return { ns: NAMESPACE, v: PROTOCOL_VERSION, id: this.#options.id, seq: ++this.#seq, type, ...rest };
  }

  #post(target: unknown, origin: string, type: string, payload: unknown, error?: ProtocolError): void {
    (target as Poster).postMessage(this.#message(type, error ? { error } : { payload }), origin);
  }

  #quiet(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }

  /** A message of the window; public because some come before anything listens (`early-messages.ts`). */
  readonly hear = (event: MessageEvent): void => {
    if (event.source !== this.#options.window.parent) return;
    const message = readEnvelope(event.data);
    if (message?.type !== 'connect') return;
    const port = event.ports[0];
    const wanted = this.#options.origin();
    const connect = readConnect(message);
    if (wanted !== null && event.origin !== wanted)
      this.#refuse(event, message, failure('denied', `Only ${wanted} may connect to this frame.`));
    else if (isError(connect)) this.#refuse(event, message, connect);
    else if (!port) this.#refuse(event, message, failure('invalid-params', 'connect carries a MessagePort.'));
    else if (this.#port) this.#refuse(event, message, failure('busy', 'This frame is connected already.'));
    else this.#accept(port, message, connect);
  };

  #refuse(event: MessageEvent, message: Envelope, error: ProtocolError): void {
    if (!this.#refusals.take()) return;
    const answer = this.#message('error', { error, re: message.seq });
    const port = event.ports[0];
    if (port) {
      port.postMessage(answer);
      port.close();
    } else (this.#options.window.parent as Poster).postMessage(answer, '*');
  }

  #accept(port: MessagePort, message: Envelope, connect: ConnectPayload): void {
    this.#quiet();
    this.#port = port;
    this.#requests = new RateLimit(REQUEST_BURST, REQUESTS_PER_SECOND);
    port.addEventListener('message', (event) => {
      if (port === this.#port) this.#receive(event.data, port);
    });
    port.addEventListener('close', () => {
      if (port === this.#port) this.hangUp();
    });
    const payload = this.#options.onConnect(connect);
    port.postMessage(this.#message('connected', { payload, re: message.seq }));
    port.start();
  }

  #receive(data: unknown, port: MessagePort): void {
    const isInTime = this.#requests.take();
    if (!isInTime && !this.#refusals.take()) return;
    const message = readEnvelope(data);
    if (!message) return;
    const reply: Reply = (outcome) => {
      if (port === this.#port) port.postMessage(this.#message(message.type, { ...outcome, re: message.seq }));
    };
    if (!isInTime) reply({ error: failure('busy', 'Too many messages; try again in a moment.') });
    else if (message.v !== PROTOCOL_VERSION) reply({ error: badVersion(message.v) });
    else if (message.type === 'disconnect') this.hangUp();
    else this.#options.onMessage(message, reply);
  }
}
