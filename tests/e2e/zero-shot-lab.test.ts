// The zero-shot lab as a reader uses it: classes added while it runs, lists that are wrong, the keyboard, a phone in Chinese, a frame, files.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const lab = { lab: 'zero-shot', backend: 'cpu' };
const few = { ...lab, texts: 'A goal in the last minute. | sport\nRain is on its way.', labels: 'sport\nweather' };
const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const cells = (page: Page) => page.getByRole('grid', { name: 'Cosine similarities' }).getByRole('gridcell');

describe('the zero-shot lab', () => {
  it('takes a class more while it runs: only its own text is embedded, and nothing is trained', async () => {
    await withPage(browser, { parameters: few }, async ({ page, problems }) => {
      await page.getByText('2 texts, 2 labels.').waitFor({ timeout: 45_000 });
      expect(await cells(page).count()).toBe(4);
      await box(page, 'Labels').fill('sport\nweather\ncooking');
      await page.getByText('2 texts, 3 labels. Newly embedded: 1; kept: 4. Nothing was trained.').waitFor();
      expect(await cells(page).count()).toBe(6);
      const shares = page.getByText(/takes [\d.]+ % of the softmax at τ = /);
      const before = await shares.first().textContent();
      const slider = page.getByRole('slider', { name: 'Temperature in hundredths' });
      await slider.focus();
      await page.keyboard.press('End');
      await expect.poll(() => shares.first().textContent()).not.toBe(before);
      expect(await page.getByText(/1 of 1 right: 100/).count()).toBe(1);
      expect(problems).toEqual([]);
    });
  });

  it('shows the way of one text, its place among the labels, where it fails and how fast it is', async () => {
    await withPage(browser, { parameters: { ...few, batch: 4 } }, async ({ page, problems }) => {
      const way = page.getByRole('region', { name: 'Step by step' });
      await way.waitFor({ timeout: 45_000 });
      expect(await way.getByRole('img', { name: /^Layer [12], mean of \d+ heads/ }).count()).toBe(2);
      expect(await way.getByText(/^“A goal in the last minute.” is nearest to sport/).count()).toBe(1);
      const address = await way.getByRole('link', { name: 'Open in the attention lab' }).last().getAttribute('href');
      const shown = Object.fromEntries(new URL(address!).searchParams);
      expect(shown).toMatchObject({ text: 'A goal in the last minute.', layer: '1' });
      expect(await page.getByRole('img', { name: /^2 texts and 2 labels; the plane holds/ }).count()).toBe(1);
      await page.getByRole('button', { name: 'Run the cases' }).click();
      await page.getByText(/In \d of 6 cases the opposite is nearer/).waitFor({ timeout: 20_000 });
      await page.getByRole('button', { name: 'Measure sentences per second' }).click();
      await page.getByText(/sentences per second on CPU in batches of 4/).waitFor({ timeout: 40_000 });
      expect(problems).toEqual([]);
    });
  });

  it('says what is wrong with a list and loses nothing of it', async () => {
    await withPage(browser, { parameters: few }, async ({ page }) => {
      await page.getByText('2 texts, 2 labels.').waitFor({ timeout: 45_000 });
      await box(page, 'Labels').fill('sport');
      await page.getByText('With one label there is nothing to choose').waitFor();
      await box(page, 'Labels').fill('sport\nsport\nweather');
      await page.getByText('Written twice and counted once: sport.').waitFor();
      await box(page, 'Texts to classify').fill('');
      await page.getByText('Write at least one text.').waitFor();
      const long = 'rain and more '.repeat(60);
      await box(page, 'Texts to classify').fill(`${long}\n鲸`);
      await page.getByText(/Text 1 has \d+ tokens; only the first 128 are read\./).waitFor({ timeout: 20_000 });
      await page.getByText(/Text 2: not in the vocabulary: 鲸/).waitFor();
      await box(page, 'Texts to classify').evaluate((field) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'text,label\r\n"A ""goal"", and\na win",sport\r\nSnow,weather\r\n');
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      });
      await page.getByText('2 rows of CSV were read.').waitFor();
      expect(await box(page, 'Texts to classify').inputValue()).toContain(
        'A "goal", and a win | sport\nSnow | weather',
      );
      expect(await box(page, 'Labels').inputValue()).toBe('sport\nsport\nweather');
    });
  });

  it('is one tab stop moved by arrows, and saves its numbers', async () => {
    await withPage(browser, { parameters: few }, async ({ page }) => {
      await page.getByText('2 texts, 2 labels.').waitFor({ timeout: 45_000 });
      await cells(page).first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      await expect.poll(focused).toMatch(/^text 2 Rain is on its way\., label weather, cosine /);
      await page.getByText('Save & copy').click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as CSV' }).click();
      const csv = readFileSync(await (await download).path(), 'utf8');
      expect(csv.split('\r\n')[2]).toMatch(/^cosines,Rain is on its way\.,weather,-?0\.\d+,0\.\d+$/);
    });
  });

  it('says that there is nothing to save while the encoder cannot be had, and still opens a saved view', async () => {
    const visit = { parameters: few, waitUntilReady: false, prepare: async (page: Page) => void (await page.route('**/weights/**', (route) => route.abort())) }; // prettier-ignore
    await withPage(browser, visit, async ({ page }) => {
      await page.getByText('Save & copy').click();
      await page.getByRole('button', { name: 'Save as JSON' }).click();
      await page.getByText('There is no picture to save yet').waitFor();
      expect(await page.getByRole('button', { name: 'Open a saved view' }).isEnabled()).toBe(true);
    });
  });

  it('speaks Chinese on a phone, says that the encoder does not, and offers the English twins', async () => {
    const visit = { parameters: { ...lab, lang: 'zh' }, viewport: PHONE };
    await withPage(browser, visit, async ({ page, problems }) => {
      await page.getByText(/8 条文本，6 个标签/).waitFor({ timeout: 45_000 });
      await page.getByRole('button', { name: '试试中文示例' }).click();
      await page
        .getByText(/编码器.*英/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: /英文/ }).click();
      await expect.poll(() => page.getByRole('textbox', { name: '待分类文本' }).inputValue()).toMatch(/^The striker/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
      expect(problems).toEqual([]);
    });
  });

  it('is a picture with chosen controls in a frame', async () => {
    const parameters = { ...few, hide: 'texts,labels,template,descriptions,decision', lock: 'temperature' };
    await withPage(browser, { path: 'embed/', parameters }, async ({ page }) => {
      await cells(page).first().waitFor({ timeout: 45_000 });
      expect(await page.getByRole('textbox').count()).toBeLessThanOrEqual(1);
      expect(await page.getByRole('slider', { name: 'Temperature in hundredths' }).isDisabled()).toBe(true);
      expect(await page.getByRole('heading', { name: 'How a Transformer classifies' }).count()).toBe(0);
    });
  });
});
