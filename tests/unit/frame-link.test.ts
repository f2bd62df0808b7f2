// The frame's end of the line against parents that tell the truth and parents that do not. Ports are real; the window is the test's.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HELLO_TIMES_MS, type ConnectPayload, type Envelope } from '../../src/contract/frame-protocol.ts';
import { FrameLink, type FrameLinkOptions } from '../../src/embed/frame-link.ts';
import { HeightReports } from '../../src/embed/height-reports.ts';
import { plainCopy } from '../../src/embed/plain-copy.ts';
import { readEnvelope, readRequest } from '../../src/embed/read-message.ts';

const PARENT_ORIGIN = 'https://school.example';
const connected = { version: 1, state: { v: 1, p: {} }, backend: null, size: { width: 1, height: 1 }, rendered: false };

class Stage {
  readonly posted: { message: Envelope; origin: string }[] = [];
  readonly parent = {
    postMessage: (message: Envelope, origin: string) => void this.posted.push({ message, origin }),
  };
  readonly heard: string[] = [];
  readonly accepted: ConnectPayload[] = [];
  closes = 0;
  #listener: ((event: MessageEvent) => void) | null = null;
  readonly ports: MessagePort[] = [];
  readonly link: FrameLink;

  constructor(origin: string | null = null) {
    const options: FrameLinkOptions = {
      window: {
        parent: this.parent,
        addEventListener: (_type, listener) => (this.#listener = listener),
        removeEventListener: () => (this.#listener = null),
      },
      id: 'f1',
      origin: () => origin,
      onConnect: (payload) => {
        this.accepted.push(payload);
        return connected;
      },
      onMessage: (message, reply) => {
        this.heard.push(message.type);
        reply({ payload: message.payload });
      },
      onClose: () => this.closes++,
    };
    this.link = new FrameLink(options);
  }

  get isListening(): boolean {
    return this.#listener !== null;
  }

  say(data: unknown, { source = this.parent as unknown, origin = PARENT_ORIGIN, ports = [] as MessagePort[] } = {}) {
    this.#listener?.({ data, source, origin, ports } as unknown as MessageEvent);
  }

  /** Says `connect` with a fresh port; what comes back over it is collected. */
  connect(payload: unknown = { version: 1 }, { origin = PARENT_ORIGIN, source = this.parent as unknown, v = 1 } = {}) {
    const { port1, port2 } = new MessageChannel();
    const answers: Envelope[] = [];
    port1.onmessage = ({ data }) => void answers.push(data);
    this.ports.push(port1, port2);
    this.say(
      { ns: 'attention-lab', v, id: 'host', seq: 7, type: 'connect', payload },
      { origin, source, ports: [port2] },
    );
    return { port: port1, answers };
  }
}

let stages: Stage[] = [];
const stage = (origin: string | null = null) => {
  const made = new Stage(origin);
  stages.push(made);
  made.link.start();
  return made;
};
const arrive = () => new Promise((done) => setTimeout(done, 20));
const request = (type: string, seq: number, payload?: unknown) => ({
  ns: 'attention-lab',
  v: 1,
  id: 'h',
  seq,
  type,
  payload,
});

afterEach(() => {
  for (const { link, ports } of stages) {
    link.close();
    for (const port of ports) port.close();
  }
  stages = [];
});

describe('saying hello', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('repeats it for ten seconds, tells no one anything of the reader, and then keeps quiet', () => {
    const { posted } = stage();
    vi.advanceTimersByTime(60_000);
    expect(posted).toHaveLength(HELLO_TIMES_MS.length);
    for (const { message, origin } of posted) {
      expect(origin).toBe('*');
      expect(Object.keys(message.payload as object).sort()).toEqual(['caps', 'versions']);
      expect(message).toMatchObject({ ns: 'attention-lab', v: 1, id: 'f1', type: 'hello', payload: { versions: [1] } });
    }
  });

  it('stops once connected', () => {
    const one = stage();
    vi.advanceTimersByTime(300);
    one.connect();
    vi.advanceTimersByTime(60_000);
    expect(one.posted).toHaveLength(2);
  });
});

describe('connecting', () => {
  it('answers the first valid connect on its port and refuses the next', async () => {
    const one = stage();
    const first = one.connect({ version: 1, autosize: true });
    const second = one.connect();
    await arrive();
    expect(first.answers).toMatchObject([{ type: 'connected', re: 7, payload: connected }]);
    expect(second.answers).toMatchObject([{ type: 'error', re: 7, error: { code: 'busy' } }]);
    expect(one.accepted).toEqual([{ version: 1, autosize: true }]);
  });

  it('obeys nobody but the parent', async () => {
    const one = stage();
    const { answers } = one.connect({ version: 1 }, { source: { postMessage: () => {} } });
    await arrive();
    expect(answers).toEqual([]);
    expect(one.accepted).toEqual([]);
  });

  it('with an origin given, obeys that one only', async () => {
    const one = stage(PARENT_ORIGIN);
    const wrong = one.connect({ version: 1 }, { origin: 'https://evil.example' });
    const opaque = one.connect({ version: 1 }, { origin: 'null' });
    await arrive();
    expect(wrong.answers).toMatchObject([{ type: 'error', error: { code: 'denied' } }]);
    expect(opaque.answers).toMatchObject([{ type: 'error', error: { code: 'denied' } }]);
    const right = one.connect();
    await arrive();
    expect(right.answers).toMatchObject([{ type: 'connected' }]);
  });

  it.each([
    ['a version of the envelope', { version: 1 }, 2],
    ['a version of the payload', { version: 9 }, 1],
  ])('names the versions it speaks when %s is another, and can still be connected', async (_name, payload, v) => {
    const one = stage();
    const { answers } = one.connect(payload, { v });
    await arrive();
    expect(answers).toMatchObject([{ type: 'error', error: { code: 'bad-version', supported: [1] } }]);
    expect(one.link.isConnected).toBe(false);
    one.connect();
    expect(one.link.isConnected).toBe(true);
  });

  it('tells a parent that forgot the port', () => {
    const one = stage();
    one.say(request('connect', 3, { version: 1 }));
    expect(one.posted.at(-1)).toMatchObject({ message: { type: 'error', re: 3, error: { code: 'invalid-params' } } });
  });

  it('after “disconnect” another may connect', async () => {
    const one = stage();
    one.connect().port.postMessage(request('disconnect', 8));
    await arrive();
    expect([one.link.isConnected, one.closes]).toEqual([false, 1]);
    const again = one.connect();
    await arrive();
    expect(again.answers).toMatchObject([{ type: 'connected' }]);
  });

  it('keeps nothing when closed', () => {
    const one = stage();
    one.connect();
    one.link.close();
    expect([one.isListening, one.link.isConnected, one.closes]).toEqual([false, false, 1]);
  });
});

describe('floods', () => {
  it('of requests are answered with busy, and from some point on not at all', async () => {
    const one = stage();
    const { port, answers } = one.connect();
    for (let seq = 1; seq <= 5000; seq++) port.postMessage(request('get-state', seq));
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(300));
    await arrive();
    expect(one.heard.length).toBeGreaterThanOrEqual(200);
    expect(one.heard.length).toBeLessThan(1000);
    const busy = answers.filter(({ error }) => error?.code === 'busy');
    expect(busy.length).toBeGreaterThan(100);
    expect(answers.length).toBeLessThan(1500);
  });

  it('of bad connects are not doubled', () => {
    const one = stage();
    for (let seq = 0; seq < 5000; seq++) one.say(request('connect', seq, { version: 1 }));
    expect(one.posted.length).toBeLessThan(300);
  });
});

