// Real hosts: a deck of Reveal.js with the frame on a slide, and a page of Jupyter widgets with the notebook module.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startHosts, type Hosts } from './support/hosts.ts';
import { startBrowser } from './support/page.ts';

const LIB = fileURLToPath(new URL('../../dist/lib', import.meta.url));
let browser: Browser;
let hosts: Hosts;
beforeAll(async () => {
  [browser, hosts] = await Promise.all([startBrowser(), startHosts()]);
});
afterAll(async () => {
  await browser.close();
  await hosts.close();
});

async function withPage<Answer>(
  address: string,
  act: (page: Page, problems: string[]) => Promise<Answer>,
): Promise<Answer> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(address);
    return await act(page, problems);
  } finally {
    await context.close();
  }
}

describe('a Reveal.js deck', () => {
  it('starts the lab on its slide, and its keys go on turning slides after a click into the lab', () => {
    const frame = `${inject('siteUrl')}embed/?source=synthetic&amp;n=48&amp;left=4&amp;right=4&amp;backend=cpu`;
    const address = hosts.add('/deck', {
      head: `<link rel="stylesheet" href="/modules/reveal.js/dist/reveal.css">`,
      body: `<div class="reveal"><div class="slides">
          <section><h2>One</h2></section>
          <section><iframe id="lab" title="Lab" data-src="${frame}" style="width:900px;height:600px"></iframe></section>
          <section><h2>Three</h2></section>
        </div></div>
        <script src="/modules/reveal.js/dist/reveal.js"></script>
        <script>globalThis.ready = Reveal.initialize({ transition: 'none', hash: false, width: 1000, height: 700 });</script>`,
    });
    return withPage(address, async (page, problems) => {
      const slide = () =>
        page.evaluate(() => (globalThis as never as { Reveal: { getIndices(): { h: number } } }).Reveal.getIndices().h);
      await page.evaluate(() => (globalThis as never as { ready: Promise<void> }).ready);
      expect(page.frames().filter((frame) => frame.url().includes('/embed/'))).toEqual([]);
      await page.keyboard.press('ArrowRight');
      const lab = page.frameLocator('#lab');
      await lab.locator('[data-activity="idle"]').waitFor();
      expect(await slide()).toBe(1);

      // A click on what takes no keys: they are the deck's.
      await lab.locator('.backend').click();
      await page.keyboard.press('ArrowRight');
      await expect.poll(slide).toBe(2);
      // The slide with the frame is gone; the deck has its keys back.
      await page.keyboard.press('ArrowLeft');
      await expect.poll(slide).toBe(1);

      // A slider keeps its arrows; what a clicker sends turns the slide all the same.
      await lab.locator('[data-activity="idle"]').waitFor();
      const left = lab.getByRole('slider', { name: 'Window left' });
      await left.focus();
      await page.keyboard.press('ArrowRight');
      expect(await left.inputValue()).toBe('5');
      expect(await slide()).toBe(1);
      await page.keyboard.press('PageDown');
      await expect.poll(slide).toBe(2);
      expect(problems).toEqual([]);
    });
  });

  it('is not bothered by keys meant for another page: without a deck around it the lab passes none on', () => {
    const frame = `${inject('siteUrl')}embed/?source=synthetic&amp;n=48&amp;backend=cpu`;
    const address = hosts.add('/no-deck', {
      head: `<script>globalThis.heard = []; addEventListener('message', ({ data }) => heard.push(typeof data));</script>`,
      body: `<iframe id="lab" title="Lab" src="${frame}" style="width:900px;height:600px"></iframe>`,
    });
    return withPage(address, async (page) => {
      const lab = page.frameLocator('#lab');
      await lab.locator('[data-activity="idle"]').waitFor();
      await lab.locator('.backend').click();
      for (const key of ['ArrowRight', 'PageDown', ' ', 'a']) await page.keyboard.press(key);
      expect(await page.evaluate(() => (globalThis as never as { heard: string[] }).heard)).not.toContain('string');
    });
  });
});

/** RequireJS's part: names to modules. The modules are Jupyter's and anywidget's own, as installed. */
const LOADER = `
  globalThis.models = [];
  const found = {}, made = {};
  let unnamed = '';
  globalThis.define = (name, needs, make) => {
    if (typeof name !== 'string') [name, needs, make] = [unnamed, name, needs];
    found[name] = [needs, make];
  };
  define.amd = {};
  const get = (name) => {
    if (name in made) return made[name];
    const [needs, make] = found[name];
    made[name] = make(...needs.map((need) => (need === 'module' ? { id: name, uri: location.href } : get(need))));
    if (name === '@jupyter-widgets/html-manager') {
      const { prototype } = made[name].HTMLManager;
      const { create_view } = prototype;
      prototype.create_view = function (model, ...rest) { models.push(model); return create_view.call(this, model, ...rest); };
    }
    return made[name];
  };
  globalThis.require = globalThis.requirejs = (names, take, fail) => {
    Promise.resolve().then(() => [names].flat().map(get)).then((all) => take(...all), fail);
  };
  globalThis.named = (name) => { unnamed = name; };
`;

interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}
declare global {
  var models: WidgetModel[];
}

function widgetPage(traits: Record<string, unknown>): string {
  const model = {
    model_name: 'AnyModel',
    model_module: 'anywidget',
    model_module_version: '~0.11.*',
    state: {
      _model_module: 'anywidget',
      _model_name: 'AnyModel',
      _model_module_version: '~0.11.*',
      _view_module: 'anywidget',
      _view_name: 'AnyView',
      _view_module_version: '~0.11.*',
      _anywidget_id: 'lab.AttentionLab',
      layout: 'IPY_MODEL_layout',
      ...traits,
    },
  };
  const layout = {
    model_name: 'LayoutModel',
    model_module: '@jupyter-widgets/base',
    model_module_version: '2.0.0',
    state: {},
  };
  const saved = { version_major: 2, version_minor: 0, state: { lab: model, layout } };
  const view = { version_major: 2, version_minor: 0, model_id: 'lab' };
  const json = (value: unknown) => JSON.stringify(value).replaceAll('</', '<\\/');
  return hosts.add(`/notebook-${Object.keys(traits).length}`, {
    body: `<h1>A saved notebook</h1>
      <script type="application/vnd.jupyter.widget-state+json">${json(saved)}</script>
      <script>${LOADER}</script>
      <script>named('anywidget');</script><script src="/modules/anywidget/dist/index.js"></script>
      <script type="application/vnd.jupyter.widget-view+json">${json(view)}</script>
      <script src="/modules/@jupyter-widgets/html-manager/dist/embed-amd.js"></script>`,
  });
}

describe('a page of Jupyter widgets', () => {
  it('shows the lab from its saved state and keeps the model and the frame the same, both ways', () => {
    const address = widgetPage({
      _esm: readFileSync(join(LIB, 'attention-lab.anywidget.js'), 'utf8'),
      src: `${inject('siteUrl')}embed/`,
      source: 'synthetic',
      n: 48,
      heads: 2,
      left: 4,
      right: 'inf',
      causal: true,
      backend: 'cpu',
      state: null,
      selection: null,
    });
    return withPage(address, async (page, problems) => {
      const lab = page.frameLocator('attention-lab iframe');
      await lab.locator('[data-activity="idle"]').waitFor();
      const slider = (name: string) => lab.getByRole('slider', { name, exact: true });
      const trait = (name: string) => page.evaluate((name) => models[0]!.get(name), name);
      expect([await slider('Heads').inputValue(), await slider('Window left').inputValue()]).toEqual(['2', '4']);
      expect(await lab.getByLabel('Causal').isChecked()).toBe(true);
      // From the reader to the kernel …
      await slider('Window left').press('ArrowRight');
      await expect.poll(() => trait('left')).toBe(5);
      expect(await trait('state')).toMatchObject({ v: 1, p: { left: 5, heads: 2 } });
      // … and back, also to a value the widget began with.
      for (const left of [4, 9]) {
        await page.evaluate((left) => models[0]!.set('left', left), left);
        await expect.poll(() => slider('Window left').inputValue()).toBe(String(left));
      }
      await page.evaluate(() => models[0]!.set('selection', { query: 12, key: 10 }));
      await expect.poll(() => trait('selection')).toMatchObject({ query: 12, key: 10, weight: expect.any(Number) });
      const state = await trait('state');
      await page.evaluate(() => models[0]!.set('heads', 4));
      await expect.poll(() => slider('Heads').inputValue()).toBe('4');
      await page.evaluate((state) => models[0]!.set('state', { ...(state as object) }), state);
      await expect.poll(() => slider('Heads').inputValue()).toBe('2');
      await expect.poll(() => trait('heads')).toBe(2);
      expect(problems).toEqual([]);
    });
  });

  it('finds the frame by itself where the module has an address, and asks for it where it has none', async () => {
    const parameters = { source: 'synthetic', n: 48, backend: 'cpu' };
    const byAddress = widgetPage({ _esm: `${inject('siteUrl')}lib/attention-lab.anywidget.mjs`, ...parameters });
    await withPage(byAddress, async (page) => {
      await page.frameLocator('attention-lab iframe').locator('body[data-ready]').waitFor();
    });
    const byText = widgetPage({
      _esm: readFileSync(join(LIB, 'attention-lab.anywidget.js'), 'utf8'),
      ...parameters,
      src: '',
    });
    await withPage(byText, async (page) => {
      await page.getByText('set the trait “src”').waitFor();
      await page.evaluate((src) => models[0]!.set('src', src), `${inject('siteUrl')}embed/`);
      await page.frameLocator('attention-lab iframe').locator('body[data-ready]').waitFor();
    });
  });
});
