// The hosted page without its server, and a new version of it: a copy of the built site on a server that the test stops and starts.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../src/tools/serve.mjs';
import { writeServiceWorker } from '../../src/tools/service-worker.mjs';
import { startBrowser, withPage } from './support/page.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
let browser: Browser;
let folder: string;
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), 'attention-lab-site-'));
  cpSync(dist, folder, { recursive: true, filter: (path) => !/\/offline$|\.(?:br|gz)$/.test(path) });
  site = await serve({ root: folder, port: 0 });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

const idle = (page: Page) => page.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
/** Until the page works through its service worker and the encoder's weights are kept. */
async function isKept(page: Page, caches: string[]): Promise<void> {
  const kept = () =>
    page.evaluate(async () => (navigator.serviceWorker.controller ? await globalThis.caches.keys() : []));
  const missing = async () => {
    const names = await kept();
    return caches.filter((part) => !names.some((name) => name.includes(part)));
  };
  await expect.poll(missing, { timeout: 45_000, interval: 250 }).toEqual([]);
}
const PAGES = '-precache-';
const WEIGHTS = 'attention-lab-weights';

/** Another build of the same site: only its page differs, by a mark that no reader sees. */
async function publish(mark: string): Promise<void> {
  const page = join(folder, 'index.html');
  const html = readFileSync(page, 'utf8').replace(
    /<meta name="test-version"[^>]*>|(?=<\/head>)/,
    `<meta name="test-version" content="${mark}">`,
  );
  writeFileSync(page, html);
  await writeServiceWorker(folder);
  const { port } = site;
  await site.close();
  site = await serve({ root: folder, port });
}
const versionOf = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="test-version"]')?.content ?? 'built');

test('after one visit the page works without its server: picture, encoder and signals', async () => {
  await withPage(browser, { path: site.url }, async ({ page, problems }) => {
    await page.getByText(/tokens, encoded live/).waitFor({ timeout: 45_000 });
    await isKept(page, [PAGES, WEIGHTS]);
    // Not kept, and not mistaken for a page that is.
    await page.goto(new URL('a11y-view/?source=synthetic&n=64', site.url).href);
    await page.locator('li[data-role="grid"]').first().waitFor({ timeout: 20_000 });
    await page.goto(site.url);
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('body[data-ready]').waitFor({ timeout: 20_000 });
    await page.getByText(/tokens, encoded live/).waitFor({ timeout: 45_000 });
    await page.getByRole('combobox', { name: 'Input', exact: true }).selectOption({ label: 'Synthetic signal' });
    await page.getByText('Seed', { exact: true }).waitFor();
    await idle(page);
    // Other parameters, the same page; and the embedded one, which was never visited.
    for (const path of ['?source=synthetic&n=64', 'embed/?source=synthetic&n=64']) {
      await page.goto(new URL(path, site.url).href);
      await page.locator('body[data-ready]').waitFor({ timeout: 20_000 });
    }
    expect(problems).toEqual([]);
  });
});

test('a new version waits until the reader agrees, and then is the whole page', async () => {
  const visit = { path: site.url, parameters: { source: 'synthetic', n: 64 } };
  await withPage(browser, visit, async ({ page, problems }) => {
    await isKept(page, [PAGES]);
    const before = await versionOf(page);
    await publish('second');
    await page.reload();
    expect(await versionOf(page)).toBe(before);
    await page.getByText('A new version is ready').waitFor({ timeout: 30_000 });
    await page.reload();
    expect(await versionOf(page)).toBe(before);
    await page.getByText('A new version is ready').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Reload', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('meta[name="test-version"][content="second"]'), null, {
      timeout: 30_000,
    });
    await page.locator('body[data-ready]').waitFor();
    expect(await page.getByText('A new version is ready').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
