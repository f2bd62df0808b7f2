// `<attention-lab>` as built, on pages of another origin: attributes, properties, methods, events, fallback, languages, coming and going.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AttentionLabElement } from '../../src/embed/element/attention-lab-element.ts';
import { startHosts, type HostPage, type Hosts } from './support/hosts.ts';
import { startBrowser } from './support/page.ts';

declare global {
  var element: AttentionLabElement;
  var events: { type: string; target: string; detail: Record<string, unknown> }[];
}

const LIB = fileURLToPath(new URL('../../dist/lib', import.meta.url));
let browser: Browser;
let hosts: Hosts;
let script: string;
beforeAll(async () => {
  [browser, hosts] = await Promise.all([startBrowser(), startHosts()]);
  script = new URL('lib/attention-lab-element.js', inject('siteUrl')).href;
});
afterAll(async () => {
  await browser.close();
  await hosts.close();
});

const SMALL = 'source="synthetic" n="48" left="4" right="4" backend="cpu"';
const FALLBACK = '<p>A picture of attention</p>';
const LISTEN = `
  globalThis.events = [];
  for (const type of ['ready', 'rendered', 'state', 'selection', 'resize', 'warning', 'error', 'backend'])
    document.addEventListener('attentionlab-' + type, (event) =>
      events.push({ type, target: event.target.id, detail: event.detail }));
  addEventListener('DOMContentLoaded', () => { globalThis.element = document.querySelector('attention-lab'); });
`;
let places = 0;

async function withElement<Answer>(
  host: Partial<HostPage>,
  act: (page: Page, problems: string[]) => Promise<Answer>,
): Promise<Answer> {
  const head = `<script>${LISTEN}</script><script type="module" src="${script}"></script>${host.head ?? ''}`;
  const body = host.body ?? `<attention-lab id="one" ${SMALL}>${FALLBACK}</attention-lab>`;
  const address = hosts.add(`/element-${++places}`, { ...host, head, body });
  const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(address);
    return await act(page, problems);
  } finally {
    await context.close();
  }
}

const heard = (page: Page, type: string, target = 'one') =>
  page.waitForFunction(
    ([type, target]) => events.find((event) => event.type === type && event.target === target)?.detail,
    [type, target],
    { timeout: 20_000 },
  );
