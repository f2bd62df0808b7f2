// The built page in a real Chromium, driven as a person would: by role and name.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchmarkReport } from '../../src/contract/benchmark.ts';
import type { Browser, Page } from 'playwright';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const idle = (page: Page, timeout = 45_000) => page.locator('[data-activity="idle"]').waitFor({ timeout });
const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });
const synthetic = { source: 'synthetic', seed: 3 };

/** Sets a native range as a drag does: an input event per value. */
async function dragTo(page: Page, name: string, values: number[]): Promise<void> {
  await slider(page, name).evaluate(async (element, steps) => {
    const range = element as HTMLInputElement;
    for (const value of steps) {
      range.value = String(value);
      range.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((next) => setTimeout(next, 16));
    }
    range.dispatchEvent(new Event('change', { bubbles: true }));
  }, values);
}

describe('opening the page', () => {
  it('shows a recorded picture at once and then replaces it by the live encoder', { retry: 2 }, async () => {
    await withPage(browser, { waitUntilReady: false }, async ({ page, problems, requests }) => {
      await page.locator('body[data-ready]').waitFor({ timeout: 10_000 });
      const firstPictureMs = await page.evaluate(() => performance.now());
      console.log(`first picture after ${Math.round(firstPictureMs)} ms`);
      expect(firstPictureMs).toBeLessThan(1500);
      expect(await page.getByText('Q, K, V precomputed').count()).toBe(1);
      expect(await page.getByText(/A ready matrix/).count()).toBe(0);
      await expect.poll(() => page.getByText(/tokens, encoded live/).count(), { timeout: 40_000 }).toBe(1);
      await idle(page);
      expect(await page.getByText('Q, K, V precomputed').count()).toBe(0);
      const site = new URL(page.url()).origin;
      expect(
        requests.filter(
          (address) => !address.startsWith(site) && !address.startsWith('blob:') && !address.startsWith('data:'),
        ),
      ).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  it('has every control, picture and region under its public name', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 96 } }, async ({ page }) => {
      await idle(page);
      for (const name of [
        'Sequence length',
        'Heads',
        'Head dimension',
        'Window left',
        'Window right',
        'Dilation',
        'Global tokens',
      ]) {
        expect(await slider(page, name).count(), name).toBe(1);
        expect(await page.getByRole('spinbutton', { name, exact: true }).count(), name).toBe(1);
      }
      expect(await page.getByRole('checkbox', { name: 'Causal' }).count()).toBe(1);
      for (const name of ['Input', 'Backend', 'Colour scale', 'Language'])
        expect(await page.getByRole('combobox', { name, exact: true }).count(), name).toBe(1);
      for (const name of ['Timing', 'Heads overview', 'Lesson'])
        expect(await page.getByRole('region', { name, exact: true }).count(), name).toBe(1);
      expect(await page.getByRole('grid', { name: 'Attention weights', exact: true }).count()).toBe(1);
      expect(await page.getByRole('tab', { name: 'Attention', exact: true }).getAttribute('aria-selected')).toBe(
        'true',
      );
    });
  });

  it('fits a phone without sideways scrolling, pictures first', async () => {
    await withPage(
      browser,
      { viewport: PHONE, parameters: { ...synthetic, n: 64, query: 20, key: 10 } },
      async ({ page, problems }) => {
        await idle(page);
        await page.getByText('query 20: “20”').waitFor();
        const widest = await page.evaluate(() =>
          Math.max(
            ...[...document.querySelectorAll('main *')]
              .filter((one) => one.clientWidth > 0 && !one.closest('.visually-hidden, mrow'))
              .map((one) => one.getBoundingClientRect().right),
          ),
        );
        expect(widest).toBeLessThanOrEqual(391);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        const picture = await page.getByRole('heading', { name: 'Full attention' }).boundingBox();
        const control = await slider(page, 'Sequence length').boundingBox();
        expect(picture!.y).toBeLessThan(control!.y);
        expect(problems).toEqual([]);
      },
    );
  });
});

