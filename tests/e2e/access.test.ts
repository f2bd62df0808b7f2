// The page for everyone: the checks of `shared/research/embed.md` §3 that concern the page itself, each with its number: words, keys, touch.
// What only a person can judge is in the README. Pages are shared between checks: opening one takes longer than asking it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { chooseLanguage, chooseView, domFaults, focusedCell, grid, listen } from './support/access.ts';
import { isIdle, slider, small } from './support/controls.ts';
import { openPage, PHONE, startBrowser, withPage, type OpenPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('the page', () => {
  let open: OpenPage;
  let page: Page;
  beforeAll(async () => {
    open = await openPage(browser, { parameters: { ...small, n: 64 }, reducedMotion: true });
    page = open.page;
    await isIdle(page);
  });
  afterAll(() => open.close());

  // Check 12: focus stays where the reader left it.
  it('takes no focus when it loads', async () => {
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  // Checks 2, 23 (no forbidden zoom), 24 (12 px), 31 (ids).
  it('hides or names every canvas, gives each id once, forbids no zoom and writes nothing smaller than 12 px', async () => {
    for (const view of ['heatmap', 'arcs', 'steps', 'table']) {
      await chooseView(page, view);
      expect(await domFaults(page), view).toEqual([]);
    }
    await chooseView(page, 'heatmap');
  });

  // Check 26.
  it('says its language, and another for the sample’s words', async () => {
    await withPage(browser, { parameters: { lang: 'zh', view: 'table', n: 20 } }, async ({ page: chinese }) => {
      await chinese.locator('.weights table').waitFor();
      expect(await chinese.locator('html').getAttribute('lang')).toBe('zh-Hans');
      expect(await chinese.locator('.weights tbody th span[lang="en"]').count()).toBeGreaterThan(10);
      expect(await chinese.locator('textarea').getAttribute('lang')).toBe('en');
      expect(await chinese.locator('p.text').getAttribute('lang')).toBe('en');
    });
  });

  // Check 3.
  it('has the heatmap as a grid of one tab stop with heads, moved by every key of the pattern, without wrapping', async () => {
    expect(await grid(page).locator('[tabindex="0"]').count()).toBe(1);
    expect(await grid(page).getByRole('columnheader').count()).toBe(65);
    expect(await grid(page).getByRole('rowheader').count()).toBe(64);
    await grid(page).locator('[tabindex="0"]').focus();
    const walk: [string, number, number][] = [
      ['ArrowUp', 1, 1],
      ['ArrowLeft', 1, 1],
      ['ArrowDown', 2, 1],
      ['ArrowRight', 2, 2],
      ['End', 2, 64],
      ['ArrowRight', 2, 64],
      ['PageDown', 8, 64],
      ['Home', 8, 1],
      ['PageUp', 2, 1],
      ['Control+End', 64, 64],
      ['ArrowDown', 64, 64],
      ['Control+Home', 1, 1],
    ];
    for (const [key, row, column] of walk) {
      await page.keyboard.press(key);
      expect(await focusedCell(page), key).toEqual([row, column]);
    }
    // The way in is the way out, in both directions.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]'))).toBeNull();
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('gridcell');
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]'))).toBeNull();
  });

  // Check 5.
  it('names a cell in a sentence, in both languages', async () => {
    await grid(page).locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const focused = page.locator(':focus');
    await expect.poll(() => focused.getAttribute('aria-label')).toMatch(/^query 0, key 1, weight [\d.× ⁻⁰-⁹]+, rank \d+ of 64; windowed weight/u); // prettier-ignore
    // All others too, once the page rests.
    await expect.poll(() => grid(page).getAttribute('aria-busy')).toBe('false');
    const unnamed = await grid(page).evaluate(
      (one) => one.querySelectorAll('[role="gridcell"]:not([aria-label])').length,
    );
    expect(unnamed).toBe(0);
    await chooseLanguage(page, 'zh-Hans');
    await grid(page).locator('[tabindex="0"]').focus();
    await expect.poll(() => focused.getAttribute('aria-label')).toMatch(/^查询 0，键 1，权重 .+，在 64 个中排第 \d+/);
    await chooseLanguage(page, 'en');
  });

  // Check 25.
  it('takes the read-out away on Escape, for the keyboard and for the mouse', async () => {
    const readout = page.locator('.readout');
    await grid(page).locator('[tabindex="0"]').focus();
    await expect.poll(() => readout.textContent()).toMatch(/query 0, key 1/);
    await page.keyboard.press('Escape');
    await expect.poll(() => readout.textContent()).toMatch(/Point at a cell/);
    await page
      .locator('.plot')
      .first()
      .hover({ position: { x: 60, y: 60 } });
    await expect.poll(() => readout.textContent()).toMatch(/^\s*query \d+, key \d+/);
    await page.keyboard.press('Escape');
    await expect.poll(() => readout.textContent()).toMatch(/Point at a cell/);
    await page.mouse.move(5, 5);
  });

  // Check 9.
  it('moves sliders by keys and says their values in words', async () => {
    const left = slider(page, 'Window left');
    await left.focus();
    expect(await left.getAttribute('aria-valuetext')).toBe('4 of 63 keys');
    await page.keyboard.press('ArrowRight');
    expect(await left.inputValue()).toBe('5');
    await page.keyboard.press('PageUp');
    expect(Number(await left.inputValue())).toBeGreaterThan(7);
    await page.keyboard.press('End');
    expect(await left.getAttribute('aria-valuetext')).toBe('63 of 63 keys');
    await page.keyboard.press('Home');
    expect(await left.getAttribute('aria-valuetext')).toBe('0 of 63 keys');
    await page.getByRole('button', { name: 'Unlimited to the left' }).click();
    expect(await left.getAttribute('aria-valuetext')).toBe('unlimited');
    expect(await slider(page, 'Sequence length').getAttribute('aria-valuetext')).toBe('64 of 65,536 positions');
    expect(await slider(page, 'Dilation').getAttribute('aria-valuetext')).toBe('every key');
    await isIdle(page);
  });

  // Check 8.
  it('says nothing while a key is held, then the last, and never two messages within 300 ms', async () => {
    const heard = await listen(page);
    await slider(page, 'Window right').focus();
    for (let n = 0; n < 25; n++) {
      await page.keyboard.down('ArrowRight');
      await page.waitForTimeout(40);
    }
    const during = await heard();
    await page.keyboard.up('ArrowRight');
    // The first press is a press; from the second on the key is held.
    expect(during.length).toBeLessThanOrEqual(1);
    await expect
      .poll(async () => (await heard()).at(-1)?.words, { timeout: 5000 })
      .toMatch(/^Computed for 64 positions/);
    await grid(page).locator('[tabindex="0"]').focus();
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press('Enter');
      await page.waitForTimeout(60);
    }
    await expect.poll(async () => (await heard()).at(-1)?.words).toMatch(/^Unpinned/);
    const times = (await heard()).map(({ ms }) => ms);
    times.slice(1).forEach((ms, n) => expect(ms - times[n]!).toBeGreaterThan(280));
  });

  // Check 7.
  it('sums the picture up in words, anew when it changes', async () => {
    const summary = page.locator('.summary');
    await expect
      .poll(() => summary.textContent())
      .toMatch(/A heatmap: .*Head 1 of 2, 64 positions\..*Strongest link: \d/);
    const before = await summary.textContent();
    expect(await grid(page).getAttribute('aria-describedby')).toBe(await summary.getAttribute('id'));
    await page.getByRole('button', { name: /^Head 2/ }).click();
    await expect.poll(() => summary.textContent()).toMatch(/Head 2 of 2/);
    expect(await summary.textContent()).not.toBe(before);
    expect(await page.getByText(/^Most focused: head \d/).count()).toBe(1);
  });

  // Check 6.
  it('has the numbers as a table: sortable, every key of a query, summing to 1', async () => {
    await chooseView(page, 'table');
    const table = page.getByRole('table', { name: /Softmax weights of head 2: The 5 strongest keys/ });
    await table.waitFor();
    expect(await page.getByText('Rows 1 to 100 of 320').count()).toBe(1);
    await page.getByRole('combobox', { name: 'Rows' }).selectOption('query');
    const rows = page.locator('.weights tbody tr');
    await expect.poll(() => rows.count()).toBe(64);
    const values = () =>
      rows.evaluateAll((all) => all.map((row) => Number(row.querySelector('data')?.getAttribute('value') ?? 0)));
    expect((await values()).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    const full = page.getByRole('columnheader', { name: 'Full' });
    await full.getByRole('button').click();
    expect(await full.getAttribute('aria-sort')).toBe('descending');
    const sorted = await values();
    expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
    expect(await rows.first().locator('td').last().textContent()).toBe('1');
    await chooseView(page, 'heatmap');
    await page.locator('summary', { hasText: 'The numbers as a table' }).last().click();
    await page.locator('details table').first().waitFor();
  });

  it('draws arcs whose queries are a list for the keyboard', async () => {
    await chooseView(page, 'arcs');
    const list = page.getByRole('listbox', { name: 'Queries' });
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    const active = () =>
      page.evaluate(() => document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? ''));
    expect(await active()).not.toBeNull();
    const nameOf = () => list.evaluate((one) => document.getElementById(one.getAttribute('aria-activedescendant')!)?.getAttribute('aria-label')); // prettier-ignore
    expect(await nameOf()).toMatch(/^query 0: [\d.]+% to key \d+, /);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowDown');
    expect(await nameOf()).toMatch(/^query 63: /);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('query')).toBe('63');
    expect(await page.locator('figure.arcs').first().locator('path').count()).toBeGreaterThan(60);
    expect(await page.getByText(/Each query’s strongest keys until they hold 70% of its weight/).count()).toBe(1);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).not.toBe('listbox');
    await chooseView(page, 'heatmap');
  });

  // Check 10.
  it('zooms and pans by clicks alone', async () => {
    const zoom = page.getByRole('group', { name: 'Zoom' });
    await zoom.getByRole('button', { name: 'Zoom in' }).click();
    await zoom.getByRole('button', { name: 'Fit' }).waitFor();
    const shown = () => page.locator('.summary').textContent();
    await expect.poll(shown).toMatch(/Shown: queries \d+ to \d+/);
    const before = await shown();
    await zoom.getByRole('button', { name: 'Earlier keys' }).click();
    await expect.poll(shown).not.toBe(before);
    await zoom.getByRole('button', { name: 'Fit' }).click();
    await expect.poll(shown).not.toMatch(/Shown: /);
    // The pressed button is off now; the keyboard keeps its place beside it.
    await expect.poll(() => zoom.evaluate((one) => one.contains(document.activeElement))).toBe(true);
  });

  // Check 11.
  it('has no shortcut of a single letter', async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    // Everything a setting could change; times keep coming in by themselves.
    const state = () =>
      page.evaluate(() => [
        location.href,
        document.querySelector('.summary')?.textContent,
        document.querySelector('.readout')?.textContent,
        [...document.querySelectorAll<HTMLInputElement>('input, select, textarea')].map(({ value, checked }) => [
          value,
          checked,
        ]),
        [...document.querySelectorAll('[aria-pressed], details')].map((one) => one.outerHTML.split('>')[0]),
      ]);
    await isIdle(page);
    // The address is written once things rest.
    await page.waitForTimeout(800);
    const before = await state();
    for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789?/') await page.keyboard.press(letter);
    await page.waitForTimeout(700);
    expect(await state()).toEqual(before);
  });

  it('went through all of this without an error', () => expect(open.problems).toEqual([]));
});

