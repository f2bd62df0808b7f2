// The host's end of `attention-lab/1` for one frame: answers its hello with a port and keeps the calls that wait for an answer.
// A frame is known by its window; its origin must be the expected one unless everything here is sandboxed.
import { ANSWER_MS, type ConnectPayload, type Envelope } from '../../contract/frame-protocol.ts';

/** What every rejection is. */
export interface LabError extends Error {
  /** A code of the protocol. */
  code: string;
}

export const labError = (code: string, message: string): LabError => Object.assign(new Error(message), { code });

interface Call {
  resolve: (payload: unknown) => void;
  reject: (error: LabError) => void;
}

export class HostLink {
  readonly #frame: HTMLIFrameElement;
  readonly #origin: string;
  readonly #connect: ConnectPayload;
  readonly #onMessage: (type: string, payload: unknown, error?: Envelope['error']) => void;
  readonly #calls = new Map<number, Call>();
  #port: MessagePort | undefined;
  #helloId: string | undefined;
  #seq = 0;

  constructor(
    frame: HTMLIFrameElement,
    origin: string,
    connect: ConnectPayload,
    onMessage: (type: string, payload: unknown, error?: Envelope['error']) => void,
  ) {
    this.#frame = frame;
    this.#origin = origin;
    this.#connect = connect;
    this.#onMessage = onMessage;
    addEventListener('message', this.#hear);
  }

  readonly #hear = ({ source, origin, data }: MessageEvent): void => {
    const window = this.#frame.contentWindow;
    // A sandboxed host's frame is sandboxed too; then the origin says nothing.
    if (!window || source !== window || (origin !== this.#origin && !(origin === 'null' && self.origin === 'null')))
      return;
    if (data?.ns !== 'attention-lab' || data.type !== 'hello' || data.id === this.#helloId) return;
    // A new id is a frame that was loaded anew.
    this.#helloId = data.id;
    this.#end('The frame was loaded again.');
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => this.#receive(event.data);
    // An exact origin never reaches an opaque one.
    window.postMessage(this.#envelope('connect', this.#connect), origin === 'null' ? '*' : origin, [port2]);
  };

  #envelope(type: string, payload: unknown, re?: number): Envelope {
    return { ns: 'attention-lab', v: 1, id: 'host', seq: ++this.#seq, type, payload, re };
  }

  #receive({ seq, type, payload, re, error }: Envelope): void {
    const call = this.#calls.get(re!);
    if (call) {
      this.#calls.delete(re!);
      if (error) call.reject(labError(error.code, error.message));
      else call.resolve(payload);
    } else {
      if (type === 'resize') this.note('resized', payload, seq);
      this.#onMessage(type, payload, error);
    }
  }

  /** Says something that is not answered. */
  note(type: string, payload?: unknown, re?: number): number {
    const message = this.#envelope(type, payload, re);
    this.#port?.postMessage(message);
    return message.seq;
  }

  /** Asks and waits for the answer. */
  call(type: string, payload?: unknown, ms: number = ANSWER_MS): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const seq = this.note(type, payload);
      this.#calls.set(seq, { resolve, reject });
      setTimeout(() => this.#calls.delete(seq) && reject(labError('timeout', `${type} was not answered.`)), ms);
    });
  }

  #end(why: string): void {
    this.#port?.close();
    for (const { reject } of this.#calls.values()) reject(labError('timeout', why));
    this.#calls.clear();
  }

  close(): void {
    removeEventListener('message', this.#hear);
    this.#end('The frame was removed.');
  }
}
