// A parent's requests against the page's real settings: what each does, what each refuses, what stays secret, and 2,000 random messages.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { REQUEST_TYPES, type Envelope, type ProtocolError } from '../../src/contract/frame-protocol.ts';
import { uniform } from '../../src/data/counter-random.ts';
import { Coalesced } from '../../src/embed/coalesced.ts';
import { FramePrivacy } from '../../src/embed/frame-privacy.ts';
import { FrameRequests } from '../../src/embed/frame-requests.ts';
import type { FrameSubject } from '../../src/embed/frame-subject.ts';
import { readEnvelope } from '../../src/embed/read-message.ts';
import { readValues } from '../../src/params/read-values.ts';
import { PARAMETER_IDS, SCHEMA, defaultValues, type LabValues } from '../../src/params/schema.ts';
import type { Parameter } from '../../src/params/parameter.ts';
import { AttentionReport } from '../../src/labs/attention/attention-report.ts';
import type { LabSession } from '../../src/state/lab-session.svelte.ts';
import { LabStage } from '../../src/state/lab-stage.svelte.ts';
import type { Machine } from '../../src/state/machine.svelte.ts';
import { Settings } from '../../src/state/settings.svelte.ts';

type Outcome = { payload?: unknown; error?: ProtocolError };

function open({ values = {} as Partial<LabValues>, api = 'events' as 'events' | 'full', reloaded = false } = {}) {
  const settings = new Settings({ ...defaultValues('en'), ...values });
  const full = Float32Array.from({ length: 12 }, (_, key) => key / 66);
  const session = {
    computed: { length: 12, keyLength: 12, heads: 4, headDim: 8 },
    showRow: async () => {},
    knownRow: (head: number, query: number) => (query === 11 ? null : { head, query, full, windowed: full }),
  } as unknown as LabSession;
  const done: string[] = [];
  const stage = new LabStage();
  stage.enter({
    report: new AttentionReport(session, settings),
    makeFile: async ({ format }) => {
      if (format !== 'csv')
        throw new AttentionError('invalid-problem', { field: 'format', value: format, allowed: 'csv' });
      return { blob: new Blob(['a,b']), filename: 'a.csv', mime: 'text/csv' };
    },
    describe: (withNames) => (withNames ? 'cat sees sat' : 'one sees another'),
  });
  const subject: FrameSubject = {
    settings,
    machine: { backends: null, lastEvent: null, hasFailed: false } as unknown as Machine,
    stage,
    destroy: () => done.push('destroyed'),
  };
  const privacy = new FramePrivacy(api, settings.values, reloaded);
  const told: string[] = [];
  let isSilent = false;
  settings.onChange(({ values, changed, cause }) => {
    privacy.follow(changed, values, cause);
    if (!isSilent) told.push(`${cause}: ${changed.join(' ')}`);
  });
  const requests = new FrameRequests(subject, privacy, (change) => {
    isSilent = true;
    change();
    isSilent = false;
  });
  const ask = async (type: string, payload?: unknown): Promise<Outcome> => {
    const outcomes: Outcome[] = [];
    const message: Envelope = { ns: 'attention-lab', v: 1, id: 'h', seq: 1, type, payload };
    await requests.take(message, (outcome) => void outcomes.push(outcome));
    expect(outcomes, type).toHaveLength(1);
    return outcomes[0]!;
  };
  return { settings, privacy, ask, told, done };
}