describe('a large picture', () => {
  // Check 4.
  it('holds at most 4,096 cells, and knows the far corner of 512 × 512', async () => {
    await withPage(browser, { parameters: { ...small, n: 512 } }, async ({ page }) => {
      await isIdle(page);
      await grid(page).locator('[tabindex="0"]').focus();
      await page.keyboard.press('Control+End');
      expect(await focusedCell(page)).toEqual([512, 512]);
      expect(await grid(page).getAttribute('aria-rowcount')).toBe('512');
      expect(await grid(page).getAttribute('aria-colcount')).toBe('512');
      expect(await grid(page).locator('[tabindex="0"]').count()).toBe(1);
      const cells = await grid(page).evaluate((one) => one.querySelectorAll('[role="gridcell"]').length);
      expect(cells).toBeGreaterThan(100);
      expect(cells).toBeLessThanOrEqual(4096);
      await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toMatch(/^query 511, key 511, weight .*rank \d+ of 512/); // prettier-ignore
      // Arcs of so many queries: those of the chosen one, and it says so.
      await page.setViewportSize({ width: 1440, height: 900 });
    });
  });
});

describe('a phone', () => {
  // Check 10 once more, by touch.
  it('shows a cell on a tap, pins it on a second one, and scrolls when a picture is dragged', async () => {
    await withPage(browser, { parameters: small, viewport: PHONE, hasTouch: true }, async ({ page }) => {
      await isIdle(page);
      const plot = page.locator('.plot').first();
      const readout = page.locator('.readout');
      await plot.tap({ position: { x: 100, y: 100 } });
      await expect.poll(() => readout.textContent()).toMatch(/^\s*query \d+, key \d+, weight/);
      expect(new URL(page.url()).searchParams.get('query')).toBeNull();
      await plot.tap({ position: { x: 100, y: 100 } });
      await expect.poll(() => new URL(page.url()).searchParams.get('query')).not.toBeNull();
      expect(await plot.evaluate((one) => getComputedStyle(one).touchAction)).toBe('manipulation');
      await page.evaluate(() => scrollTo(0, 0));
      const box = (await plot.boundingBox())!;
      const cdp = await page.context().newCDPSession(page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y: number) =>
        cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + 100, y }] });
      await touch('touchStart', box.y + 250);
      for (let moved = 20; moved <= 240; moved += 20) await touch('touchMove', box.y + 250 - moved);
      await touch('touchEnd', 0);
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
    });
  });

  // The wheel is the page's.
  it('and a mouse scroll the page over a picture', async () => {
    await withPage(browser, { parameters: small, viewport: { width: 1000, height: 600 } }, async ({ page }) => {
      await isIdle(page);
      await page.locator('.plot').first().hover();
      await page.mouse.wheel(0, 300);
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
    });
  });
});