describe('what is read', () => {
  it.each([
    'slide:start',
    null,
    undefined,
    7,
    [],
    {},
    { ns: 'other', v: 1, type: 'connect' },
    { ns: 'attention-lab', v: '1', type: 'connect' },
    { ns: 'attention-lab', v: 1, type: 'x'.repeat(65) },
    { ns: 'attention-lab', v: 1, type: 'connect', seq: -1 },
    { ns: 'attention-lab', v: 1, type: 'connect', seq: 2 ** 60 },
  ])('is never another’s message: %j', (data) => {
    expect(readEnvelope(data)).toBeNull();
  });

  it('is not even an object whose reading throws', () => {
    const hostile = {
      get ns() {
        throw new Error('hostile');
      },
    };
    expect(readEnvelope(hostile)).toBeNull();
  });

  it('is copied without what could reach a prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"heads":9},"constructor":{"prototype":{"heads":9}},"n":5}');
    expect(plainCopy(hostile)).toEqual({ ok: true, value: { n: 5 } });
    expect(({} as Record<string, unknown>)['heads']).toBeUndefined();
  });

  const endless: Record<string, unknown> = {};
  endless['self'] = endless;
  const holes: unknown[] = [];
  holes.length = 2 ** 31;
  it.each([
    ['a circle', endless],
    ['two million numbers', new Array(2_000_000).fill(0)],
    ['an array of holes', holes],
    ['a megabyte of text', 'x'.repeat(1_000_000)],
    ['a long key', { ['k'.repeat(100_000)]: 1 }],
  ])('is refused when too large: %s', (_name, value) => {
    expect(plainCopy(value)).toEqual({ ok: false, why: 'too-large' });
    const envelope = readEnvelope(request('set-params', 1, value))!;
    expect(readRequest(envelope)).toMatchObject({ code: 'invalid-params' });
  });

  it.each([[new Map()], [new Date()], [new Uint8Array(4)], [() => 1], [10n], [Symbol('s')]])(
    'is refused when it is no plain value: %s',
    (value) => {
      expect(plainCopy({ value })).toEqual({ ok: false, why: 'not-plain' });
    },
  );

  it.each([
    ['nonsense', undefined, 'unknown-type'],
    ['toString', undefined, 'unknown-type'],
    ['__proto__', undefined, 'unknown-type'],
    ['set-params', 'heads=8', 'invalid-params'],
    ['set-params', [8], 'invalid-params'],
    ['set-state', {}, 'invalid-params'],
    ['set-state', { state: null }, 'invalid-params'],
    ['select', {}, 'invalid-params'],
    ['select', { query: -1, key: 0 }, 'invalid-params'],
    ['select', { query: 1.5, key: 0 }, 'invalid-params'],
    ['export', {}, 'invalid-params'],
    ['export', { format: 'png', scale: 'large' }, 'invalid-params'],
  ])('as %s with %j is refused as %s', (type, payload, code) => {
    expect(readRequest(readEnvelope(request(type, 1, payload))!)).toMatchObject({ code });
  });
});