/** A frame works once it is in view, and the one above it may still grow and push it out again. */
const bringIntoView = (page: Page, id: string) =>
  expect
    .poll(
      async () => {
        await page.locator(`#${id}`).scrollIntoViewIfNeeded();
        return page.evaluate((id) => events.some(({ type, target }) => type === 'rendered' && target === id), id);
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe(true);
const slider = (page: Page, name: string, id = 'one') =>
  page.frameLocator(`#${id} iframe`).getByRole('slider', { name, exact: true });

describe('the element’s files', () => {
  it('weigh at most 5 kB gzipped, import nothing, and name no other origin', () => {
    const text = readFileSync(join(LIB, 'attention-lab-element.js'), 'utf8');
    const size = gzipSync(text, { level: 9 }).length;
    console.log(`attention-lab-element.js: ${size} bytes gzipped`);
    expect(size).toBeLessThanOrEqual(5000);
    for (const name of ['attention-lab-element.js', 'attention-lab.anywidget.js', 'attention-lab.anywidget.mjs']) {
      const module = readFileSync(join(LIB, name), 'utf8');
      expect(module).not.toMatch(/\bimport\s*[("'{*\w]|\bfrom\s*["']/);
      expect(module.match(/https?:\/\/[\w.]+/g) ?? []).toEqual(
        (module.match(/https?:\/\/[\w.]+/g) ?? []).filter((address) => address === 'https://HOST'),
      );
    }
  });

  it('bring types that stand alone', () => {
    for (const name of ['attention-lab-element', 'attention-lab.anywidget']) {
      const types = readFileSync(join(LIB, `${name}.d.ts`), 'utf8');
      expect([...types.matchAll(/from '([^']+)'/g)].map((match) => match[1])).toEqual(
        name.includes('anywidget') ? ['@anywidget/types'] : [],
      );
      expect(types).toMatch(/select\(query\?: number, key\?: number\)|WidgetProps/);
    }
  });

  it('can be imported where there is no page, as when one is rendered on a server', () => {
    const code = `import(${JSON.stringify(join(LIB, 'attention-lab-element.js'))}).then((module) => console.log(Object.keys(module).join()))`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).trim()).toBe(
      'AttentionLabElement',
    );
  });
});

describe('<attention-lab>', () => {
  it('opens the frame its attributes say, in the page’s language and colours, and tells what happens', () =>
    withElement({ lang: 'zh-CN', head: '<meta name="color-scheme" content="dark">' }, async (page, problems) => {
      expect(await (await heard(page, 'ready')).jsonValue()).toMatchObject({ version: 1, state: { v: 1 } });
      const { src, title } = await page.evaluate(() => ({ src: element.frame!.src, title: element.frame!.title }));
      expect(title).toBe('注意力实验室');
      expect(Object.fromEntries(new URL(src).searchParams)).toEqual({
        source: 'synthetic',
        n: '48',
        left: '4',
        right: '4',
        backend: 'cpu',
        lang: 'zh-CN',
        theme: 'dark',
      });
      expect(src.startsWith(`${inject('siteUrl')}embed/?`)).toBe(true);
      await page.frameLocator('#one iframe').locator('html[lang=zh-Hans][data-theme=dark]').waitFor();
      await heard(page, 'rendered');
      await heard(page, 'resize');
      await page.waitForFunction(() => element.backend);
      expect(await page.evaluate(() => element.backend)).toEqual({ kind: 'cpu', reason: 'forced' });
      // The host changes its mind about its colours.
      await page.evaluate(() => void (document.documentElement.style.colorScheme = 'light'));
      await page.frameLocator('#one iframe').locator('html[data-theme=light]').waitFor();
      await page.evaluate(() => void (document.documentElement.lang = 'en'));
      await page.frameLocator('#one iframe').locator('html[lang=en]').waitFor();
      expect(await page.evaluate(() => element.frame!.title)).toBe('Attention Lab');
      expect(problems).toEqual([]);
    }));

  it('keeps attributes and properties the same and passes changes on', () =>
    withElement({}, async (page) => {
      await heard(page, 'ready');
      const read = await page.evaluate(() => [
        element.n,
        element.left,
        element.causal,
        element.source,
        element.heads,
        element.frameTitle,
      ]);
      expect(read).toEqual([48, 4, undefined, 'synthetic', undefined, undefined]);
      await page.evaluate(() => {
        element.left = 9;
        element.causal = true;
        element.right = Infinity;
        element.frameTitle = 'My lab';
      });
      expect(await page.evaluate(() => element.outerHTML)).toMatch(/left="9".*right="inf"|right="inf".*left="9"/);
      expect(await page.evaluate(() => [element.right, element.causal, element.frame!.title])).toEqual([
        Infinity,
        true,
        'My lab',
      ]);
      await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('9');
      await page.evaluate(() => {
        element.left = undefined;
        element.setAttribute('causal', '0');
      });
      await expect.poll(() => page.frameLocator('#one iframe').getByLabel('Causal').isChecked()).toBe(false);
      await expect.poll(() => page.evaluate(() => element.getState().then(({ p }) => p['left']))).toBeUndefined();
      // An attribute set again undoes what the reader did since.
      await page.evaluate(() => element.setAttribute('heads', '2'));
      await expect.poll(() => slider(page, 'Heads').inputValue()).toBe('2');
      await slider(page, 'Heads').press('ArrowRight');
      await expect.poll(() => page.evaluate(() => element.state!.p['heads'])).toBe(3);
      await page.evaluate(() => element.setAttribute('heads', '2'));
      await expect.poll(() => slider(page, 'Heads').inputValue()).toBe('2');
    }));

  it('understands true and false however they are written, and never takes false for true', () => {
    const written = ['', 'true', '1', 'false', '0'];
    const body = written.map(
      (value, at) => `<attention-lab id="a${at}" ${SMALL} loading="eager" causal="${value}"></attention-lab>`,
    );
    return withElement({ body: body.join('') }, async (page) => {
      for (const at of written.keys()) await heard(page, 'ready', `a${at}`);
      const states = await page.evaluate(() =>
        [...document.querySelectorAll('attention-lab')].map((one) => one.state!.p['causal']),
      );
      expect(states).toEqual([true, true, true, undefined, undefined]);
      expect(await page.evaluate(() => events.filter(({ type }) => type === 'warning'))).toEqual([]);
    });
  });

  it('warns of what it does not understand, and the frame of the rest', () =>
    withElement(
      {
        body: `<attention-lab id="one" ${SMALL} causal="yes" heads="many" view="cube" query="60" key="3"></attention-lab>`,
      },
      async (page) => {
        await heard(page, 'ready');
        await page.waitForFunction(() => events.filter(({ type }) => type === 'warning').length >= 4);
        const warnings = await page.evaluate(() =>
          events.filter(({ type }) => type === 'warning').map(({ detail }) => detail),
        );
        expect(warnings).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ param: 'causal', received: 'yes', allowed: '0, 1, true, false' }),
            expect.objectContaining({ param: 'heads', received: 'many', allowed: '1…64' }),
            expect.objectContaining({ param: 'view', received: 'cube', allowed: expect.stringContaining('heatmap') }),
            expect.objectContaining({ param: 'query', received: '60', allowed: '0…47' }),
          ]),
        );
      },
    ));

  it('has promised methods that wait for the frame, and reject with a code', () =>
    withElement({}, async (page) => {
      // Asked before the frame has answered.
      const answers = await page.evaluate(async () => {
        await customElements.whenDefined('attention-lab');
        const early = element.setParams({ heads: 2 });
        const applied = await early;
        const cell = await element.select(10, 9);
        const state = await element.getState();
        const words = await element.describe();
        const file = await element.export('csv');
        const codes = await Promise.all(
          [element.export('gif'), element.select(999, 0), element.setParams([] as never)].map((promise) =>
            promise.then(
              () => 'nothing',
              (error: { code: string }) => error.code,
            ),
          ),
        );
        await element.reset();
        const reset = (await element.getState()).p;
        await element.setState(state);
        const back = (await element.getState()).p;
        return { applied, cell, words, file: [file.filename, file.mime, file.blob.size > 100], codes, reset, back };
      });
      expect(answers).toMatchObject({
        applied: { applied: ['heads'], warnings: [] },
        cell: { query: 10, key: 9, head: 0, weight: expect.any(Number) },
        words: { lang: 'en', text: expect.any(String) },
        file: [expect.stringMatching(/\.csv$/), expect.stringContaining('csv'), true],
        codes: ['invalid-params', 'invalid-params', 'invalid-params'],
        back: { heads: 2, query: 10, key: 9 },
      });
      expect(answers.reset).not.toHaveProperty('heads');
      await heard(page, 'selection');
      const bubbling = await page.evaluate(() => events.every(({ target }) => target === 'one'));
      expect(bubbling).toBe(true);
    }));

  it('without a word about the view opens as the page itself does', () =>
    withElement({ body: '<attention-lab id="one" theme="dark"></attention-lab>' }, async (page) => {
      await heard(page, 'ready');
      expect(await page.evaluate(() => element.frame!.src)).toContain('preset=intro');
      expect((await page.evaluate(() => element.getState())).p).toMatchObject({ preset: 'intro' });
      await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('16');
    }));

  it('takes the height of its content, or the one it is given', () =>
    withElement(
      {
        body: `<attention-lab id="one" ${SMALL}></attention-lab>
          <attention-lab id="two" ${SMALL} height="320" loading="eager"></attention-lab>`,
      },
      async (page) => {
        await heard(page, 'resize');
        await bringIntoView(page, 'two');
        const content = page.frameLocator('#one iframe').locator('#app');
        await expect
          .poll(async () => {
            const inner = await content.evaluate((app) => app.getBoundingClientRect().height);
            const outer = await page.locator('#one').evaluate((one) => one.getBoundingClientRect().height);
            return Math.abs(inner - outer);
          })
          .toBeLessThanOrEqual(2);
        expect(await page.locator('#two').evaluate((two) => two.getBoundingClientRect().height)).toBe(320);
        expect(
          await page.evaluate(() => events.filter(({ type, target }) => type === 'resize' && target === 'two')),
        ).toEqual([]);
      },
    ));
});

