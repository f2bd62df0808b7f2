// The single files of `npm run build:offline`, opened from the disk in Chromium and in Firefox: they work and ask for nothing.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { Browser as Firefox } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFirefoxMissing, startFirefox, waitUntilReady, withFirefoxPage } from './support/firefox.ts';
import { startBrowser, withPage } from './support/page.ts';

const folder = fileURLToPath(new URL('../../dist/offline', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.html'));
const pathOf = (language: string) =>
  join(
    folder,
    names.find((name) => name.includes(`_${language}_`))!,
  );
const addressOf = (language: string) => pathToFileURL(pathOf(language)).href;

/** A worker that starts from the file itself is no request to anybody. */
const askedFor = (requests: string[]) => requests.filter((address) => !/^(?:blob|data):/.test(address));

let browser: Browser;
let firefox: Firefox | null;
let strict: Server;
beforeAll(async () => {
  [browser, firefox] = await Promise.all([startBrowser(), startFirefox()]);
  strict = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html;charset=utf-8');
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; worker-src blob:",
    );
    response.end(readFileSync(pathOf('all')));
  });
  await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await Promise.all([browser.close(), firefox?.close()]);
  strict.close();
});

const idle = (page: Page) => page.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
const choose = (page: Page, name: string, option: string) =>
  page.getByRole('combobox', { name, exact: true }).selectOption({ label: option });
const backendIs = (page: Page, words: RegExp) => page.locator('.backend').getByText(words).waitFor({ timeout: 45_000 });

test('there is one file with all languages and one for each, none above 3 MB', () => {
  expect(names.map((name) => name.replace(/_v.*/, ''))).toEqual([
    'attention-lab_all',
    'attention-lab_en',
    'attention-lab_zh-Hans',
  ]);
  for (const name of names) {
    const { size } = statSync(join(folder, name));
    console.log(`${name}: ${(size / 1e6).toFixed(2)} MB`);
    expect(size).toBeLessThanOrEqual(3_000_000);
  }
});

test('the file of one language holds no other catalogue', () => {
  const both = readFileSync(pathOf('all'), 'utf8');
  const only = { en: readFileSync(pathOf('en'), 'utf8'), zh: readFileSync(pathOf('zh-Hans'), 'utf8') };
  for (const [words, has] of [
    ['the last picture stays', { en: true, zh: false }],
    ['上一张图保持不变', { en: false, zh: true }],
  ] as const) {
    expect(both).toContain(words);
    expect(only.en.includes(words)).toBe(has.en);
    expect(only.zh.includes(words)).toBe(has.zh);
  }
});

describe('from the disk, in Chromium', () => {
  test('opens with its picture, computes it live, and goes through every kind of input on both backends', async () => {
    await withPage(browser, { path: addressOf('all') }, async ({ page, problems, requests }) => {
      await idle(page);
      await backendIs(page, /Computed on the (?:CPU|GPU)/);
      expect(await page.getByText('this file holds no encoder').count()).toBe(1);

      await choose(page, 'Example', 'Whom does “it” mean?');
      await page.getByText('▁dog').or(page.getByText('dog')).first().waitFor();
      await idle(page);
      await choose(page, 'Layer', '2 of 2');
      await idle(page);
      expect(await page.getByText(/could not|failed/i).count()).toBe(0);

      await choose(page, 'Input', 'Synthetic signal');
      await page.getByRole('slider', { name: 'Sequence length', exact: true }).fill('128');
      for (const [option, words] of [
        ['CPU', /Computed on the CPU/],
        ['WebGPU', /Computed on the GPU/],
      ] as const) {
        await choose(page, 'Backend', option);
        await backendIs(page, words);
        await idle(page);
      }

      await choose(page, 'Input', 'File');
      const csv = { name: 'weights.csv', mimeType: 'text/csv', buffer: Buffer.from('0.5,0.5\n0.25,0.75\n') };
      await page.locator('.input input[type="file"]').setInputFiles(csv);
      await page.locator('.input li').first().waitFor();
      await idle(page);

      await choose(page, 'Language', '简体中文');
      await page.getByRole('combobox', { name: '输入', exact: true }).waitFor();
      expect(askedFor(requests)).toEqual([addressOf('all')]);
      expect(problems).toEqual([]);
    });
  });

  test('says in words that it cannot encode a text of a link, and shows an example', async () => {
    await withPage(
      browser,
      { path: addressOf('all'), parameters: { text: 'Hello there' } },
      async ({ page, problems }) => {
        await page.getByText('nothing is recorded of the text').waitFor();
        expect(await page.getByRole('combobox', { name: 'Example', exact: true }).inputValue()).toBe('lighthouse');
        expect(problems).toEqual([]);
      },
    );
  });

  test('opens in its one language and offers no other', async () => {
    const visit = { path: addressOf('zh-Hans'), parameters: { lang: 'en' } };
    await withPage(browser, visit, async ({ page, problems }) => {
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
      expect(await page.getByRole('combobox', { name: '示例', exact: true }).count()).toBe(1);
      expect(await page.getByRole('combobox', { name: /语言|Language/ }).count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  test('works under a policy that allows nothing but itself', async () => {
    const path = `http://127.0.0.1:${(strict.address() as AddressInfo).port}/`;
    await withPage(
      browser,
      { path, parameters: { source: 'synthetic', n: 64 } },
      async ({ page, problems, requests }) => {
        await idle(page);
        await backendIs(page, /Computed on the/);
        expect(askedFor(requests)).toHaveLength(1);
        expect(problems).toEqual([]);
      },
    );
  });
});

describe.skipIf(isFirefoxMissing)('from the disk, in Firefox', () => {
  test('opens with its picture and computes it live without a request', async () => {
    await withFirefoxPage(firefox, { url: addressOf('all') }, async ({ page, problems, requests }) => {
      await waitUntilReady(page, problems);
      await page.waitForFunction(() => document.querySelector('.backend')?.textContent?.includes('Computed on the'));
      await page.waitForSelector('[data-activity="idle"]');
      await page.select('.input select', 'synthetic');
      await page.waitForFunction(() => document.querySelector('.input')?.textContent?.includes('Seed'));
      await page.waitForSelector('[data-activity="idle"]');
      // Firefox does not count the file itself.
      expect(askedFor(requests).filter((address) => address !== addressOf('all'))).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});
