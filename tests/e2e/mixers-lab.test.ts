// The lab "Attention vs RNN vs convolution" on the built page, driven by role and name, in both languages.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, domFaults, layoutFaults } from './support/access.ts';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const idle = (page: Page) => page.locator('#lab-mixers [data-activity="idle"]').waitFor({ timeout: 40_000 });
const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });
const small = { lab: 'mixers', backend: 'cpu', n: 128, width: 32, heads: 1 };

const faults = async (page: Page) => [
  ...(await axeViolations(page)),
  ...(await domFaults(page)),
  ...(await layoutFaults(page)),
];

describe('the mixers lab', () => {
  it('has its sliders, counts at once, and measures what it counts', { retry: 1 }, async () => {
    await withPage(
      browser,
      { parameters: { ...small, mixers: 'attention-core,elman' }, theme: 'dark', reducedMotion: true },
      async ({ page, problems }) => {
        for (const name of ['Sequence length', 'Width', 'Heads', 'Window', 'Kernel', 'Layers']) {
          expect(await slider(page, name).count(), name).toBe(1);
          expect(await page.getByRole('spinbutton', { name, exact: true }).count(), name).toBe(1);
        }
        const table = page.getByRole('region', { name: /Table 1/ });
        const core = table.getByRole('row', { name: /^Attention core/ });
        expect(await core.innerText()).toContain((2 * 128 * 128 * 32).toLocaleString('en'));
        await page.getByText(/takes longest/).waitFor({ timeout: 30_000 });
        expect(await core.innerText()).toMatch(/[\d.]+\s(ms|µs)/);
        await page.getByRole('button', { name: 'Measure over n' }).click();
        // Up to 20 s of measuring, and on a busy machine the page has its words later.
        await page.getByText(/Attention core grows fastest, as n/).waitFor({ timeout: 60_000 });
        await idle(page);
        expect(await core.innerText()).toMatch(/n[¹²]/);
        // A crossing moves with the width; what was measured at another width is gone.
        expect(await page.getByRole('row', { name: /Attention core and Elman/ }).innerText()).toContain('n = 32');
        await page.getByRole('spinbutton', { name: 'Width', exact: true }).fill('64');
        await page.getByRole('spinbutton', { name: 'Width', exact: true }).blur();
        expect(await page.getByRole('row', { name: /Attention core and Elman/ }).innerText()).toContain('n = 64');
        expect(await page.getByText(/So far the lines count operations/).count()).toBeGreaterThan(0);
        // The sliders stay in reach while the charts they change are read.
        await page.mouse.wheel(0, 1200);
        await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(900);
        expect((await slider(page, 'Width').boundingBox())!.y).toBeGreaterThanOrEqual(0);
        await idle(page);
        expect(await faults(page)).toEqual([]);
        expect(problems).toEqual([]);
      },
    );
  });

  it('answers a claim by what it measures, and cancels a sweep', async () => {
    await withPage(browser, { parameters: small }, async ({ page }) => {
      await page.getByText(/takes longest/).waitFor({ timeout: 30_000 });
      const card = page.getByRole('article', { name: /Double n/ });
      expect(await card.getByRole('button', { name: 'Run and see' }).isDisabled()).toBe(true);
      await card.getByRole('radio', { name: 'All bars double' }).check();
      await card.getByRole('button', { name: 'Run and see' }).click();
      await card.getByText(/Twice the length: attention core ×/).waitFor({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Measure over d' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await idle(page);
      expect(await page.getByRole('button', { name: 'Measure over d' }).isEnabled()).toBe(true);
    });
  });

  it('draws ways between two positions, by keyboard, and says them', async () => {
    await withPage(browser, { parameters: { preset: 'long-paths' } }, async ({ page }) => {
      const picture = (name: RegExp) => page.getByRole('img', { name });
      expect(await picture(/^Attention layer, one hop/).count()).toBe(1);
      expect(await picture(/^Window attention layer, 16 layers/).count()).toBe(1);
      expect(await picture(/^Elman RNN, 31 steps/).count()).toBe(1);
      expect(await picture(/^Convolution, 31 layers/).count()).toBe(1);
      await slider(page, 'To position').focus();
      await page.keyboard.press('ArrowLeft');
      expect(await picture(/^Elman RNN, 30 steps/).count()).toBe(1);
      await expect.poll(() => new URL(page.url()).searchParams.get('query')).toBe('30');
    });
  });

  it('speaks Chinese, fits a phone and saves its numbers', async () => {
    const visit = { parameters: { ...small, lang: 'zh' }, viewport: PHONE, reducedMotion: true };
    await withPage(browser, visit, async ({ page, problems }) => {
      await page.getByText(/最慢/).waitFor({ timeout: 30_000 });
      for (const name of ['序列长度', '头数', '卷积核'])
        expect(await page.getByRole('slider', { name }).count(), name).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
      expect(await faults(page)).toEqual([]);
      await page.getByText('保存与复制').first().click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: /CSV/ }).click();
      const csv = readFileSync((await (await download).path())!, 'utf8');
      expect(csv).toContain('注意力核心');
      expect(csv.split('\r\n').length).toBeGreaterThan(20);
      expect(problems).toEqual([]);
    });
  });

  it('is a picture with chosen controls in a frame', async () => {
    const parameters = { ...small, hide: 'table,paths,parallelism,claims', lock: 'n' };
    await withPage(browser, { path: 'embed/', parameters }, async ({ page }) => {
      expect(await page.getByRole('region', { name: 'Lesson' }).count()).toBe(0);
      expect(await page.getByRole('img', { name: /Over n at d/ }).count()).toBe(1);
      expect(await page.getByRole('region', { name: /Table 1/ }).count()).toBe(0);
      expect(await slider(page, 'Sequence length').isDisabled()).toBe(true);
    });
  });
});