describe('sliders', () => {
  it('change the window, its pairs and the error while everything else stays', async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 128, left: 64, right: 64, backend: 'cpu' } },
      async ({ page }) => {
        await idle(page);
        const before = await page.locator('.big').textContent();
        await dragTo(page, 'Window left', [40, 20, 4]);
        await dragTo(page, 'Window right', [40, 20, 4]);
        await idle(page);
        await expect.poll(() => page.getByText(/1,132 pairs per head/).count()).toBe(1);
        expect(await page.locator('.big').textContent()).not.toBe(before);
        await expect.poll(() => new URL(page.url()).searchParams.get('left')).toBe('4');
      },
    );
  });

  // Times on a shared machine: the best of three tries counts.
  it('never hold the main thread for 50 ms while being dragged at n = 1,024 on the CPU', { retry: 2 }, async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 1024, left: 64, right: 64, backend: 'cpu' } },
      async ({ page }) => {
        await idle(page);
        await page.evaluate(() => {
          const seen: number[] = [];
          Object.assign(globalThis, { longTasks: seen });
          new PerformanceObserver((list) => seen.push(...list.getEntries().map((entry) => entry.duration))).observe({
            type: 'longtask',
          });
        });
        await dragTo(
          page,
          'Window left',
          Array.from({ length: 60 }, (_, step) => 64 + 4 * step),
        );
        await idle(page);
        const longTasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
        console.log(`long tasks during the drag: ${JSON.stringify(longTasks)}`);
        expect(longTasks).toEqual([]);
      },
    );
  });

  it(
    'leave the page answering within 100 ms during n = 16,384, and abandon that run when moved',
    { retry: 2 },
    async () => {
      await withPage(
        browser,
        { parameters: { ...synthetic, n: 256, heads: 2, backend: 'cpu', left: 32, right: 32 } },
        async ({ page }) => {
          await idle(page);
          await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).fill('16384');
          await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).press('Enter');
          await page.getByRole('button', { name: 'Cancel' }).waitFor({ timeout: 20_000 });
          const answeredMs = await page.getByRole('checkbox', { name: 'Causal' }).evaluate(async (box) => {
            const start = performance.now();
            (box as HTMLInputElement).click();
            await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
            return performance.now() - start;
          });
          console.log(`click answered after ${answeredMs.toFixed(1)} ms during n = 16,384`);
          expect(answeredMs).toBeLessThan(100);
          const moved = Date.now();
          await dragTo(page, 'Sequence length', [512]);
          await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount'), { timeout: 5000 }).toBe('512');
          console.log(`abandoned for n = 512 after ${Date.now() - moved} ms`);
          expect(Date.now() - moved).toBeLessThan(4000);
        },
      );
    },
  );

  it('hold what the model fixes, and say why', async () => {
    await withPage(browser, {}, async ({ page }) => {
      expect(await slider(page, 'Head dimension').isDisabled()).toBe(true);
      expect(await page.getByText(/Held at 64: the model’s head dimension/).count()).toBe(1);
    });
  });

  it('complain about a number that is not allowed and keep the picture', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page }) => {
      await idle(page);
      await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).fill('70000');
      await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).press('Enter');
      await page.getByText(/“70000” is not allowed here: an integer from 1 to 65536/).waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('64');
    });
  });
});

describe('the grid', () => {
  it('is one tab stop whose cells read query, key, weight and rank, moved by the keyboard alone', async () => {
    await withPage(browser, {}, async ({ page }) => {
      await expect.poll(() => page.getByText(/tokens, encoded live/).count(), { timeout: 40_000 }).toBe(1);
      await idle(page);
      const grid = page.getByRole('grid', { name: 'Attention weights', exact: true });
      expect(await grid.locator('[tabindex="0"]').count()).toBe(1);
      await grid.locator('[tabindex="0"]').focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight'])
        await page.keyboard.press(key);
      const focused = page.locator(':focus');
      await expect
        .poll(() => focused.getAttribute('aria-label'))
        .toMatch(/^query 3 \S+, key 2 \S+, weight [\d.× ⁻⁰¹²³⁴⁵⁶⁷⁸⁹ ]+, rank \d+ of \d+/);
      await page.keyboard.press('Control+End');
      const last = Number(await grid.getAttribute('aria-rowcount'));
      expect(await focused.getAttribute('aria-colindex')).toBe(String(last));
      await page.keyboard.press('Enter');
      await page.getByText(new RegExp(`query ${last - 1}: “`)).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').evaluate((element) => element.closest('[role="grid"]') === null)).toBe(true);
    });
  });
});

describe('the address', () => {
  it('falls back for bad values with one notice each that names value, default and what is allowed', async () => {
    await withPage(
      browser,
      {
        parameters: { source: 'synthetic', n: 64, heads: '1000000000', cmap: 'rainbow', __proto__: 'x', unknown: '1' },
      },
      async ({ page, problems }) => {
        await idle(page);
        await page.getByText(/“heads” is “1000000000”; “4” is used instead/).waitFor();
        await page.getByText(/“cmap” is “rainbow”; “viridis” is used instead.*magma/).waitFor();
        const dismiss = page.getByRole('button', { name: 'Dismiss' });
        expect(await dismiss.count()).toBe(2);
        await dismiss.first().click();
        expect(await dismiss.count()).toBe(1);
        expect(problems).toEqual([]);
      },
    );
  });

  it('sets Chinese, and switching the language keeps everything else', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 80, lang: 'zh-CN' } }, async ({ page }) => {
      await idle(page);
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
      expect(await slider(page, '序列长度').inputValue()).toBe('80');
      await page.getByRole('combobox', { name: '语言', exact: true }).selectOption('en');
      expect(await slider(page, 'Sequence length').inputValue()).toBe('80');
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    });
  });
});

