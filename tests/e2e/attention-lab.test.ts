// The built page in a real Chromium, driven as a person would: by role and name.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { dragTo, isIdle, slider, synthetic } from './support/controls.ts';
import { PHONE, startBrowser, withPage } from './support/page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('opening the page', () => {
  it('has every control, picture and region under its public name', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 96 } }, async ({ page }) => {
      await isIdle(page);
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
        await isIdle(page);
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

describe('a text', () => {
  it('that the encoder has no pieces for is said to be unknown, in both languages, until it is gone', async () => {
    const parameters = { text: 'the 猫坐在 cat 🙂', lang: 'zh-Hans', backend: 'cpu' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      const said = page.locator('.input [role="status"]');
      await expect.poll(() => said.allTextContents()).toEqual([expect.stringMatching(/词表中没有：猫 坐 在 🙂。/)]);
      const box = page.getByRole('textbox', { name: '文本', exact: true });
      expect(await box.getAttribute('aria-describedby')).toContain((await said.getAttribute('id'))!);
      await page.getByRole('combobox', { name: '语言', exact: true }).selectOption('en');
      await expect.poll(() => said.allTextContents()).toEqual([expect.stringMatching(/vocabulary: 猫 坐 在 🙂\./)]);
      await page.getByRole('textbox', { name: 'Text', exact: true }).fill('the cat');
      await expect.poll(() => said.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });
});

describe('sliders', () => {
  it('change the window, its pairs and the error while everything else stays', async () => {
    await withPage(
      browser,
      { parameters: { ...synthetic, n: 128, left: 64, right: 64, backend: 'cpu' } },
      async ({ page }) => {
        await isIdle(page);
        const before = await page.locator('.big').textContent();
        await dragTo(page, 'Window left', [40, 20, 4]);
        await dragTo(page, 'Window right', [40, 20, 4]);
        await isIdle(page);
        await expect.poll(() => page.getByText(/1,132 pairs per head/).count()).toBe(1);
        expect(await page.locator('.big').textContent()).not.toBe(before);
        await expect.poll(() => new URL(page.url()).searchParams.get('left')).toBe('4');
      },
    );
  });

  it('hold what the model fixes, and say why', async () => {
    await withPage(browser, {}, async ({ page }) => {
      expect(await slider(page, 'Head dimension').isDisabled()).toBe(true);
      expect(await page.getByText(/Held at 64: the model’s head dimension/).count()).toBe(1);
    });
  });

  it('complain about a number that is not allowed and keep the picture', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page }) => {
      await isIdle(page);
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
      await isIdle(page);
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
        await isIdle(page);
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
      await isIdle(page);
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
      .locator('.input input[type="file"]')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: content });
  };

  it('show a ready attention matrix and say what was understood', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await isIdle(page);
      await upload(page, 'weights.csv', Buffer.from('0.5,0.5,0\n0.2,0.3,0.5\n0,0,1\n'));
      await page.getByText(/Attention weights: .*3 × 3/).waitFor();
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
      await page.getByText(/nothing to time/).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('are refused in words when they lie about their size or hold NaN, and the last picture stays', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await isIdle(page);
      await upload(page, 'broken.csv', Buffer.from('1,0\nNaN,1\n'));
      await page.getByText(/The file “broken.csv” cannot be used\./).waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('64');
      const header = Buffer.alloc(8);
      header.writeBigUInt64LE(2n ** 62n);
      await page.locator('.input input[type="file"]').setInputFiles({
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

describe('limits and losses', () => {
  it('say what a size would need and what fits, before anything is allocated', async () => {
    await withPage(browser, { parameters: { ...synthetic, n: 64 } }, async ({ page, problems }) => {
      await isIdle(page);
      for (const [name, value] of [
        ['Heads', 64],
        ['Head dimension', 256],
      ] as const) {
        await page.getByRole('spinbutton', { name, exact: true }).fill(String(value));
        await page.getByRole('spinbutton', { name, exact: true }).press('Enter');
      }
      await isIdle(page);
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
          await isIdle(page);
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
        await isIdle(page);
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
