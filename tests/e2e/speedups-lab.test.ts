// The lab "Three speed-ups" in the built page, driven as a person would: by role and name, in both languages. Small sizes keep it short;
// the sizes the lab opens with are measured by `npm run bench -- --mixers`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { axeViolations, domFaults, layoutFaults } from './support/access.ts';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const small = { lab: 'speedups', n: 96, width: 32, backend: 'cpu' };
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const button = (page: Page, region: string, name: string) => section(page, region).getByRole('button', { name, exact: true }); // prettier-ignore
const isDone = (page: Page) => page.locator('.lab[data-activity="idle"]').waitFor({ timeout: 25_000 });

async function run(page: Page, region: string, name: string): Promise<void> {
  await isDone(page);
  await button(page, region, name).click();
  await button(page, region, name).waitFor({ timeout: 25_000 });
  await isDone(page);
}

describe('fewer heads', () => {
  it('says what the claim would need and what was measured, at fixed width and size', async () => {
    await withPage(browser, { parameters: { ...small, panel: 'heads' } }, async ({ page, problems }) => {
      const region = section(page, 'Fewer heads at fixed width');
      expect(await page.getByRole('tab', { name: 'Three speed-ups' }).getAttribute('aria-selected')).toBe('true');
      expect(await page.getByRole('region', { name: 'Lesson', exact: true }).count()).toBe(1);
      expect(await region.getByText(/Measure it\./).count()).toBe(1);
      expect(await region.getByRole('listitem').filter({ hasText: 'predicted ×1.00' }).count()).toBe(4);
      await run(page, 'Fewer heads at fixed width', 'Measure');
      await region.getByText(/would need ×16 from 16 to 1 heads/).waitFor();
      await region.getByText('The numbers as a table').click();
      const table = region.getByRole('table');
      await table.waitFor();
      expect(await table.getByRole('row').count()).toBe(6);
      // The first row is the reference: its own gain is 1.
      expect(await table.getByRole('row').nth(1).getByRole('cell', { name: '×1.00' }).count()).toBeGreaterThan(0);
      expect(
        await section(page, 'Fewer heads of a fixed size')
          .getByText(/the whole stack gains ×/)
          .count(),
      ).toBe(1);
      expect(await section(page, 'Fewer key/value heads').getByText('1 key/value: 12.3 KB').count()).toBe(1);
      expect(problems).toEqual([]);
    });
  });

  it('switches heads of the trained encoder off, one by one and as a set, by keyboard', async () => {
    const parameters = { ...small, panel: 'heads', text: 'A short text about a lighthouse.' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      const name = 'Heads of a trained encoder, switched off';
      await run(page, name, 'Switch off one by one');
      const grid = page.getByRole('grid', { name: 'How far the embedding moves without each head' });
      await grid.waitFor();
      const cells = grid.getByRole('button');
      expect(await cells.count()).toBe(8);
      expect(await cells.first().getAttribute('aria-label')).toMatch(/^layer 1, head 1, on: cosine 0\.\d+ without it, rank [1-8] of 8$/); // prettier-ignore
      await cells.first().focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      expect(await grid.getByRole('button', { pressed: true }).count()).toBe(2);
      await run(page, name, 'Switch off these 2 together');
      await page.getByText(/The 2 chosen heads off together: cosine/).waitFor();
      expect(problems).toEqual([]);
    });
  });
});

describe('local attention', () => {
  it('sets error against time for text and every signal, and draws the chosen one', async () => {
    const parameters = { ...small, panel: 'window', window: 8, source: 'synthetic', signal: 'local' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      await run(page, 'Error against time', 'Measure all sources');
      const region = section(page, 'Error against time').first();
      await region.getByRole('img', { name: /^Local, 96 positions: a window of ±8 is ×/ }).waitFor();
      const table = page.getByRole('table', { name: 'Relative error of the output, by source and mask' });
      expect(await table.getByRole('row').count()).toBe(7);
      const errorOf = async (source: string) => {
        const row = table.getByRole('row').filter({ hasText: source });
        return Number.parseFloat((await row.getByRole('cell').nth(3).textContent()) ?? '');
      };
      // ±8: neighbours alike lose least.
      expect(await errorOf('Local')).toBeLessThan(await errorOf('Copy'));
      await table.getByRole('button', { name: 'Copy' }).click();
      await region.getByRole('img', { name: /^Copy, 96 positions/ }).waitFor();
      await expect.poll(() => new URL(page.url()).searchParams.get('signal')).toBe('copy');
      expect(await page.getByRole('img', { name: /After 2 layers a position can depend on 16 to either side/ }).count()).toBe(1); // prettier-ignore
      expect(problems).toEqual([]);
    });
  });
});

