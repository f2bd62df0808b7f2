// The page for everyone: the checks of `shared/research/embed.md` §3 that concern the page itself, each with its number: colours, room,
// paper, and words that try the layout.
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright';
import {
  chooseLanguage,
  chooseTheme,
  chooseView,
  colorCount,
  contrastOf,
  extremes,
  flashesOf,
  grid,
  layoutFaults,
  luminanceOf,
  partLuminances,
  pixelsOf,
  spaceWords,
  systemColors,
} from './support/access.ts';
import { dragTo, isIdle, small } from './support/controls.ts';
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

  // Check 16: lightness alone tells weights apart, and the legend says numbers.
  it('tell weights apart without any colour, and name numbers in the legend', async () => {
    await withPage(browser, { parameters: { ...small, left: 24, right: 24 } }, async ({ page }) => {
      await isIdle(page);
      for (const map of ['viridis', 'cividis', 'magma', 'greys']) {
        await page.getByRole('combobox', { name: 'Colour map' }).selectOption(map);
        await page.waitForTimeout(100);
        const ramp = await pixelsOf(page, (await page.locator('.ramp').first().boundingBox())!);
        const steps = partLuminances(ramp, 12).slice(12 * 6 + 1, 12 * 7 - 1);
        // Every step along the ramp is lighter than the one before, or every one darker.
        const direction = Math.sign(steps.at(-1)! - steps[0]!);
        for (let n = 1; n < steps.length; n++)
          expect(direction * (steps[n]! - steps[n - 1]!), `${map}, step ${n}`).toBeGreaterThan(0);
      }
      const stops = await page.locator('.legend').first().innerText();
      expect(stops.match(/\d[\d.,]*/g)!.length).toBeGreaterThanOrEqual(3);
    });
  });

  // Check 18: both ends of a map may vanish on the ground; the frame around picture and legend does not.
  it.each(['light', 'dark', 'contrast'])('frame picture and legend at 3 : 1 on the %s ground', async (theme) => {
    await withPage(browser, { parameters: small }, async ({ page }) => {
      await isIdle(page);
      await chooseTheme(page, theme);
      await page.waitForTimeout(100);
      for (const part of ['.plot', '.ramp']) {
        const box = (await page.locator(part).first().boundingBox())!;
        const strip = { x: box.x - 6, y: Math.round(box.y + box.height / 2) - 1, width: 10, height: 2 };
        const { data, width } = await pixelsOf(page, strip);
        const ground = luminanceOf(data[0]!, data[1]!, data[2]!);
        const contrasts = Array.from({ length: width }, (_, x) =>
          contrastOf(ground, luminanceOf(data[4 * x]!, data[4 * x + 1]!, data[4 * x + 2]!)),
        );
        expect(Math.max(...contrasts), `${part}: ${contrasts.map((one) => one.toFixed(1)).join(' ')}`).toBeGreaterThan(
          3,
        );
      }
    });
  });

  // Check 22 (WCAG 2.3.1): what moves by itself, and what a dragged slider redraws.
  it('flash at most three times in a second while heads, masks and sliders change', async () => {
    await withPage(browser, { parameters: small, viewport: { width: 720, height: 450 } }, async ({ page }) => {
      await isIdle(page);
      const session = await page.context().newCDPSession(page);
      const seen: { at: number; data: string }[] = [];
      session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
        seen.push({ at: metadata.timestamp!, data });
        void session.send('Page.screencastFrameAck', { sessionId });
      });
      await session.send('Page.startScreencast', { format: 'png', maxWidth: 720, maxHeight: 450 });
      await page.locator('.plot').first().scrollIntoViewIfNeeded();
      await dragTo(
        page,
        'Window left',
        Array.from({ length: 40 }, (_, step) => (step % 23) + 1),
      );
      for (const name of [/^Head 2/, /^Head 1/]) await page.getByRole('button', { name }).click();
      await isIdle(page);
      await page.waitForTimeout(300);
      await session.send('Page.stopScreencast');
      const frames = seen.map(({ at, data }) => ({ at, parts: partLuminances(PNG.sync.read(Buffer.from(data, 'base64')), 6) })); // prettier-ignore
      expect(flashesOf([0, 0.5, 0.1, 0.5, 0])).toBe(2);
      expect(frames.length).toBeGreaterThan(5);
      for (let part = 0; part < 36; part++)
        for (const { at: start } of frames) {
          const second = frames.filter(({ at }) => at >= start && at < start + 1);
          expect(flashesOf(second.map(({ parts }) => parts[part]!)), `part ${part}`).toBeLessThanOrEqual(3);
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
      const colors = await systemColors(page, { button: '.zoom button', ground: 'html', text: '.summary', chosen: '.bar .chosen' }); // prettier-ignore
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
      await spaceWords(page);
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