describe('its fallback', () => {
  it('is shown until there is a picture, and on paper', () =>
    withElement({}, async (page) => {
      const words = page.getByText('A picture of attention');
      await heard(page, 'rendered');
      expect(await words.isVisible()).toBe(false);
      expect(await page.locator('#one iframe').isVisible()).toBe(true);
      await page.emulateMedia({ media: 'print' });
      expect([await words.isVisible(), await page.locator('#one iframe').isVisible()]).toEqual([true, false]);
    }));

  it('stays where the host forbids the frame, and the reason is told', () =>
    withElement(
      { headers: { 'Content-Security-Policy': `default-src 'self'; script-src 'unsafe-inline' ${inject('siteUrl')}` } },
      async (page) => {
        expect(await (await heard(page, 'error')).jsonValue()).toMatchObject({ code: 'denied' });
        expect(await page.getByText('A picture of attention').isVisible()).toBe(true);
        expect(await page.locator('#one iframe').isVisible()).toBe(false);
        const code = await page.evaluate(() => element.ready.catch((error: { code: string }) => error.code));
        expect(code).toBe('denied');
      },
    ));

  it('stays without an address that could be one', () =>
    withElement(
      { body: `<attention-lab id="one" src="javascript:document.title='owned'">${FALLBACK}</attention-lab>` },
      async (page) => {
        expect(await (await heard(page, 'error')).jsonValue()).toMatchObject({ code: 'invalid-params' });
        expect(await page.getByText('A picture of attention').isVisible()).toBe(true);
        expect(await page.title()).toBe('Host');
      },
    ));

  it('gives way to a frame that is told to keep quiet', () =>
    withElement({ body: `<attention-lab id="one" ${SMALL} api="off">${FALLBACK}</attention-lab>` }, async (page) => {
      await expect.poll(() => page.locator('#one iframe').isVisible()).toBe(true);
      await slider(page, 'Window left').press('ArrowRight');
      expect(await page.evaluate(() => element.ready.catch((error: { code: string }) => error.code))).toBe(
        'unsupported',
      );
    }));
});

