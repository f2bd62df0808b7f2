// The other labs for everyone: the checks of `shared/research/embed.md` §3 that axe cannot make, each with its number. One page per lab
// and kind of check: opening one takes longer than asking it. The attention lab has `access.test.ts` and `access-looks.test.ts`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import {
  chooseLanguage,
  colorCount,
  domFaults,
  layoutFaults,
  pixelsOf,
  spaceWords,
  systemColors,
} from './support/access.ts';
import { DESKTOP, PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** A lab small enough to be quick, and the choices whose panels differ. */
const LABS = {
  mixers: { parameters: { backend: 'cpu', n: 32, width: 16, heads: 1 }, panels: [] },
  speedups: {
    parameters: { backend: 'cpu', n: 64, width: 32, text: 'A short text about a lighthouse.' },
    panels: ['heads', 'window', 'parameters', 'together'],
  },
  pretraining: { parameters: {}, panels: ['masking', 'order', 'pairs'] },
  'zero-shot': {
    parameters: {
      backend: 'cpu',
      texts: 'A goal in the last minute. | sport\nRain is on its way.',
      labels: 'sport\nweather',
    },
    panels: [],
  },
} as const;
const LAB_NAMES = Object.keys(LABS) as (keyof typeof LABS)[];

const isStill = (page: Page) => page.locator('.lab[data-activity="idle"]').waitFor({ timeout: 45_000 });
/** Charts follow the width a frame or two later. */
const isDrawn = (page: Page) => page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(next, 30))))); // prettier-ignore

/** Every panel of a lab in turn, with its tables open. */
async function throughPanels(page: Page, lab: keyof typeof LABS, use: (panel: string) => Promise<void>): Promise<void> {
  const panels: readonly string[] = LABS[lab].panels;
  for (const panel of panels.length > 0 ? panels : [lab]) {
    if (panels.length > 0) await page.locator(`.lab input[type="radio"][value="${panel}"]`).check();
    await page.locator('.lab').waitFor();
    await page.locator('main details').evaluateAll((all) => all.forEach((one) => ((one as HTMLDetailsElement).open = true))); // prettier-ignore
    await isDrawn(page);
    await use(panel);
  }
}