describe('requests', () => {
  it('set parameters like the address does, and say what was refused', async () => {
    const { ask, settings, told } = open();
    const { payload } = await ask('set-params', {
      Heads: 2,
      left: 'inf',
      causal: true,
      seed: '7',
      dilation: 99,
      foo: 1,
    });
    expect(payload).toMatchObject({
      applied: ['heads', 'causal', 'seed'],
      warnings: [{ code: 'bad-value', param: 'dilation', received: '99', used: '1', allowed: '1…64' }],
    });
    expect(settings.values).toMatchObject({ heads: 2, causal: true, seed: 7, dilation: 1 });
    expect(told).toEqual(['api: heads causal seed']);
    await ask('set-params', { heads: null });
    expect(settings.values.heads).toBe(4);
  });

  it('cannot change whom the frame obeys', async () => {
    const { ask, settings } = open();
    const { payload } = await ask('set-params', { API: 'full', origin: 'https://evil.example' });
    expect(payload).toMatchObject({ applied: [], warnings: [{ param: 'API' }, { param: 'origin' }] });
    await ask('set-state', { state: { v: 1, p: { api: 'full', origin: 'https://evil.example', heads: 3 } } });
    expect(settings.values).toMatchObject({ api: 'events', origin: null, heads: 3 });
  });

  it('bring a state back exactly, and quietly when asked', async () => {
    const one = open({ values: { heads: 3, left: 5, source: 'synthetic', seed: 9, hide: ['lesson'] } });
    const { state, params } = (await one.ask('get-state')).payload as { state: object; params: object };
    expect(params).toMatchObject({ heads: 3, left: 5, right: 'inf', n: null, hide: ['lesson'] });
    const other = open({ values: { causal: true, hide: ['timing'] } });
    const { payload } = await other.ask('set-state', { state, silent: true });
    expect(payload).toMatchObject({ warnings: [] });
    // What the page looks like is the page's own.
    expect(other.settings.values).toEqual({ ...one.settings.values, hide: ['timing'] });
    expect(other.told).toEqual([]);
  });

  it.each([{ v: 99, p: { heads: 3 } }, { p: { heads: 3 } }, { v: 1 }, { v: 1, p: 7 }])(
    'take a state they cannot read for none: %j',
    async (state) => {
      const { ask, settings } = open({ values: { causal: true } });
      const { payload, error } = await ask('set-state', { state });
      expect(error).toBeUndefined();
      if ('v' in state && state.v === 1) expect(settings.values.heads).toBe(4);
      else {
        expect(payload).toMatchObject({ applied: [], warnings: [{ code: 'bad-state' }] });
        expect(settings.values.causal).toBe(true);
      }
    },
  );

  it('reset to what the frame was opened with', async () => {
    const { ask, settings } = open({ values: { heads: 2 } });
    settings.change('heads', 8);
    expect((await ask('reset')).payload).toEqual({ applied: ['heads'], warnings: [] });
    expect(settings.values.heads).toBe(2);
  });

  it('pin a cell and give its weights, or say which cells there are', async () => {
    const { ask, settings } = open({ values: { causal: true, left: 2 } });
    const { payload } = await ask('select', { query: 5, key: 4 });
    expect(payload).toMatchObject({ layer: 0, head: 0, query: 5, key: 4, windowedWeight: expect.closeTo(4 / 66, 6) });
    expect(settings.values).toMatchObject({ query: 5, key: 4 });
    expect((await ask('select', { query: 5, key: 1 })).payload).toMatchObject({ windowedWeight: null });
    expect((await ask('select', { query: 5, key: 6 })).payload).toMatchObject({ weight: null, windowedWeight: null });
    const { error } = await ask('select', { query: 12, key: 0 });
    expect(error).toMatchObject({ code: 'invalid-params', message: expect.stringContaining('0…11') });
    expect((await ask('select', null)).payload).toBeNull();
    expect(settings.values).toMatchObject({ query: null, key: null });
  });

  it('hand out files and words', async () => {
    const { ask } = open();
    expect((await ask('export', { format: 'csv' })).payload).toMatchObject({
      filename: 'a.csv',
      blob: expect.any(Blob),
    });
    expect((await ask('export', { format: 'gif' })).error).toMatchObject({ code: 'invalid-params' });
    expect((await ask('describe')).payload).toEqual({ text: 'cat sees sat', lang: 'en' });
  });

  it('end the frame after they are answered', async () => {
    const { ask, done } = open();
    expect((await ask('destroy')).payload).toEqual({});
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done).toEqual(['destroyed']);
  });

  it('give up on a row that never comes, with the cell as far as it is known', async () => {
    const { ask } = open();
    expect((await ask('select', { query: 11, key: 0 })).payload).toMatchObject({ query: 11, weight: null });
  }, 10_000);
});

describe('what was typed', () => {
  it('stays in the frame under api=events: no state, no file, no words hold it', async () => {
    const { ask, settings, privacy } = open();
    settings.change('text', 'my secret');
    const answers = [
      await ask('get-state'),
      await ask('describe'),
      await ask('export', { format: 'csv' }),
      privacy.stateOf(settings.values),
    ];
    expect(JSON.stringify(answers)).not.toContain('secret');
    expect(answers[1]).toMatchObject({ payload: { text: 'one sees another' } });
    expect(answers[2]).toMatchObject({ error: { code: 'denied' } });
    // A state that could not hold the text does not take it away.
    await ask('set-state', { state: ((await ask('get-state')).payload as { state: object }).state });
    expect(settings.values.text).toBe('my secret');
  });

  it('is shared under api=full, and what the host gave is no secret', async () => {
    const full = open({ api: 'full' });
    full.settings.change('text', 'my essay');
    expect(JSON.stringify(await full.ask('get-state'))).toContain('my essay');
    const events = open({ values: { text: 'the host’s' } });
    expect(JSON.stringify(await events.ask('get-state'))).toContain('the host’s');
    events.settings.change('text', 'mine');
    expect(JSON.stringify(await events.ask('get-state'))).not.toContain('mine');
    await events.ask('set-params', { text: 'the host’s' });
    expect(JSON.stringify(await events.ask('get-state'))).toContain('the host’s');
  });

  it('stays even when a reload has put it into the address', async () => {
    const { ask, settings } = open({ values: { text: 'my secret' }, reloaded: true });
    expect(JSON.stringify(await ask('get-state'))).not.toContain('secret');
    await ask('set-params', { text: 'other' });
    await ask('reset');
    expect(settings.values.text).toBe('my secret');
    expect(JSON.stringify(await ask('get-state'))).not.toContain('secret');
  });

  it('is what a file holds, too', async () => {
    const { ask } = open({ values: { source: 'file' } });
    expect((await ask('export', { format: 'csv' })).error).toMatchObject({ code: 'denied' });
  });
});