describe('coming and going', () => {
  it('keeps the reader’s view when the element is moved, and attributes changed meanwhile', () =>
    withElement({ body: `<attention-lab id="one" ${SMALL}></attention-lab><main></main>` }, async (page, problems) => {
      await heard(page, 'ready');
      await slider(page, 'Window left').press('ArrowRight');
      await page.waitForFunction(() => element.state?.p['left'] === 5);
      await page.evaluate(async () => {
        events.length = 0;
        const moved = element;
        moved.remove();
        moved.setAttribute('heads', '2');
        await new Promise((done) => setTimeout(done, 50));
        document.querySelector('main')!.append(moved);
      });
      await heard(page, 'ready');
      await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('5');
      await expect.poll(() => slider(page, 'Heads').inputValue()).toBe('2');
      // The same when the frame is loaded again behind the element's back.
      await page.evaluate(() => void (events.length = 0));
      const frame = page.frames().find((one) => one.url().includes('/embed/'))!;
      await frame.evaluate(() => location.reload());
      await heard(page, 'ready');
      expect((await page.evaluate(() => element.getState())).p).toMatchObject({ left: 5, heads: 2 });
      expect(problems).toEqual([]);
    }));

  it('ends with destroy, and the fallback is there again', () =>
    withElement({}, async (page) => {
      await heard(page, 'rendered');
      await page.evaluate(() => element.destroy());
      expect(await page.getByText('A picture of attention').isVisible()).toBe(true);
      expect(await page.evaluate(() => [element.frame, element.state, element.backend])).toEqual([null, null, null]);
    }));

  it('lets two live on one page in two languages, and is defined once', () =>
    withElement(
      {
        head: `<script type="module" src="${script}?again"></script>`,
        body: `<attention-lab id="one" ${SMALL} lang="en"></attention-lab>
          <section lang="zh-Hans"><attention-lab id="two" ${SMALL} loading="eager"></attention-lab></section>`,
      },
      async (page, problems) => {
        await heard(page, 'rendered');
        await bringIntoView(page, 'two');
        await page.frameLocator('#one iframe').locator('html[lang=en]').waitFor();
        await page.frameLocator('#two iframe').locator('html[lang=zh-Hans]').waitFor();
        await page.evaluate(() => element.setParams({ left: 11 }));
        await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('11');
        const other = await page.evaluate(() => document.querySelector<AttentionLabElement>('#two')!.getState());
        expect(other.p).toMatchObject({ left: 4 });
        expect(problems).toEqual([]);
      },
    ));
});
