// Opens pages in a real Firefox, over WebDriver BiDi. Without one on the machine its tests are skipped, except under CI, where they fail.
// Whoever opens a page closes it in `finally`, or uses `withFirefoxPage`.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox, WEBGPU_PREFS } from '../../../src/tools/firefox.mjs';
import { addressOf, DESKTOP, type Visit } from './page.ts';

const firefox = findFirefox();

/** For `describe.skipIf`: there is no Firefox, and it may be so. `npm test` says it on the terminal; under CI nothing is skipped. */
export const isFirefoxMissing = firefox === null && !process.env['CI'];

/** A place to go: one of the site's pages, or any whole address. */
export type FirefoxVisit = Pick<Visit, 'path' | 'parameters' | 'viewport' | 'waitUntilReady'> & {
  /** A whole address (another host's page, `file://…`) instead of one of the site's. */
  url?: string;
};

export interface OpenFirefoxPage {
  page: Page;
  /** Console errors, uncaught errors and refused requests, in order. */
  problems: string[];
  /** Every address the page and its frames asked for. */
  requests: string[];
  close(): Promise<void>;
}

/** One browser for a test file; null where there is none: start it in `beforeAll`, close it in `afterAll`. */
export async function startFirefox(prefs: Record<string, unknown> = WEBGPU_PREFS): Promise<Browser | null> {
  if (isFirefoxMissing) return null;
  if (!firefox) throw new Error('These tests need a Firefox: see src/tools/firefox.mjs.');
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: firefox,
    headless: true,
    extraPrefsFirefox: { 'intl.accept_languages': 'en-US', ...prefs },
  });
}

function watch(page: Page, problems: string[], requests: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`));
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // The page itself gives up a request when it goes away or no longer wants the answer.
    if (!/ABORT/i.test(reason)) problems.push(`request: ${request.url()} ${reason}`);
  });
}

/** Waits for the first picture; when it does not come, says what the page shows instead. */
export async function waitUntilReady(page: Page, problems: string[] = []): Promise<void> {
  try {
    await page.waitForSelector('body[data-ready]', { timeout: 45_000 });
  } catch (error) {
    const shown = await page.evaluate(() => `${document.visibilityState}: ${document.body.innerText.slice(0, 500)}`);
    throw new Error(`${page.url()} is not ready. ${problems.join('; ')}\n${shown}`, { cause: error });
  }
}

/** A fresh context, so that nothing stored is left from the test before. */
export async function openFirefoxPage(browser: Browser | null, visit: FirefoxVisit = {}): Promise<OpenFirefoxPage> {
  if (!browser) throw new Error('There is no Firefox: use describe.skipIf(isFirefoxMissing).');
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    // A tab behind another is not seen, and the lab waits until it is.
    await page.bringToFront();
    await page.setViewport(visit.viewport ?? DESKTOP);
    const problems: string[] = [];
    const requests: string[] = [];
    watch(page, problems, requests);
    await page.goto(visit.url ?? addressOf(visit), { waitUntil: 'domcontentloaded' });
    if (visit.waitUntilReady ?? visit.url === undefined) await waitUntilReady(page, problems);
    return { page, problems, requests, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Opens a page, hands it over and closes it whatever happens. */
export async function withFirefoxPage<Answer>(
  browser: Browser | null,
  visit: FirefoxVisit,
  use: (open: OpenFirefoxPage) => Promise<Answer>,
): Promise<Answer> {
  const open = await openFirefoxPage(browser, visit);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}