describe('files', () => {
  const upload = async (page: Page, name: string, content: Buffer) => {
    await page.getByRole('combobox', { name: 'Input', exact: true }).selectOption('file');
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: content });
  };

  it('show a ready attention matrix and say what was understood', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await idle(page);
      await upload(page, 'weights.csv', Buffer.from('0.5,0.5,0\n0.2,0.3,0.5\n0,0,1\n'));
      await page.getByText(/Attention weights: .*3 × 3/).waitFor();
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
      await page.getByText(/nothing to time/).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('are refused in words when they lie about their size or hold NaN, and the last picture stays', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await idle(page);
      await upload(page, 'broken.csv', Buffer.from('1,0\nNaN,1\n'));
      await page.getByText(/The file “broken.csv” cannot be used\./).waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('64');
      const header = Buffer.alloc(8);
      header.writeBigUInt64LE(2n ** 62n);
      await page.locator('input[type="file"]').setInputFiles({
        name: 'liar.safetensors',
        mimeType: 'application/octet-stream',
        buffer: Buffer.concat([header, Buffer.from('{}')]),
      });
      await page.getByText(/The file “liar.safetensors” cannot be used\./).waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('64');
      expect(problems).toEqual([]);
    });
  });
});

describe('timing', () => {
  it('measures all four series live and names the device', async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 128, heads: 2, dim: 32, left: 16, right: 16 } },
      async ({ page }) => {
        await idle(page);
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
        await idle(page);
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
      await idle(page);
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
      await idle(page);
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
      await idle(page);
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
      await idle(page);
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
      expect(pageOnly).toBeLessThanOrEqual(150 * 1024);
    });
  });
});

describe('limits and losses', () => {
  it('say what a size would need and what fits, before anything is allocated', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await idle(page);
      for (const [name, value] of [
        ['Heads', 64],
        ['Head dimension', 256],
      ] as const) {
        await page.getByRole('spinbutton', { name, exact: true }).fill(String(value));
        await page.getByRole('spinbutton', { name, exact: true }).press('Enter');
      }
      await idle(page);
      await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).fill('65536');
      await page.getByRole('spinbutton', { name: 'Sequence length', exact: true }).press('Enter');
      const words = page.getByText(
        /This would need [\d.]+\sGB; [\d.]+\s[GM]B are available here\. The largest sequence length that fits is [\d,]+\./,
      );
      await words.waitFor({ timeout: 20_000 });
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('64');
      await dragTo(page, 'Sequence length', [128]);
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount'), { timeout: 20_000 }).toBe('128');
      await expect.poll(() => words.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('survive a crashed GPU process: the picture comes back and the sliders go on', async () => {
    const fragile = await startBrowser();
    try {
      await withPage(
        fragile,
        { parameters: { ...synthetic, n: 128, left: 8, right: 8, backend: 'webgpu' } },
        async ({ page }) => {
          await page.getByText(/Computed on the GPU/).waitFor({ timeout: 30_000 });
          await idle(page);
          const cdp = await fragile.newBrowserCDPSession();
          await cdp.send('Browser.crashGpuProcess').catch(() => undefined);
          await page
            .getByText(/The GPU was lost/)
            .first()
            .waitFor({ timeout: 15_000 });
          await dragTo(page, 'Window left', [20]);
          await expect.poll(() => page.getByText(/3,466 pairs per head/).count(), { timeout: 30_000 }).toBe(1);
        },
      );
    } finally {
      await fragile.close();
    }
  });
});

describe('without a GPU', () => {
  it('computes on the CPU and says why', async () => {
    const bare = await startBrowser(['--no-sandbox', '--host-resolver-rules=MAP lms.test 127.0.0.1']);
    try {
      await withPage(bare, { parameters: { ...synthetic, n: 64 } }, async ({ page }) => {
        await idle(page);
        await page.getByText(/Computed on the CPU/).waitFor();
        await page
          .getByText(/found no usable GPU|has no WebGPU/)
          .first()
          .waitFor();
        const port = new URL(page.url()).port;
        await page.goto(`http://lms.test:${port}/?source=synthetic&n=64`);
        await page.locator('body[data-ready]').waitFor();
        await page
          .getByText(/not served over HTTPS/)
          .first()
          .waitFor();
      });
    } finally {
      await bare.close();
    }
  });
});