describe.each(LAB_NAMES)('the lab %s', (lab) => {
  const { parameters } = LABS[lab];
  const visit = { parameters: { lab, ...parameters } };

  // Checks 2, 19, 21, 23, 24, 26, 29.
  it('has sound parts, stands still, has room at any zoom and spacing, keeps forced colours and prints', async () => {
    await withPage(browser, { ...visit, theme: 'dark', reducedMotion: true }, async ({ page, problems }) => {
      await isStill(page);
      const found: string[] = [];
      const ask = async (state: string) => found.push(...(await layoutFaults(page)).map((one) => `${state}: ${one}`));
      await throughPanels(page, lab, async (panel) => {
        found.push(...(await domFaults(page)).map((one) => `${panel}: ${one}`));
        for (const viewport of [DESKTOP, { width: 720, height: 450 }, { width: 320, height: 256 }]) {
          await page.setViewportSize(viewport);
          await isDrawn(page);
          await ask(`${panel}, ${viewport.width} px`);
        }
        expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      });
      await chooseLanguage(page, 'zh-Hans');
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
      await throughPanels(page, lab, (panel) => ask(`${panel}, Chinese, 320 px`).then(() => undefined));
      await chooseLanguage(page, 'en');
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      expect(await page.evaluate(() => document.documentElement.scrollWidth), '200 % type').toBeLessThanOrEqual(320);
      await page.evaluate(() => (document.documentElement.style.fontSize = ''));
      await page.setViewportSize(PHONE);
      const unspace = await spaceWords(page);
      await throughPanels(page, lab, (panel) => ask(`${panel}, spaced`).then(() => undefined));
      await unspace();
      expect(found).toEqual([]);

      await page.setViewportSize(DESKTOP);
      await page.emulateMedia({ forcedColors: 'active' });
      for (const [place, [used, system]] of Object.entries(await systemColors(page, { button: '.lab button:enabled', ground: 'html', text: '.lab p' }))) expect(used, place).toBe(system); // prettier-ignore
      // Lines and bars of their own colours, not the system's two.
      const counts: number[] = [];
      for (const picture of await page.locator('.lab .middle svg[role="img"], .lab .middle svg:has(rect)').all()) {
        const box = await picture.boundingBox();
        if (!box || counts.length === 6) continue;
        await picture.scrollIntoViewIfNeeded();
        counts.push(colorCount(await pixelsOf(page, (await picture.boundingBox())!)));
      }
      expect(Math.max(...counts)).toBeGreaterThan(4);
      await page.emulateMedia({ forcedColors: 'none', media: 'print' });
      await isDrawn(page);
      expect(await page.locator('.lab .middle svg').first().isVisible()).toBe(true);
      for (const control of await page.locator('.lab input[type="range"], .lab textarea, header select').all())
        expect(await control.isVisible(), await control.evaluate((one) => one.outerHTML.slice(0, 80))).toBe(false);
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(255, 255, 255)'); // prettier-ignore
      expect(await layoutFaults(page)).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  // Check 30; `long` holds what `pseudo` lengthens.
  it.each(['long', 'rtl'])('has room for %s strings', async (kind) => {
    await withPage(browser, { parameters: { ...visit.parameters, 'x-strings': kind } }, async ({ page, problems }) => {
      await isStill(page);
      const found: string[] = [];
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
        [320, 640],
      ] as const) {
        // prettier-ignore
        await page.setViewportSize({ width, height });
        await throughPanels(page, lab, async (panel) => {
          found.push(...(await layoutFaults(page)).map((one) => `${panel}, ${width} px: ${one}`));
        });
      }
      expect(found).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  // Checks 6, 7, 9 and 11.
  it('moves every slider by keys, says its value in words, has no letter for a shortcut, and words and a table for its pictures', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await isStill(page);
      let sliders = 0;
      await throughPanels(page, lab, async (panel) => {
        for (const range of await page.locator('.lab input[type="range"]:enabled').all()) {
          const name = await range.evaluate((one) => (one as HTMLInputElement).labels?.[0]?.textContent ?? '');
          const facts = () =>
            range.evaluate((one) => {
              const { value, min, max } = one as HTMLInputElement;
              return { value: Number(value), min: Number(min), max: Number(max), words: one.getAttribute('aria-valuetext') }; // prettier-ignore
            });
          const place = `${panel}, ${name}`;
          const before = await facts();
          // One step and back: a slider moves others' ends and may take controls away at its own.
          const [there, back] = before.value < before.max ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
          await range.press(there);
          const after = await facts();
          expect(Math.abs(after.value - before.value), place).toBeGreaterThan(0);
          expect(after.words, place).toMatch(/\D/);
          expect(after.words, place).not.toBe(before.words);
          await range.press(back);
          expect((await facts()).value, place).toBe(before.value);
          sliders++;
        }
      });
      expect(sliders).toBeGreaterThan(0);
      const last = page.locator('.lab input[type="range"]:enabled').last();
      await last.press('End');
      expect(await last.evaluate((one) => (one as HTMLInputElement).value === (one as HTMLInputElement).max)).toBe(
        true,
      );
      await last.press('Home');
      expect(await last.evaluate((one) => (one as HTMLInputElement).value === (one as HTMLInputElement).min)).toBe(
        true,
      );

      const settings = () =>
        page.evaluate(() => [...document.querySelectorAll('[aria-pressed], input, details')].map((one) => one.outerHTML.split('>')[0]).join()); // prettier-ignore
      await isStill(page);
      await page.waitForTimeout(400);
      const before = await settings();
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      for (const letter of 'abcdefghijklmnopqrstuvwxyz?/') await page.keyboard.press(letter);
      expect(await settings()).toBe(before);

      await throughPanels(page, lab, async (panel) => {
        const pictures = await page
          .locator('.lab [role="img"]')
          .evaluateAll((all) =>
            all.map((one) => [
              one.getAttribute('aria-label') ?? '',
              one.closest('section, article, figure')?.className,
            ]),
          );
        expect(await page.locator('.lab .summary, .lab p').first().innerText(), panel).toMatch(/\w/);
        for (const [words, where] of pictures)
          expect(words!.length, `${panel}, ${where}: ${words}`).toBeGreaterThan(12);
        expect(await page.locator('.lab table').count(), panel).toBeGreaterThan(0);
      });
      expect(problems).toEqual([]);
    });
  });
});

describe('on a phone', () => {
  // One column there: what is shown stands above its controls, which come first in the document.
  it.each(LAB_NAMES)('Tab comes first to what stands first in the lab %s', async (lab) => {
    const parameters = { lab, ...LABS[lab].parameters };
    await withPage(browser, { parameters, viewport: PHONE }, async ({ page }) => {
      await isStill(page);
      await page.locator('.page > header').locator('button, select').last().focus();
      await page.keyboard.press('Tab');
      const [reached, highest] = await page.evaluate(() => {
        const operable = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';
        const topOf = (one: Element) => one.getBoundingClientRect().top + scrollY;
        const all = [...document.querySelectorAll(`main :is(${operable})`)].filter((one) => one.checkVisibility());
        return [topOf(document.activeElement!), Math.min(...all.map(topOf))];
      });
      // Of the same row.
      expect(reached! - highest!).toBeLessThan(40);
    });
  });

  it.each(['attention', ...LAB_NAMES])('Tab reaches every control of the lab %s', async (lab) => {
    const small = { source: 'synthetic', n: 16, backend: 'cpu' };
    const parameters = { lab, ...(lab === 'attention' ? small : LABS[lab as keyof typeof LABS].parameters) };
    await withPage(browser, { parameters, viewport: PHONE }, async ({ page }) => {
      await isStill(page);
      // Of a group of radio buttons one is enough. A control that is switched on behind the walk is not asked for.
      await page.evaluate(() => {
        const operable = 'button, input:not([type="radio"]), select, textarea, summary, a[href], [tabindex="0"]';
        for (const one of document.querySelectorAll(`main :is(${operable}):not(:disabled, [tabindex="-1"])`))
          if (one.checkVisibility({ visibilityProperty: true })) one.setAttribute('data-awaited', '');
      });
      for (let step = 0; step < 100; step++) {
        await page.keyboard.press('Tab');
        const isOver = await page.evaluate(() => {
          document.activeElement?.removeAttribute('data-awaited');
          return document.activeElement === document.body;
        });
        if (isOver) break;
      }
      const missed = await page.evaluate(() =>
        [...document.querySelectorAll('[data-awaited]:not(:disabled, [tabindex="-1"])')]
          .filter((one) => one.checkVisibility({ visibilityProperty: true }))
          .map((one) => `${one.tagName} ${one.textContent?.trim().slice(0, 30)}`),
      );
      expect(missed).toEqual([]);
    });
  });
});
