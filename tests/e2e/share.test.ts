// Sharing as a person does it: the dialog, the link, Back and Forward, the preset, what a frame hides and locks.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const idle = (page: Page) => page.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });
const cell = (page: Page) => page.locator('[role="gridcell"][tabindex="0"]').first();
const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

describe('a share link', () => {
  it.each([
    ['en-US', 'Embed & share', 'Opens exactly this view', 'Attention weights'],
    ['zh-CN', '嵌入与分享', '打开后即为当前视图', '注意力权重'],
  ])('made in %s opens the same picture with the same numbers', async (language, open, label, grid) => {
    const parameters = { source: 'synthetic', signal: 'copy', seed: 7, n: 48, left: 6, right: 2, query: 20, key: 18 };
    const seen = await withPage(browser, { language, parameters }, async ({ page, problems }) => {
      await idle(page);
      await page.getByRole('button', { name: open, exact: true }).click();
      const field = page.getByRole('textbox', { name: label });
      await expect.poll(() => field.inputValue()).toMatch(/#s=1\.[\w-]+$/);
      expect(await page.getByRole('dialog', { name: open }).count()).toBe(1);
      const link = await field.inputValue();
      await page.keyboard.press('Escape');
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(problems).toEqual([]);
      return { link, readout: await page.locator('.readout').textContent() };
    });
    expect(seen.link.startsWith(`${inject('siteUrl')}#s=1.`)).toBe(true);
    // A reader of the other language sees the language that was shared.
    const other = language === 'en-US' ? 'zh-CN' : 'en-US';
    await withPage(
      browser,
      { language: other, path: seen.link.slice(inject('siteUrl').length) },
      async ({ page, problems }) => {
        await idle(page);
        await expect.poll(() => page.locator('.readout').textContent()).toBe(seen.readout);
        expect(await page.getByRole('grid', { name: grid }).count()).toBe(1);
        expect(new URL(page.url()).hash).toBe('');
        expect(query(page)).toMatchObject({
          signal: 'copy',
          seed: '7',
          n: '48',
          left: '6',
          right: '2',
          query: '20',
          key: '18',
        });
        expect(problems).toEqual([]);
      },
    );
  });

  it.each([
    ['#s=1.AAAA', 'damaged or cut off'],
    [`#s=1.${'A'.repeat(1e6)}`, 'larger than a link may hold'],
    ['#s=9.x', 'newer version'],
  ])('that is hostile or damaged opens the page with a word about it', async (hash, words) => {
    await withPage(
      browser,
      { path: `?source=synthetic&n=32${hash}`, waitUntilReady: false },
      async ({ page, problems }) => {
        await idle(page);
        await page.getByText(words).waitFor();
        expect(await slider(page, 'Sequence length').inputValue()).toBe('32');
        expect(problems).toEqual([]);
      },
    );
  });
});

describe('Back and Forward', () => {
  it('undo and redo what was done to the view, and leave the focus where it is', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 64, left: 8, right: 8 } }, async ({ page }) => {
      await idle(page);
      const undo = page.getByRole('button', { name: 'Undo' });
      expect(await undo.isDisabled()).toBe(true);
      await slider(page, 'Window left').focus();
      await page.keyboard.press('End');
      await expect.poll(() => query(page)['left']).toBe('63');
      await page.getByRole('checkbox', { name: 'Causal' }).focus();
      await page.keyboard.press('Space');
      await expect.poll(() => query(page)['causal']).toBe('1');
      await page.goBack();
      await expect.poll(() => page.getByRole('checkbox', { name: 'Causal' }).isChecked()).toBe(false);
      expect(
        await page.getByRole('checkbox', { name: 'Causal' }).evaluate((box) => box === document.activeElement),
      ).toBe(true);
      await page.goBack();
      await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('8');
      expect(await undo.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Redo' }).click();
      await expect.poll(() => slider(page, 'Window left').inputValue()).toBe('63');
    });
  });

  it('bring back what is pinned in a link, and looking around makes no entries', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      await idle(page);
      await cell(page).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect.poll(() => query(page)['query']).toBe('1');
      expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    });
  });
});

