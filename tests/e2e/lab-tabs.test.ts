// The labs as tabs: by mouse and by keyboard, each as it was left, with Back and Forward; and parts of the page that cannot be fetched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
const panel = (page: Page, name: string) => page.getByRole('tabpanel', { name, exact: true });
const heads = (page: Page) => page.getByRole('slider', { name: 'Heads', exact: true });
const labOf = (page: Page) => new URL(page.url()).searchParams.get('lab');

describe('the tabs', () => {
  it('open a lab in place of the other, each with its own settings, and Back returns', async () => {
    const parameters = { source: 'synthetic', n: 32, heads: 2 };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      await tab(page, 'Three speed-ups').click();
      await panel(page, 'Three speed-ups').getByRole('slider', { name: 'Layers' }).waitFor();
      expect(await page.getByRole('grid', { name: 'Attention weights' }).count()).toBe(0);
      expect(await heads(page).inputValue()).toBe('4');
      await expect.poll(() => labOf(page)).toBe('speedups');
      await tab(page, 'Attention').click();
      await expect.poll(() => heads(page).inputValue()).toBe('2');
      expect(await page.getByRole('grid', { name: 'Attention weights' }).first().isVisible()).toBe(true);
      await expect.poll(() => labOf(page)).toBeNull();
      await page.goBack();
      await panel(page, 'Three speed-ups').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('are one tab stop: arrows, Home and End move, Enter opens', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      await tab(page, 'Attention').focus();
      await page.keyboard.press('End');
      const last = page.getByRole('tab').last();
      expect(await last.evaluate((one) => one === document.activeElement)).toBe(true);
      expect(await last.getAttribute('aria-selected')).toBe('false');
      await page.keyboard.press('ArrowRight');
      expect(await tab(page, 'Attention').evaluate((one) => one === document.activeElement)).toBe(true);
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await expect.poll(() => last.getAttribute('aria-selected')).toBe('true');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).not.toBe('tab');
    });
  });
});

describe('what is fetched when it is needed', () => {
  it('is asked for again when a lab did not come', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      await page.route('**/SpeedupsLab-*.js', (route) => route.abort());
      await tab(page, 'Three speed-ups').click();
      await page.getByRole('alert').getByText('could not be loaded').waitFor();
      await page.unroute('**/SpeedupsLab-*.js');
      await page.getByRole('button', { name: 'Try again' }).click();
      await panel(page, 'Three speed-ups').getByRole('slider', { name: 'Layers' }).waitFor();
    });
  });

  it('is asked for again when a panel or the dialog did not come, and the focus stays near', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      const parts = /(SavePanel|ShareDialog)-.*\.js/;
      await page.route(parts, (route) => route.abort());
      await page.getByText('Save & copy').click();
      const words = 'This part could not be loaded';
      await page.getByRole('alert').filter({ hasText: words }).waitFor();
      await page.getByRole('button', { name: 'Embed & share' }).click();
      const notice = page.locator('.notices').getByText(words);
      await notice.waitFor();
      await page.unroute(parts);
      await page.getByRole('button', { name: 'Try again' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'PNG' }).waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('details')?.className))
        .toContain('saving');
      await page.getByRole('button', { name: 'Embed & share' }).click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => notice.count()).toBe(0);
    });
  });
});
