// The built frame in pages of another origin that speak `attention-lab/1` by hand: no element, no library, as the contract writes it.
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Envelope } from '../../src/contract/frame-protocol.ts';
import { BY_HAND, startHosts, type Hosts } from './support/hosts.ts';
import { startBrowser } from './support/page.ts';

declare global {
  /** The host's script, see `support/hosts.ts`. */
  var host: {
    heard: (Envelope & { at: number })[];
    windowHeard: { data: Envelope; origin: string }[];
    port: MessagePort | null;
    hold: boolean;
    follows: boolean;
    connect(payload?: object, v?: number): Envelope[];
    ask(type: string, payload?: unknown): Promise<Envelope>;
    of(type: string): (Envelope & { at: number; payload: never })[];
    message(type: string, rest: object): Envelope;
    frame(): HTMLIFrameElement;
  };
}

let browser: Browser;
let hosts: Hosts;
beforeAll(async () => {
  [browser, hosts] = await Promise.all([startBrowser(), startHosts()]);
});
afterAll(async () => {
  await browser.close();
  await hosts.close();
});

const SMALL = { source: 'synthetic', n: 48, left: 4, right: 4, backend: 'cpu' };
let places = 0;

function frameAddress(parameters: Record<string, string | number>): string {
  const address = new URL('embed/', inject('siteUrl'));
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, String(value));
  return address.href;
}

interface Stand {
  page: Page;
  frame: Frame;
  problems: string[];
}