describe('fewer parameters', () => {
  it('counts, predicts and measures in Chinese, and stands below the device’s own limit', async () => {
    const parameters = { ...small, panel: 'parameters', lang: 'zh-Hans' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      const table = page.getByRole('table', { name: '各部分的参数' });
      expect(await table.getByRole('row').count()).toBe(8);
      await run(page, '之前与之后', '测量');
      const chosen = section(page, '之前与之后').getByRole('button', { name: /^层数减半/ });
      await chosen.click();
      expect(await chosen.getAttribute('aria-pressed')).toBe('true');
      expect(await section(page, '之前与之后').locator('math').count()).toBeGreaterThan(3);
      await section(page, '之前与之后')
        .getByText(/运算量不变/)
        .first()
        .waitFor();
      await run(page, '瓶颈在哪里', '测量本机');
      await section(page, '瓶颈在哪里')
        .getByText(/^原样的堆叠达到/)
        .waitFor();
      expect(problems).toEqual([]);
    });
  });
});

describe('together', () => {
  it('multiplies the predictions of what is ticked and measures the truth, cancels on request, and is saved', async () => {
    await withPage(browser, { parameters: { ...small, panel: 'together' } }, async ({ page, problems }) => {
      await page.getByRole('checkbox', { name: 'Weights in 8 bits' }).check();
      await page.getByRole('checkbox', { name: /^Half the heads/ }).uncheck();
      await expect.poll(() => new URL(page.url()).searchParams.get('combine')).toBe('window,half-layers,int8');
      await isDone(page);
      await button(page, 'Predicted together, measured together', 'Measure').click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText(/Multiplied, the single gains promise ×/).waitFor();
      await run(page, 'Predicted together, measured together', 'Measure');
      await page.getByText(/^Measured together ×/).waitFor();

      await page.getByText('Save & copy').click();
      const save = async (name: string) => {
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name }).click();
        const stream = await (await download).createReadStream();
        let whole = '';
        for await (const chunk of stream) whole += String(chunk);
        return whole;
      };
      const svg = await save('Save as SVG');
      expect(svg).toContain('Measured on CPU');
      expect(svg).toContain('lab=speedups');
      const csv = await save('Save as CSV');
      // A line of names, before, three speed-ups, all of them, and the last line's end.
      expect(csv.split('\r\n').length).toBe(7);
      const { params, results } = JSON.parse(await save('Save as JSON')) as {
        params: object;
        results: { stacks: { id: string; macs: number }[] };
      };
      expect(params).toMatchObject({ lab: 'speedups', n: 96, width: 32 });
      expect(results.stacks.at(-1)).toMatchObject({ id: 'all' });
      expect(results.stacks.at(-1)!.macs).toBeLessThan(results.stacks[0]!.macs);
      expect((await save('Save as PNG')).slice(1, 4)).toBe('PNG');
      expect(problems).toEqual([]);
    });
  });
});

describe('for everyone', () => {
  it('has its sliders under their public names in a frame too, says what is held, and leaves the lesson to the page', async () => {
    const parameters = { ...small, lock: 'width', hide: 'rank,formula' };
    await withPage(browser, { path: 'embed/', parameters }, async ({ page, problems }) => {
      for (const name of [
        'Sequence length',
        'Heads',
        'Dilation',
        'Global tokens',
        'Layers',
        'Key/value heads',
        'Window',
        'Vocabulary',
      ])
        // prettier-ignore
        expect(await page.getByRole('slider', { name, exact: true }).count(), name).toBe(1);
      expect(await page.getByRole('slider', { name: 'Width', exact: true }).isDisabled()).toBe(true);
      expect(await page.getByRole('slider', { name: 'Rank', exact: true }).count()).toBe(0);
      expect(await section(page, 'Fewer heads at fixed width').locator('math').count()).toBe(0);
      expect(await page.getByRole('region', { name: 'Lesson', exact: true }).count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  // Each panel once: what they have in common is in both.
  it.each([
    { viewport: PHONE, theme: 'light', lang: 'zh-Hans', panels: [0, 1] },
    { viewport: { width: 1440, height: 900 }, theme: 'dark', lang: 'en', panels: [2, 3] },
  ] as const)('passes the checks: $theme, $lang', async ({ viewport, theme, lang, panels }) => {
    await withPage(
      browser,
      { viewport, theme, parameters: { ...small, lang }, reducedMotion: true },
      async ({ page }) => {
        const found: string[] = [];
        const radios = page.getByRole('radiogroup').first().getByRole('radio');
        for (const panel of panels) {
          await radios.nth(panel).check();
          await isDone(page);
          for (const fault of [
            ...(await axeViolations(page)),
            ...(await domFaults(page)),
            ...(await layoutFaults(page)),
          ])
            found.push(`${panel}: ${fault}`);
        }
        expect(found).toEqual([]);
      },
    );
  });
});
