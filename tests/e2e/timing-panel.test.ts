// The timing panel of the built page: live series, sweep, plans, the device’s limits, storage, benchmark.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import type { BenchmarkReport } from '../../src/contract/benchmark.ts';
import { isIdle, synthetic } from './support/controls.ts';
import { startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('timing', () => {
  it('measures all four series live and names the device', async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 128, heads: 2, dim: 32, left: 16, right: 16 } },
      async ({ page }) => {
        await isIdle(page);
        const timing = page.getByRole('region', { name: 'Timing', exact: true });
        for (const series of ['GPU full', 'GPU window', 'CPU full', 'CPU window'])
          await timing.getByText(series).first().waitFor({ timeout: 30_000 });
        await timing.getByText(/The GPU (loses here|answers)/).waitFor({ timeout: 30_000 });
        await timing
          .getByText(/SwiftShader|GPU/i)
          .first()
          .waitFor();
      },
    );
  });

  it('sweeps the sequence length, prints slopes beside the predicted ones, and can be cancelled', async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 1024, heads: 1, dim: 32, left: 32, right: 32, backend: 'cpu' } },
      async ({ page }) => {
        await isIdle(page);
        const timing = page.getByRole('region', { name: 'Timing', exact: true });
        await timing.getByRole('button', { name: 'Sweep' }).click();
        await timing
          .getByText(/n[⁰¹²³⁴⁵⁶⁷⁸⁹·.]+/)
          .first()
          .waitFor({ timeout: 60_000 });
        const cancel = timing.getByRole('button', { name: 'Cancel' });
        if (await cancel.count()) await cancel.click();
        await expect.poll(() => timing.getByRole('button', { name: 'Cancel' }).count(), { timeout: 10_000 }).toBe(0);
      },
    );
  });
});

describe('the device', () => {
  const visit = { parameters: { ...synthetic, n: 96, heads: 2, dim: 32, left: 16, right: 16 } };
  const timingOf = (page: Page) => page.getByRole('region', { name: 'Timing', exact: true });

  it('tunes the GPU’s plans when asked, lists what it tried, and says what it gained', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await isIdle(page);
      const timing = timingOf(page);
      await timing.getByRole('button', { name: 'Tune now' }).click({ timeout: 60_000 });
      await timing.getByRole('table', { name: /full|window/i }).first().waitFor({ timeout: 60_000 }); // prettier-ignore
      expect(await timing.getByText('in use').count()).toBeGreaterThan(0);
      await timing.getByText(/tuned, [\d.]+× the speed of the default|tuning found none faster/).first().waitFor(); // prettier-ignore
      expect(problems).toEqual([]);
    });
  });

  it('measures its limits and reads every timing against them', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await isIdle(page);
      const timing = timingOf(page);
      await timing.getByText('What this device can do').click();
      await timing.getByRole('button', { name: 'Measure this device' }).click({ timeout: 60_000 });
      await timing.getByRole('img', { name: /Operations per second over operations per byte/ }).waitFor({ timeout: 60_000 }); // prettier-ignore
      await timing.getByText(/\d%\sof limit/).first().waitFor({ timeout: 30_000 }); // prettier-ignore
      expect(problems).toEqual([]);
    });
  });

  it('shows what 16-bit storage saves and costs', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await isIdle(page);
      const timing = timingOf(page);
      await timing.getByText('16-bit storage').click();
      await timing.getByRole('button', { name: 'Compare 32 and 16 bits' }).click({ timeout: 60_000 });
      await timing.getByText(/and 50% of the bytes/).waitFor({ timeout: 60_000 });
      await timing.getByText(/No output number changes by more than \d/).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('runs the benchmark row by row, keeps what is there when cancelled, and saves it', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await isIdle(page);
      const timing = timingOf(page);
      await timing.getByText('Benchmark this device').click();
      await timing.getByRole('combobox', { name: 'Measure' }).selectOption({ label: 'CPU' });
      await timing.getByRole('button', { name: 'Run the benchmark' }).click({ timeout: 60_000 });
      const rows = timing.getByRole('table', { name: 'Benchmark results' }).getByRole('row');
      await expect.poll(() => rows.count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
      await timing.getByRole('button', { name: 'Cancel' }).click();
      const saving = page.waitForEvent('download');
      await timing.getByRole('button', { name: 'Save as JSON' }).click();
      const file = await saving;
      expect(file.suggestedFilename()).toMatch(/^attention-lab-\d{4}-\d\d-\d\d\.json$/);
      const report = JSON.parse(readFileSync((await file.path())!, 'utf8')) as BenchmarkReport;
      expect(report.schema).toBe('attention-lab/benchmark/1');
      expect(report.rows.length).toBeGreaterThanOrEqual(2);
      for (const { largestError, rooflineShare } of report.rows) {
        expect(largestError).toBeLessThan(1e-5);
        expect(rooflineShare).toBeGreaterThan(0);
      }
      const savingCsv = page.waitForEvent('download');
      await timing.getByRole('button', { name: 'Save as CSV' }).click();
      const csv = readFileSync((await (await savingCsv).path())!, 'utf8')
        .trimEnd()
        .split('\r\n');
      expect(csv).toHaveLength(1 + report.rows.length);
      expect(csv[0]).toMatch(/^\uFEFFcase,/);
      report.rows.forEach((row, n) => expect(csv[n + 1]).toContain(row.case));
      expect(problems).toEqual([]);
    });
  });

  it('is nothing a first visit has to load: at most 150 kB of script before the first picture', async () => {
    await withPage(browser, { waitUntilReady: false }, async ({ page, requests }) => {
      await page.locator('body[data-ready]').waitFor({ timeout: 20_000 });
      const scripts = requests.filter((address) => address.endsWith('.js') && !address.startsWith('blob:'));
      const sizes = await Promise.all(
        scripts.map(async (address) => gzipSync(Buffer.from(await (await fetch(address)).arrayBuffer())).length),
      );
      const workers = scripts.filter((address) => address.includes('worker'));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      console.log(`${scripts.length} scripts, ${workers.length} of them workers', ${Math.round(total / 1024)} kB gzip`);
      expect(scripts.some((address) => address.includes('Panel'))).toBe(false);
      const pageOnly = scripts.reduce((sum, address, at) => sum + (workers.includes(address) ? 0 : sizes[at]!), 0);
      expect(pageOnly).toBeLessThanOrEqual(150_000);
    });
  });
});
