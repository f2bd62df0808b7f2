// The page for everyone: the checks of `shared/research/embed.md` §3 that concern the page itself, each with its number: colours, room,
// paper, and words that try the layout.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright';
import { chooseLanguage, chooseView, colorCount, extremes, grid, layoutFaults, pixelsOf } from './support/access.ts';
import { isIdle, small } from './support/controls.ts';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('looks', () => {
  // Check 13: two tones, so that one of them stands out on any colour of any map.
  it('show the focused cell on the darkest, middle and brightest colour of every map', async () => {
    await withPage(browser, { parameters: small }, async ({ page }) => {
      await isIdle(page);
      for (const map of ['viridis', 'cividis', 'magma', 'greys']) {
        await page.getByRole('combobox', { name: 'Colour map' }).selectOption(map);
        await page.waitForTimeout(100);
        const cells = await page
          .locator('.plot canvas')
          .first()
          .evaluate((element) => {
            const canvas = element as HTMLCanvasElement;
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            const light = Array.from(
              { length: data.length / 4 },
              (_, n) => data[4 * n]! + data[4 * n + 1]! + data[4 * n + 2]!,
            );
            const order = [...light.keys()].sort((a, b) => light[a]! - light[b]!);
            return [order[0]!, order[order.length >> 1]!, order.at(-1)!].map((at) => [
              Math.floor(at / canvas.width),
              at % canvas.width,
            ]);
          });
        for (const [query, key] of cells) {
          await grid(page).locator('[tabindex="0"]').focus();
          await page.keyboard.press('Control+Home');
          for (let n = 0; n < query!; n++) await page.keyboard.press('ArrowDown');
          for (let n = 0; n < key!; n++) await page.keyboard.press('ArrowRight');
          const box = (await page.locator(':focus').boundingBox())!;
          const { white, black } = extremes(await pixelsOf(page, { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 })); // prettier-ignore
          const place = `${map}, query ${query}, key ${key}: ${white} white, ${black} black`;
          expect(white, place).toBeGreaterThan(60);
          expect(black, place).toBeGreaterThan(60);
        }
      }
    });
  });

  // Check 19.
  it('keep the map’s colours and use the system’s for controls when colours are forced', async () => {
    await withPage(browser, { parameters: small, forcedColors: true, theme: 'dark' }, async ({ page }) => {
      await isIdle(page);
      const plot = (await page.locator('.plot').first().boundingBox())!;
      expect(colorCount(await pixelsOf(page, plot))).toBeGreaterThan(12);
      const ramp = (await page.locator('.ramp').first().boundingBox())!;
      expect(colorCount(await pixelsOf(page, ramp))).toBeGreaterThan(12);
      const colors = await page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('span'));
        const system = (name: string) => {
          probe.style.color = name;
          return getComputedStyle(probe).color;
        };
        const of = (selector: string, property: 'color' | 'backgroundColor') =>
          getComputedStyle(document.querySelector(selector)!)[property];
        const result = {
          button: [of('.zoom button', 'color'), system('ButtonText')],
          ground: [of('html', 'backgroundColor'), system('Canvas')],
          text: [of('.summary', 'color'), system('CanvasText')],
          chosen: [of('.bar .chosen', 'backgroundColor'), system('Highlight')],
        };
        probe.remove();
        return result;
      });
      for (const [place, [used, system]] of Object.entries(colors)) expect(used, place).toBe(system);
    });
  });

  // Checks 21 and 22.
  it('stand still under reduced motion', async () => {
    await withPage(browser, { parameters: { ...small, motion: 'reduce' } }, async ({ page }) => {
      await isIdle(page);
      await page.getByRole('button', { name: '± 16' }).click();
      await page.getByRole('button', { name: /^Head 2/ }).click();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      await isIdle(page);
      await page.waitForTimeout(300);
      const plot = (await page.locator('.plot').first().boundingBox())!;
      const first = await pixelsOf(page, plot);
      await page.waitForTimeout(500);
      expect(Buffer.compare(first.data, (await pixelsOf(page, plot)).data) === 0).toBe(true);
    });
    await withPage(browser, { parameters: small, reducedMotion: true, waitUntilReady: false }, async ({ page }) => {
      await page.locator('.lab').waitFor();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    });
  });

  // Check 29.
  it('print picture, legend, words and table, and no controls', async () => {
    await withPage(browser, { parameters: small, theme: 'dark' }, async ({ page }) => {
      await isIdle(page);
      await page.emulateMedia({ media: 'print' });
      await page.locator('.weights table').waitFor();
      for (const shown of ['.plot canvas', '.legend', '.summary', '.weights table'])
        expect(await page.locator(shown).first().isVisible(), shown).toBe(true);
      for (const hidden of ['input[type="range"]', '.zoom', 'header select', '.views'])
        expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
      const width = await page.locator('.pictures').evaluate((one) => one.getBoundingClientRect().width);
      expect(width).toBeGreaterThan(1000);
      const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      expect(ground).toBe('rgb(255, 255, 255)');
      expect(await layoutFaults(page)).toEqual([]);
    });
  });
});

