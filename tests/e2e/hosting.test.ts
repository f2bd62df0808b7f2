// The built site as its server sends it: in frames of other origins, of isolated pages and of sandboxes, and where storage or fullscreen is denied.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startBrowser, withPage } from './support/page.ts';

let browser: Browser;
let host: Server;
let hostUrl: string;

/** Pages of another origin with the lab in a frame. */
const HOSTS: Record<string, { attributes?: string; headers?: Record<string, string>; shows?: string }> = {
  '/plain': {},
  '/whole': { shows: '' },
  '/isolated': {
    headers: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' },
  },
  '/sandboxed': { attributes: 'sandbox="allow-scripts"' },
  '/popups': { attributes: 'sandbox="allow-scripts allow-same-origin allow-popups"' },
};

beforeAll(async () => {
  browser = await startBrowser();
  host = createServer((request, response) => {
    const { attributes = '', headers = {}, shows = 'embed/' } = HOSTS[request.url ?? ''] ?? {};
    const lab = new URL(`${shows}?source=synthetic&n=64&backend=cpu&lang=en`, inject('siteUrl')).href;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><iframe title="lab" width="900" height="700" ${attributes} src="${lab}"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  hostUrl = `http://localhost:${(host.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  host.close();
});

async function labIn(page: Page): Promise<Frame> {
  const frame = await (await page.locator('iframe').elementHandle())!.contentFrame();
  await frame!.locator('body[data-ready]').waitFor({ timeout: 30_000 });
  return frame!;
}

describe('headers', () => {
  test.each(['/plain', '/isolated', '/sandboxed'])('let the lab run in a frame of a %s page', async (path) => {
    const cookies: (string | undefined)[] = [];
    const visit = { path: hostUrl + path, waitUntilReady: false };
    await withPage(browser, visit, async ({ page, problems }) => {
      page.on('response', (response) => cookies.push(response.headers()['set-cookie']));
      const frame = await labIn(page);
      expect(await frame.getByText(/Computed on the CPU/).count()).toBe(1);
      expect(problems).toEqual([]);
      expect(cookies.filter(Boolean)).toEqual([]);
      expect(await page.context().cookies()).toEqual([]);
    });
  });

  test('let a sandboxed frame open the embedded page in a window', async () => {
    await withPage(browser, { path: `${hostUrl}/popups`, waitUntilReady: false }, async ({ page }) => {
      const frame = await labIn(page);
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        frame.evaluate(() => void window.open(location.href, '_blank', 'noopener')),
      ]);
      await popup.locator('body[data-ready]').waitFor({ timeout: 30_000 });
    });
  });

  test('isolate the page itself', async () => {
    await withPage(browser, { parameters: { source: 'synthetic', n: 64 } }, async ({ page }) => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    });
  });
});

/** What a browser with storage switched off does: every way to it throws. */
function denyStorage(): void {
  const deny = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
    Object.defineProperty(window, name, { get: deny });
  Object.defineProperty(Document.prototype, 'cookie', { get: deny, set: deny });
  Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: deny });
  Object.defineProperty(Navigator.prototype, 'locks', { get: deny });
}

describe('where storage is denied', () => {
  test('the page computes and complains of nothing', async () => {
    const prepare = async (page: Page) => void (await page.addInitScript(denyStorage));
    const parameters = { source: 'synthetic', n: 64 };
    await withPage(browser, { parameters, prepare }, async ({ page, problems }) => {
      await page.locator('[data-activity="idle"]').waitFor();
      await page.getByRole('slider', { name: 'Window left', exact: true }).fill('8');
      await page.locator('[data-activity="idle"]').waitFor();
      expect(problems).toEqual([]);
    });
  });
});

describe('where fullscreen is denied', () => {
  const presents = async (lab: Page | Frame) => {
    await lab.getByRole('button', { name: 'Present', exact: true }).click();
    await lab.locator(':root[data-presentation]').waitFor();
    await lab.getByRole('slider', { name: 'Window left', exact: true }).fill('8');
    await lab.locator('[data-activity="idle"]').waitFor();
    expect(await lab.evaluate(() => document.fullscreenElement)).toBeNull();
    await lab.getByRole('button', { name: 'Present', exact: true }).click();
    await lab.locator(':root:not([data-presentation])').waitFor();
  };
  test('a frame that may not have it presents where it is', () =>
    withPage(browser, { path: `${hostUrl}/whole`, waitUntilReady: false }, async ({ page, problems }) => {
      const frame = await labIn(page);
      expect(await frame.evaluate(() => document.fullscreenEnabled)).toBe(false);
      await presents(frame);
      expect(problems).toEqual([]);
    }));
  test('so does a page whose wish the browser turns down', async () => {
    const prepare = async (page: Page) =>
      void (await page.addInitScript(() => {
        Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('Permissions check failed'));
      }));
    const parameters = { source: 'synthetic', n: 64, backend: 'cpu' };
    await withPage(browser, { parameters, prepare }, async ({ page, problems }) => {
      await presents(page);
      expect(problems).toEqual([]);
    });
  });
});
