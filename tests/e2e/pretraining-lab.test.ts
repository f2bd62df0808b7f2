// The lab "BERT objectives" in the built page, driven by role and name in both languages.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { axeViolations, focusedCell } from './support/access.ts';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const lab = { lab: 'pretraining' };
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const article = (page: Page, name: string) => page.getByRole('article', { name, exact: true });

describe('masking', () => {
  it('hides a text in four ways, again and again, and counts ten thousand draws without holding the page', async () => {
    await withPage(browser, { parameters: lab }, async ({ page, problems }) => {
      const first = await article(page, 'Whole words').innerText();
      expect(first).toContain('[MASK]');
      await button(page, 'Draw again').click();
      expect(await article(page, 'Whole words').innerText()).not.toBe(first);
      await expect.poll(() => new URL(page.url()).searchParams.get('draw')).toBe('1');

      await page.evaluate(() => {
        const longest = { ms: 0 };
        Object.assign(window, { longest });
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration);
        }).observe({ entryTypes: ['longtask'] });
      });
      await button(page, 'Draw 10,000 times').first().click();
      await page.getByText('pieces on average, with spans').waitFor();
      const half = page.getByRole('row', { name: /hidden in part/ });
      expect(await half.getByRole('cell').nth(1).innerText()).toMatch(/^0%/);
      expect(await half.getByRole('cell').nth(0).innerText()).not.toMatch(/^0%/);
      // Slices of 8 ms; what is longer is this machine's, and the drawing of the charts.
      expect(await page.evaluate(() => (window as unknown as { longest: { ms: number } }).longest.ms)).toBeLessThan(
        250,
      );

      await page.getByRole('radio', { name: '90%' }).check();
      await page.getByText('Your guess, 90%, is the nearest.').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('keeps its picture and says why when a text cannot be used', async () => {
    await withPage(browser, { parameters: lab }, async ({ page, problems }) => {
      const text = page.getByRole('textbox', { name: 'Text' });
      const pieces = () => article(page, 'Single pieces (BERT)').innerText();
      const before = await pieces();
      await text.fill('   ');
      await page.getByRole('alert').getByText('only spaces').waitFor();
      expect(await pieces()).toBe(before);
      await text.fill('cat');
      await page.getByText('every pass hides all of it').waitFor();
      await text.fill('a '.repeat(600));
      await page.getByRole('alert').getByText('600 pieces').waitFor();
      await text.fill('x'.repeat(2100));
      await page.getByRole('alert').getByText('2,100 characters').waitFor();
      expect(await text.inputValue()).toHaveLength(2100);
      expect(problems).toEqual([]);
    });
  });

  it('works in Chinese, by words, on a phone, and draws what a link says', async () => {
    const visit = { parameters: { ...lab, lang: 'zh-Hans', rate: 40, seed: 7 }, viewport: PHONE };
    const drawn = await withPage(browser, visit, async ({ page, problems }) => {
      expect(await page.getByRole('slider', { name: '掩码率（%）' }).inputValue()).toBe('40');
      await button(page, '抽取一万次').first().click();
      await page.getByText('片段长度的抽取均值').waitFor();
      const half = page.getByRole('row', { name: '多子词的词被遮住一部分' });
      expect(await half.getByRole('cell').nth(1).innerText()).toMatch(/^0%/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
      expect(await axeViolations(page)).toEqual([]);
      expect(problems).toEqual([]);
      return article(page, '全词掩码').innerText();
    });
    await withPage(browser, visit, async ({ page }) => {
      expect(await article(page, '全词掩码').innerText()).toBe(drawn);
    });
  });

  it('saves what it shows', async () => {
    await withPage(browser, { parameters: lab }, async ({ page }) => {
      await page.getByText('Save & copy').click();
      for (const [name, pattern] of [
        ['CSV', /draw,The,0,The/],
        ['JSON', /"strategy": "phrase"/],
        ['SVG', /<svg[^>]+>.*BERT objectives/s],
      ] as const) {
        const [download] = await Promise.all([page.waitForEvent('download'), button(page, new RegExp(name)).click()]);
        expect(await readFile(await download.path(), 'utf8'), name).toMatch(pattern);
      }
    });
  });
});

describe('orders and pairs', () => {
  it('shows who sees whom by keyboard, and both streams', async () => {
    await withPage(
      browser,
      { parameters: { ...lab, objective: 'order' }, theme: 'dark' },
      async ({ page, problems }) => {
        await page.getByText('The does not see The').waitFor();
        await page.getByRole('radio', { name: /Content stream/ }).check();
        await page.getByText('The sees The').waitFor();
        const grid = page.getByRole('grid', { name: 'Which token sees which' });
        const stop = grid.locator('[tabindex="0"]');
        expect(await stop.count()).toBe(1);
        const last = await grid.getByRole('rowheader').count();
        expect(await grid.getByRole('columnheader').count()).toBe(last + 1);
        await stop.focus();
        await page.keyboard.press('ArrowDown');
        await page.getByText(/^researchers (sees|does not see) The$/).waitFor();
        expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^researchers (sees|does not see) The$/); // prettier-ignore
        for (const [key, row, column] of [
          ['End', 2, last],
          ['ArrowRight', 2, last],
          ['Control+End', last, last],
          ['Home', last, 1],
          ['PageUp', last - 1, 1],
          ['Control+Home', 1, 1],
          ['ArrowUp', 1, 1],
        ] as const) {
          await page.keyboard.press(key);
          expect(await focusedCell(page), key).toEqual([row, column]);
        }
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]'))).toBeNull();
        expect(await axeViolations(page)).toEqual([]);
        expect(problems).toEqual([]);
      },
    );
  });

  it('finds the next sentence by similarity, and order not at all', { timeout: 90_000 }, async () => {
    const parameters = { ...lab, objective: 'pairs', backend: 'cpu' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      // Counted words need no encoder.
      await page.getByRole('row', { name: /^Counted words SOP 0\.500/ }).waitFor();
      await button(page, 'Embed on CPU').click();
      await page.getByRole('row', { name: /^Encoder on CPU SOP 0\.500 0\.500 – 0\.500/ }).waitFor({ timeout: 60_000 });
      const nsp = await page.getByRole('row', { name: /^Encoder on CPU NSP/ }).innerText();
      const [, area, lower] = /NSP\s+([\d.]+)\s+([\d.]+) –/.exec(nsp)!;
      expect(Number(area)).toBeGreaterThan(0.5);
      expect(Number(lower)).toBeGreaterThan(0.5);
      await page.getByRole('slider', { name: 'Threshold of NSP' }).press('ArrowRight');
      await page.getByText('taken for next').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});