describe('room', () => {
  // Check 23: 1280 × 1024 at 400 % is 320 × 256.
  it.each([
    ['320 × 256', { width: 320, height: 256 }],
    ['200 % of 1440 × 900', { width: 720, height: 450 }],
  ])('is enough at %s, in every view and language', async (_, viewport) => {
    await withPage(browser, { parameters: { ...small, query: 5 }, viewport }, async ({ page }) => {
      await isIdle(page);
      for (const language of ['en', 'zh-Hans']) {
        await chooseLanguage(page, language);
        for (const view of ['heatmap', 'arcs', 'steps', 'table']) {
          await chooseView(page, view);
          expect(await layoutFaults(page), `${language} ${view}`).toEqual([]);
        }
      }
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    });
  });

  // Check 24 (WCAG 1.4.12).
  it('is enough for wider text spacing', async () => {
    await withPage(browser, { parameters: { ...small, query: 5 }, viewport: PHONE }, async ({ page }) => {
      await isIdle(page);
      await page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(
          '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
        );
        document.adoptedStyleSheets = [sheet];
      });
      for (const view of ['heatmap', 'table']) {
        await chooseView(page, view);
        expect(await layoutFaults(page), view).toEqual([]);
      }
    });
  });

  // Check 30.
  it.each(['pseudo', 'long', 'rtl'])('is enough for %s strings', { timeout: 90_000 }, async (kind) => {
    await withPage(browser, { parameters: { ...small, query: 5, 'x-strings': kind } }, async ({ page, problems }) => {
      await isIdle(page);
      const found: string[] = [];
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
        [320, 640],
      ] as const) {
        // prettier-ignore
        await page.setViewportSize({ width, height });
        // Charts follow the width a frame later.
        await page.waitForTimeout(150);
        for (const view of ['heatmap', 'table'])
          await chooseView(page, view).then(async () =>
            found.push(...(await layoutFaults(page)).map((one) => `${width} ${view}: ${one}`)),
          );
      }
      expect(found).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});

describe('hostile words', () => {
  it('stay words: in every message, in a text, in tokens and in notices', async () => {
    const hostile = '<img src=x: onerror="globalThis.hostileRan=1"><script>globalThis.hostileRan=1</script> "\'{{1}}';
    const parameters = { text: hostile, 'x-strings': 'xss', cmap: hostile, query: 1, left: 2, right: 2 };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      await expect.poll(() => page.getByText(/tokens, encoded live/).count(), { timeout: 40_000 }).toBe(1);
      await isIdle(page);
      for (const view of ['heatmap', 'arcs', 'table', 'steps']) await chooseView(page, view);
      expect(await page.evaluate(() => (globalThis as { hostileRan?: number }).hostileRan)).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('body script:not([type="module"])').count()).toBe(0);
      expect(await page.getByText('<img src="x:" onerror=').count()).toBeGreaterThan(20);
      expect(problems).toEqual([]);
    });
  });
});
