// The built frame among pages of another origin: who may connect to it, how its height is followed, and that it takes nothing from them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  browser,
  hosts,
  closeStands,
  connected,
  event,
  frameAddress,
  SMALL,
  startStands,
  withHost,
} from './support/by-hand.ts';

beforeAll(startStands);
afterAll(closeStands);

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