describe('two thousand random messages', () => {
  const at = (seed: number, place: number) => uniform(20261125, seed, place, 0);
  const WORDS = [
    '',
    '0',
    '1',
    'inf',
    '-1',
    '1e9',
    'true',
    'null',
    '__proto__',
    '注意',
    '<b>',
    'zh-CN',
    'x'.repeat(3000),
  ];
  const NUMBERS = [0, 1, -1, 4, 64, 1e9, 2 ** 53, NaN, Infinity, -0, 0.5];

  function anything(seed: number, place: number, depth = 0): unknown {
    const pick = Math.floor(at(seed, place) * (depth > 2 ? 6 : 9));
    if (pick < 2) return WORDS[Math.floor(at(seed, place + 1) * WORDS.length)];
    if (pick < 4) return NUMBERS[Math.floor(at(seed, place + 1) * NUMBERS.length)];
    if (pick === 4) return at(seed, place + 1) < 0.5;
    if (pick === 5) return at(seed, place + 1) < 0.5 ? null : undefined;
    const length = Math.floor(at(seed, place + 1) * 5);
    const items = Array.from({ length }, (_, index) => anything(seed, place * 7 + index * 13 + 3, depth + 1));
    if (pick === 6) return items;
    const keys = [...PARAMETER_IDS, 'state', 'v', 'p', 'query', 'key', 'format', 'silent', '__proto__', 'constructor'];
    const named = items.map((item, index) => [keys[Math.floor(at(seed, place + index + 5) * keys.length)]!, item]);
    // As a clone has it: an own `__proto__`, not the prototype.
    return named.reduce(
      (object, [key, item]) =>
        Object.defineProperty(object, key as string, { value: item, enumerable: true, configurable: true }),
      {},
    );
  }

  it('are each answered once, and leave settings that the schema allows', async () => {
    const { ask, settings } = open();
    let asked = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const type =
        at(seed, 1) < 0.9 ? REQUEST_TYPES[Math.floor(at(seed, 2) * REQUEST_TYPES.length)]! : anything(seed, 4);
      // The one row that never comes makes the test slow.
      const payload = type === 'select' && at(seed, 3) < 0.5 ? { query: 3, key: 2 } : anything(seed, 9);
      const message = readEnvelope({ ns: 'attention-lab', v: 1, id: 'h', seq: seed, type, payload });
      if (!message || (message.type === 'select' && (payload as { query?: number })?.query === 11)) continue;
      asked++;
      const { error } = await ask(message.type, message.payload);
      if (error) expect(['invalid-params', 'unknown-type', 'denied', 'busy']).toContain(error.code);
    }
    expect(asked).toBeGreaterThan(1500);
    const packed = Object.fromEntries(
      PARAMETER_IDS.map((id) => [id, (SCHEMA[id] as Parameter<unknown>).pack(settings.values[id])]).filter(
        ([, value]) => value !== undefined,
      ),
    );
    expect(readValues(packed, defaultValues('en')).notices).toEqual([]);
    expect(({} as Record<string, unknown>)['heads']).toBeUndefined();
  });
});

describe('a flood of events', () => {
  afterEach(() => void vi.useRealTimers());

  it('is thinned to the newest per pause', () => {
    vi.useFakeTimers();
    const sent: number[] = [];
    const events = new Coalesced<number>(30, (value) => void sent.push(value));
    for (let value = 0; value < 100; value++) events.push(value);
    vi.advanceTimersByTime(100);
    events.push(100);
    events.push(101);
    events.stop();
    vi.advanceTimersByTime(60);
    expect(sent).toEqual([0, 99, 100]);
  });
});