describe('the keyboard', () => {
  // Check 32.
  it('may press 2,000 keys at random: no error, and the focus is never lost', { timeout: 120_000 }, async () => {
    await withPage(
      browser,
      { parameters: { ...small, n: 12, cmap: 'rainbow', hide: 'timing,export' } },
      async ({ page, problems }) => {
        await isIdle(page);
        page.on('filechooser', () => {});
        page.context().on('page', (other) => void other.close());
        const keys = [
          ...['Tab', 'Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Enter', 'Space', 'Escape', 'Home', 'End'],
          ...['PageUp', 'PageDown', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Control+Home', 'Control+End'],
          ...['a', 'q', '7', '+', '-', 'Delete'],
        ];
        let state = 20261125;
        const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
        const lost: string[] = [];
        const focused = () =>
          page.evaluate(() => {
            const one = document.activeElement;
            return !one || one === document.body
              ? null
              : `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 30)}`;
          });
        // Enter on a link leads to a new page: nothing of the old one is lost.
        const where = () =>
          focused().catch((error: Error) => {
            if (!/navigation/.test(error.message)) throw error;
            return 'a new page';
          });
        for (let n = 0; n < 2000; n++) {
          const key = keys[Math.floor(random() * keys.length)]!;
          // Tab may leave the page for the browser's own controls; of the other keys every third is watched.
          const before = n % 3 === 0 && !key.endsWith('Tab') ? await where() : null;
          await page.keyboard.press(key);
          if (before === null || (await where()) !== null) continue;
          await page.waitForTimeout(500);
          if ((await where()) === null) lost.push(`${n}: ${key} on ${before}`);
        }
        expect(lost).toEqual([]);
        expect(problems).toEqual([]);
      },
    );
  });
});