describe('the dialog', () => {
  it('shows a live frame of what was ticked, and its code', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 40 } }, async ({ page, problems }) => {
      await idle(page);
      await page.getByRole('button', { name: 'Embed & share' }).click();
      const dialog = page.getByRole('dialog', { name: 'Embed & share' });
      await dialog.getByText('Which controls stay, which are locked').click();
      await dialog.getByRole('checkbox', { name: 'Lock: Sequence length' }).check();
      await dialog.getByRole('checkbox', { name: 'Show: Causal' }).uncheck();
      await dialog.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
      const code = dialog.getByRole('textbox', { name: 'Code' });
      await expect.poll(() => code.inputValue()).toMatch(/^<iframe src="[^"]+lock=n[^"]*"/);
      const frame = dialog.frameLocator('iframe');
      await frame.locator('[data-activity="idle"]').waitFor({ timeout: 30_000 });
      await expect.poll(() => frame.locator('html').getAttribute('data-theme'), { timeout: 15_000 }).toBe('dark');
      expect(await frame.getByRole('slider', { name: 'Sequence length' }).isDisabled()).toBe(true);
      expect(await frame.getByText('Held by the page that shows this.').count()).toBeGreaterThan(0);
      expect(await frame.getByRole('checkbox', { name: 'Causal' }).count()).toBe(0);
      expect(await frame.getByRole('tab').count()).toBe(0);
      await dialog.getByRole('combobox', { name: 'View' }).selectOption('causal-mask');
      await expect.poll(() => code.inputValue()).toContain('preset=causal-mask');
      for (const [format, start] of [
        ['element', '<script type="module"'],
        ['slidev', '---'],
        ['myst', '```{iframe}'],
      ] as const) {
        await dialog.getByRole('combobox', { name: 'Code for' }).selectOption(format);
        await expect.poll(() => code.inputValue()).toContain(start);
      }
      await dialog.getByRole('button', { name: 'Close' }).click();
      expect(
        await page.getByRole('button', { name: 'Embed & share' }).evaluate((one) => one === document.activeElement),
      ).toBe(true);
      expect(problems).toEqual([]);
    });
  });

  it('fits a phone', async () => {
    await withPage(browser, { viewport: PHONE, parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      await idle(page);
      await page.getByRole('button', { name: 'Embed & share' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Code' }).waitFor();
      expect(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    });
  });
});

describe('a presentation', () => {
  it('is a quarter larger and still fits the window', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 32 } }, async ({ page }) => {
      await idle(page);
      const heading = page.getByRole('heading', { name: 'Full attention' });
      const before = (await heading.boundingBox())!.height;
      await page.getByRole('button', { name: 'Present' }).click();
      await expect.poll(async () => (await heading.boundingBox())!.height / before).toBeGreaterThan(1.2);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await expect.poll(() => query(page)['presentation']).toBe('1');
    });
  });
});

describe('a frame', () => {
  it('shows both pictures within 320 × 256 and only what was not hidden', async () => {
    const hide = 'timing,overview,comparison,reading,steps,input';
    await withPage(
      browser,
      { path: `embed/?source=synthetic&n=32&left=4&right=4&hide=${hide}`, viewport: { width: 320, height: 256 } },
      async ({ page, problems }) => {
        await idle(page);
        for (const name of ['Full attention', 'Sliding window']) {
          const box = await page.getByRole('figure', { name }).locator('canvas').boundingBox();
          expect(box!.y + box!.height, name).toBeLessThanOrEqual(256);
          expect(box!.width, name).toBeGreaterThan(100);
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
        for (const name of ['Timing', 'Heads overview', 'Lesson'])
          expect(await page.getByRole('region', { name }).count(), name).toBe(0);
        expect(await slider(page, 'Window left').count()).toBe(1);
        expect(problems).toEqual([]);
      },
    );
  });
});
