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

describe('zero-shot from the disk, in Chromium', () => {
  /** What the lab saves: cosines of the texts with the labels. */
  async function cosinesOf(page: Page): Promise<Map<string, number[]>> {
    const folded = page.locator('#lab-zero-shot details', { hasText: 'Save & copy' });
    if ((await folded.getAttribute('open')) === null) await folded.locator('summary').click();
    const saving = page.waitForEvent('download', { timeout: 4000 });
    await page.locator('#lab-zero-shot').getByRole('button', { name: 'Save as JSON', exact: true }).click();
    const saved = JSON.parse(readFileSync((await (await saving).path())!, 'utf8')) as {
      results: { rows: unknown[][] };
    };
    return new Map(saved.results.rows.map(([text, , ...cosines]) => [text as string, cosines as number[]]));
  }
  const template = (page: Page) => page.getByRole('combobox', { name: 'Template', exact: true });

  test('has the cosines that the encoder gives on the site, for every template', async () => {
    const parameters = { lab: 'zero-shot', backend: 'cpu', descriptions: 0, lang: 'en' };
    const templates = ['This text is about {}.', '{}', 'News about {}.'];
    const take = (path: string) =>
      withPage(browser, { path, parameters }, async ({ page, problems }) => {
        const found: Map<string, number[]>[] = [];
        for (const one of templates) {
          await template(page).selectOption(one);
          // What is saved while the lab computes is given up, and asked for again.
          await expect
            .poll(
              async () => {
                const cosines = await cosinesOf(page);
                const isNew = String([...cosines.values()]) !== String([...(found.at(-1)?.values() ?? [])]);
                if (isNew) found.push(cosines);
                return isNew;
              },
              { timeout: 30_000 },
            )
            .toBe(true);
        }
        expect(problems).toEqual([]);
        return found;
      });
    const [recorded, live] = [await take(addressOf('all')), await take('')];
    recorded.forEach((cosines, at) => {
      expect([...cosines.keys()]).toEqual([...live[at]!.keys()]);
      expect(cosines.size).toBe(8);
      for (const [text, row] of cosines)
        row.forEach((cosine, label) => expect(Math.abs(cosine - live[at]!.get(text)![label]!)).toBeLessThan(1e-3));
    });
  });

  test('shows similarities, decision, plane and failing cases; of another text it says that nothing is recorded', async () => {
    const parameters = { lab: 'zero-shot', lang: 'en' };
    await withPage(browser, { path: addressOf('all'), parameters }, async ({ page, problems, requests }) => {
      await page.getByText('Their vectors are recorded').waitFor();
      for (const region of ['Similarity matrix', 'Decision', 'Plane', 'Confusion', 'Failing cases'])
        await page.getByRole('region', { name: region, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Run the cases', exact: true }).click();
      await page.getByText(/In \d of 6 cases the opposite is nearer/).waitFor();
      const texts = page.getByRole('textbox', { name: 'Texts to classify', exact: true });
      await texts.fill('A text of mine.');
      await page.getByText('Nothing is recorded of “A text of mine.”').waitFor();
      await page.getByText('8 texts, 6 labels').waitFor();
      await page.getByRole('button', { name: 'Show what is recorded', exact: true }).click();
      await expect.poll(() => page.getByText('Nothing is recorded').count()).toBe(0);
      await texts.fill('Too much sugar is bad for your teeth.');
      await page.getByText('1 texts, 6 labels').or(page.getByText('1 text, 6 labels')).waitFor();
      expect(askedFor(requests).filter((address) => !address.startsWith(addressOf('all')))).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  test('opens a link with other texts with words in place of a picture', async () => {
    const parameters = { lab: 'zero-shot', lang: 'zh-Hans', texts: 'Mine' };
    await withPage(browser, { path: addressOf('all'), parameters }, async ({ page, problems }) => {
      await page.getByText('没有“Mine”的录制向量').waitFor();
      await page.getByRole('button', { name: '显示录制的内容', exact: true }).click();
      await page.getByText('8 条文本，6 个标签').waitFor();
      expect(problems).toEqual([]);
    });
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
      expect(askedFor(requests).filter((address) => !address.startsWith(addressOf('all')))).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  // What each shows only once it has drawn or computed.
  test.each([
    ['mixers', '#lab-mixers svg text'],
    ['speedups', '#lab-speedups svg rect'],
    ['pretraining', '#lab-pretraining td'],
    ['zero-shot', '#lab-zero-shot svg.projection circle'],
  ])('%s opens and is not in need of anything', async (lab, drawn) => {
    await withFirefoxPage(firefox, { url: `${addressOf('all')}?lab=${lab}` }, async ({ page, problems, requests }) => {
      await waitUntilReady(page, problems);
      await page.waitForSelector(drawn);
      expect(askedFor(requests).filter((address) => !address.startsWith(addressOf('all')))).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});