describe('heights', () => {
  const setUp = () => {
    const sent: number[] = [];
    const events: string[] = [];
    const heights = new HeightReports({
      send: (height) => sent.push(height),
      onFollowed: () => events.push('followed'),
      onGivenUp: (why) => events.push(why),
      now: () => Date.now(),
    });
    return { sent, events, heights };
  };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are told when they change by two pixels, at most ten times a second, the newest last', () => {
    const { sent, heights } = setUp();
    heights.measure(500);
    heights.answer();
    vi.advanceTimersByTime(200);
    heights.measure(501);
    expect(sent).toEqual([500]);
    for (const height of [510, 520, 530]) heights.measure(height);
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([500, 510, 530]);
  });

  it('of nothing are not told', () => {
    const { sent, heights } = setUp();
    heights.measure(0);
    heights.measure(NaN);
    expect(sent).toEqual([]);
  });

  it('without an answer give the frame its own scrolling back, until a late one comes', () => {
    const { events, heights } = setUp();
    heights.measure(500);
    vi.advanceTimersByTime(999);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(2);
    heights.answer();
    expect(events).toEqual(['resize-unanswered', 'followed']);
  });

  it.each([
    ['grows', 30],
    ['shrinks', -30],
  ])('that %s by itself is stopped', (_name, step) => {
    const { sent, events, heights } = setUp();
    for (let turn = 0; turn < 40; turn++) {
      heights.measure(5000 + turn * step);
      heights.answer();
      vi.advanceTimersByTime(100);
    }
    expect(events.filter((event) => event === 'resize-loop')).toHaveLength(1);
    expect(events.at(-1)).toBe('resize-loop');
    expect(sent.length).toBeLessThanOrEqual(9);
  });

  it('that go up and down, slowly, or by the reader’s hand are not', () => {
    const { events, heights } = setUp();
    for (let turn = 0; turn < 40; turn++) {
      heights.measure(500 + (turn % 2) * 30);
      heights.answer();
      vi.advanceTimersByTime(100);
    }
    for (let turn = 0; turn < 40; turn++) {
      heights.measure(600 + turn * 30);
      heights.answer();
      vi.advanceTimersByTime(200);
    }
    for (let turn = 0; turn < 40; turn++) {
      heights.act();
      heights.measure(3000 + turn * 30);
      heights.answer();
      vi.advanceTimersByTime(100);
    }
    expect(new Set(events)).toEqual(new Set(['followed']));
  });
});