/** A host page with one frame and the script by hand; waits until the frame has rendered, unless told not to. */
async function withHost<Answer>(
  options: {
    parameters?: Record<string, string | number>;
    /** Statements of the host before the frame is there. */
    script?: string;
    attributes?: string;
    before?: string;
    after?: string;
    rendered?: boolean;
  },
  act: (stand: Stand) => Promise<Answer>,
): Promise<Answer> {
  const { parameters = SMALL, script = '', attributes = '', before = '', after = '', rendered = true } = options;
  const source = frameAddress(parameters).replaceAll('&', '&amp;');
  const body = `${before}<iframe id="lab" title="Lab" src="${source}" style="width:100%;height:600px" ${attributes}></iframe>${after}`;
  const address = hosts.add(`/by-hand-${++places}`, { head: `<script>${BY_HAND}${script}</script>`, body });
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(address);
    const frame = page.frame({ url: /\/embed\// })!;
    if (rendered) await frame.locator('body[data-ready]').waitFor();
    return await act({ page, frame, problems });
  } finally {
    await context.close();
  }
}

const connected = (page: Page) => page.waitForFunction(() => host.port !== null);
/** Waits for an event that fits; gives its payload. */
async function event(page: Page, type: string, fits: (payload: never) => boolean = () => true): Promise<unknown> {
  const found = await page.waitForFunction(
    ([type, fits]) => {
      const one = host.of(type).find(({ payload }) => new Function(`return (${fits})(arguments[0])`)(payload));
      return one && { payload: one.payload as unknown };
    },
    [type, fits.toString()] as const,
  );
  return (await found.jsonValue())!.payload;
}
const forget = (page: Page) => page.evaluate(() => void host.heard.splice(0));
const ask = (page: Page, type: string, payload?: unknown) =>
  page.evaluate(([type, payload]) => host.ask(type as string, payload), [type, payload]);

describe('a frame and its parent', () => {
  it('connect, and the frame tells what it shows, on what and why', () =>
    withHost({}, async ({ page, problems }) => {
      await connected(page);
      const { windowHeard, first } = await page.evaluate(() => ({
        windowHeard: host.windowHeard,
        first: host.heard[0]!,
      }));
      expect(windowHeard[0]).toMatchObject({
        origin: new URL(inject('siteUrl')).origin,
        data: {
          ns: 'attention-lab',
          v: 1,
          type: 'hello',
          payload: { versions: [1], caps: expect.arrayContaining(['export']) },
        },
      });
      expect(first).toMatchObject({
        type: 'connected',
        payload: { version: 1, state: { v: 1, p: { source: 'synthetic', n: 48 } }, size: { width: 984 } },
      });
      expect(await event(page, 'backend')).toEqual({ kind: 'cpu', reason: 'forced' });
      expect(await event(page, 'rendered', ({ backend }) => backend === 'cpu')).toMatchObject({
        ms: expect.any(Number),
      });
      expect(problems).toEqual([]);
    }));

  it('answer every request and tell every change', () =>
    withHost({}, async ({ page, frame }) => {
      await connected(page);
      await forget(page);
      expect(await ask(page, 'set-params', { left: 8, heads: 2, dilation: 77 })).toMatchObject({
        type: 'set-params',
        payload: { applied: ['heads', 'left'], warnings: [{ param: 'dilation', used: '1', allowed: '1…64' }] },
      });
      expect(await event(page, 'state')).toMatchObject({
        cause: 'api',
        state: { v: 1, p: { left: 8, heads: 2 } },
        params: { left: 8, heads: 2, right: 4, dilation: 1 },
      });
      await event(page, 'rendered');
      expect(await frame.getByRole('slider', { name: 'Window left' }).inputValue()).toBe('8');

      const kept = (await ask(page, 'get-state')).payload as { state: object };
      expect((await ask(page, 'select', { query: 20, key: 18 })).payload).toEqual({
        layer: 0,
        head: 0,
        query: 20,
        key: 18,
        weight: expect.any(Number),
        windowedWeight: expect.any(Number),
      });
      expect(await event(page, 'selection')).toMatchObject({ query: 20, key: 18 });
      expect(await ask(page, 'select', { query: 48, key: 0 })).toMatchObject({ error: { code: 'invalid-params' } });

      const words = (await ask(page, 'describe')).payload as { text: string; lang: string };
      expect(words.lang).toBe('en');
      expect(words.text).toContain('48');
      await ask(page, 'set-params', { lang: 'zh-CN' });
      expect((await ask(page, 'describe')).payload).toMatchObject({
        lang: 'zh-Hans',
        text: expect.stringContaining('头'),
      });
      await ask(page, 'set-params', { lang: 'en' });

      const files = await page.evaluate(async () => {
        const read = async (format: string) => {
          const { payload, error } = await host.ask('export', { format });
          if (error) return error;
          const { blob, filename, mime } = payload as { blob: Blob; filename: string; mime: string };
          return { filename, mime, size: blob.size, start: (await blob.text()).slice(0, 400) };
        };
        return { csv: await read('csv'), json: await read('json'), gif: await read('gif') };
      });
      expect(files.csv).toMatchObject({
        mime: expect.stringContaining('csv'),
        start: expect.stringContaining('weight'),
      });
      expect(files.json).toMatchObject({ mime: expect.stringContaining('json'), start: expect.stringContaining('"') });
      expect(files.gif).toMatchObject({ code: 'invalid-params' });

      await forget(page);
      expect((await ask(page, 'reset')).payload).toMatchObject({ warnings: [] });
      expect(await event(page, 'state')).toMatchObject({ params: { left: 4, heads: 4, query: null } });
      await forget(page);
      const restored = await ask(page, 'set-state', { ...kept, silent: true });
      expect(restored.payload).toMatchObject({ applied: expect.arrayContaining(['left', 'heads']), warnings: [] });
      await event(page, 'rendered');
      expect(await page.evaluate(() => host.of('state').length)).toBe(0);

      for (const [type, payload, code] of [
        ['fly', undefined, 'unknown-type'],
        ['set-params', 'heads=2', 'invalid-params'],
        ['export', null, 'invalid-params'],
      ] as const)
        expect(await ask(page, type, payload), type).toMatchObject({ type, error: { code } });
      const old = await page.evaluate(() => {
        const message = { ...host.message('get-state', {}), v: 2 };
        host.port!.postMessage(message);
        return new Promise<Envelope>((resolve) =>
          (host as never as { waiting: Map<number, unknown> }).waiting.set(message.seq, resolve),
        );
      });
      expect(old).toMatchObject({ error: { code: 'bad-version', supported: [1] } });

      expect((await ask(page, 'destroy')).payload).toEqual({});
      await expect.poll(() => frame.locator('#app').innerHTML()).toBe('');
    }));

  it('know whose doing a change was, thin floods of events, and keep typed text in the frame', () =>
    withHost({ parameters: { n: 12, backend: 'cpu' } }, async ({ page, frame }) => {
      await connected(page);
      await forget(page);
      const box = frame.getByRole('textbox').first();
      await box.fill('A secret sentence of mine.');
      expect(await event(page, 'state')).toMatchObject({ cause: 'user' });
      const answers = [
        await ask(page, 'get-state'),
        await ask(page, 'describe'),
        await ask(page, 'export', { format: 'csv' }),
      ];
      await frame.locator('[data-activity="idle"]').waitFor();
      answers.push(await ask(page, 'describe'), await ask(page, 'get-state'));
      expect(answers[2]).toMatchObject({ error: { code: 'denied' } });
      const everything = JSON.stringify([answers, await page.evaluate(() => [host.heard, host.windowHeard])]);
      expect(everything).not.toMatch(/secret/i);

      await forget(page);
      await frame.getByRole('slider', { name: 'Window left' }).evaluate(async (element) => {
        const range = element as HTMLInputElement;
        for (let value = 0; value < 12; value++) {
          range.value = String(value % 9);
          range.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((next) => setTimeout(next, 30));
        }
      });
      await event(page, 'state', ({ params }) => (params as { left: number }).left === 2);
      const times = await page.evaluate(() => host.of('state').map(({ at }) => at));
      expect(times.length).toBeLessThan(9);
      for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeGreaterThan(80);
    }));

  it('share typed text when the address says api=full, unless the parent asks for less', async () => {
    const parameters = { n: 12, backend: 'cpu', api: 'full' };
    const typed = async ({ page, frame }: Stand) => {
      await connected(page);
      await frame.getByRole('textbox').first().fill('An open sentence.');
      await event(page, 'state');
      return JSON.stringify(await ask(page, 'get-state'));
    };
    expect(await withHost({ parameters }, typed)).toContain('open sentence');
    expect(await withHost({ parameters, script: `host.options = { api: 'events' };` }, typed)).not.toContain(
      'sentence',
    );
  });
});

describe('who may connect', () => {
  it('is only the origin that the address names, the first one, and one that speaks the version', () =>
    withHost({ script: 'host.hold = true;', rendered: false }, async ({ page, frame, problems }) => {
      await page.waitForFunction(() => host.windowHeard.length > 0);
      const answers = await page.evaluate(async () => {
        const wrong = host.connect({ version: 7 });
        const old = host.connect({}, 3);
        const first = host.connect();
        const second = host.connect();
        await new Promise((done) => setTimeout(done, 300));
        return [wrong[0], old[0], first[0], second[0]];
      });
      expect(answers).toMatchObject([
        { error: { code: 'bad-version', supported: [1] } },
        { error: { code: 'bad-version' } },
        { type: 'connected' },
        { error: { code: 'busy' } },
      ]);
      // It works by itself all the while.
      await frame.locator('body[data-ready]').waitFor();
      expect(problems).toEqual([]);
    }));

  it('is nobody when another origin is named; the lab goes on by itself', async () => {
    await withHost({ parameters: { ...SMALL, origin: 'https://school.example' } }, async ({ page, frame }) => {
      await page.waitForFunction(() => host.heard.length > 0);
      expect(await page.evaluate(() => host.heard)).toMatchObject([{ type: 'error', error: { code: 'denied' } }]);
      await frame.getByRole('slider', { name: 'Window left' }).press('ArrowRight');
    });
    await withHost({ parameters: { ...SMALL, origin: hosts.origin } }, ({ page }) => connected(page));
  });

  it('is nobody, and nothing is said, under api=off', () =>
    withHost({ parameters: { ...SMALL, api: 'off' } }, async ({ page }) => {
      const answers = await page.evaluate(() => host.connect());
      await page.waitForTimeout(700);
      expect(answers).toEqual([]);
      expect(await page.evaluate(() => host.windowHeard)).toEqual([]);
    }));

  it('may also start by itself, before the frame is there', () =>
    withHost(
      {
        script: `host.hold = true; const timer = setInterval(() => {
          if (host.port) clearInterval(timer); else if (host.frame()) host.connect(); }, 250);`,
        rendered: false,
      },
      async ({ page }) => {
        await connected(page);
        expect(await ask(page, 'get-state')).toMatchObject({ payload: { state: { v: 1 } } });
      },
    ));

  it('may flood the frame: it answers busy, and then the next honest request', () =>
    withHost({}, async ({ page, frame, problems }) => {
      await connected(page);
      await page.evaluate(() => {
        const target = host.frame().contentWindow!;
        const hostile = JSON.parse('{"__proto__":{"heads":9},"constructor":{"prototype":{"a":1}}}');
        for (let turn = 0; turn < 3000; turn++) {
          target.postMessage({ ns: 'attention-lab', v: 1, type: 'connect', seq: turn, payload: hostile }, '*');
          target.postMessage(turn % 2 ? 'slide:begin' : { ns: 'other', data: turn }, '*');
          host.port!.postMessage(host.message('set-params', { payload: { ...hostile, heads: (turn % 4) + 1 } }));
        }
        host.port!.postMessage(host.message('set-params', { payload: { text: 'x'.repeat(3_000_000) } }));
      });
      const countBusy = () => page.evaluate(() => host.heard.filter(({ error }) => error?.code === 'busy').length);
      await expect.poll(countBusy, { timeout: 20_000, interval: 250 }).toBeGreaterThan(10);
      // A busy machine works off the flood first.
      await expect
        .poll(async () => (await ask(page, 'set-params', { heads: 3 })).error, { timeout: 20_000, interval: 250 })
        .toBeUndefined();
      await expect.poll(() => frame.getByRole('slider', { name: 'Heads' }).inputValue(), { timeout: 10_000 }).toBe('3');
      expect(problems).toEqual([]);
    }));
});

describe('the frame’s height', () => {
  const FOLLOW = `host.options = { autosize: true };`;

  it('follows the content, and the frame scrolls by itself only where nobody follows', async () => {
    await withHost({ script: FOLLOW }, async ({ page, frame }) => {
      const tall = async () => {
        const content = await frame.locator('#app').evaluate((app) => app.getBoundingClientRect().height);
        const outer = await page.locator('#lab').evaluate((lab) => lab.clientHeight);
        return Math.abs(content - outer) <= 3;
      };
      await connected(page);
      await expect.poll(tall).toBe(true);
      await expect.poll(() => frame.locator('html[data-followed]').count()).toBe(1);
      await page.setViewportSize({ width: 360, height: 700 });
      await expect.poll(tall).toBe(true);
      expect(await page.evaluate(() => host.of('warning'))).toEqual([]);
    });
    await withHost({ script: `${FOLLOW} host.follows = false;` }, async ({ page, frame }) => {
      expect(await event(page, 'warning')).toMatchObject({ code: 'resize-unanswered' });
      expect(await frame.locator('html[data-followed]').count()).toBe(0);
      expect(await frame.locator('html').evaluate((html) => html.scrollHeight > html.clientHeight)).toBe(true);
    });
  });

  it('is no longer told when it chases itself', () =>
    withHost({ script: FOLLOW }, async ({ page, frame }) => {
      await connected(page);
      await expect.poll(() => frame.locator('html[data-followed]').count()).toBe(1);
      await frame.locator('[data-activity="idle"]').waitFor();
      await frame.locator('#app').evaluate((app) => {
        (app as HTMLElement).style.minHeight = 'calc(100vh + 40px)';
      });
      expect(await event(page, 'warning')).toMatchObject({ code: 'resize-loop' });
      const height = await page.locator('#lab').evaluate((lab) => lab.clientHeight);
      await page.waitForTimeout(500);
      expect(await page.locator('#lab').evaluate((lab) => lab.clientHeight)).toBe(height);
      expect(await frame.locator('html[data-followed]').count()).toBe(0);
    }));
});

describe('a page around a plain frame', () => {
  it('keeps its focus and its place, and Tab goes in and out again', () =>
    withHost(
      {
        script: 'host.hold = true;',
        before: '<input id="first" autofocus><p style="height:300px">Text</p>',
        after: '<button id="last">After</button><p style="height:2000px">Text</p>',
        parameters: {
          ...SMALL,
          hide: 'input,lesson,timing,overview,reading,steps,zoom,comparison,window,legend,n,heads,dim,causal',
        },
      },
      async ({ page, frame }) => {
        await frame.locator('[data-activity="idle"]').waitFor();
        expect(await page.evaluate(() => [document.activeElement?.id, scrollY])).toEqual(['first', 0]);
        const stops: string[] = [];
        for (let presses = 0; presses < 60 && stops.at(-1) !== 'last'; presses++) {
          await page.keyboard.press('Tab');
          stops.push(await page.evaluate(() => document.activeElement!.id));
        }
        expect(stops.at(-1)).toBe('last');
        expect(stops.filter((id) => id === 'lab').length).toBeGreaterThan(1);
        await page.keyboard.press('Shift+Tab');
        // The focus crosses from process to process, which takes a moment.
        await expect.poll(() => page.evaluate(() => document.activeElement!.id)).toBe('lab');
      },
    ));

  it('may strip every script: the lab is whole, scrolls, and can be worked', async () => {
    const address = hosts.add('/no-scripts', {
      body: `<iframe title="Lab" src="${frameAddress(SMALL).replaceAll('&', '&amp;')}" style="width:640px;height:360px"></iframe>`,
      headers: { 'Content-Security-Policy': "script-src 'none'" },
    });
    const page = await browser.newPage();
    try {
      await page.goto(address);
      const frame = page.frame({ url: /\/embed\// })!;
      await frame.locator('[data-activity="idle"]').waitFor();
      const left = frame.getByRole('slider', { name: 'Window left' });
      await left.press('ArrowRight');
      expect(await left.inputValue()).toBe('5');
      expect(await frame.locator('html').evaluate((html) => html.scrollHeight > html.clientHeight)).toBe(true);
    } finally {
      await page.close();
    }
  });
});
