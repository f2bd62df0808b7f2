// Opens the built page as a person would: a browser, a window size, a theme, a language. Collects what went wrong on the page.
// Called by every end-to-end test; whoever opens a page closes it in `finally`, or uses `withPage`.
import { chromium, type Browser, type Page } from 'playwright';
import { inject } from 'vitest';
import { findChromium, WEBGPU_FLAGS } from '../../../src/tools/chromium.mjs';

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface Visit {
  /** Path and parameters after the site's address, e.g. `embed/?n=64`; default the lab. */
  path?: string;
  viewport?: { width: number; height: number };
  theme?: 'light' | 'dark';
  /** The browser's language; default `en-US`. */
  language?: string;
  reducedMotion?: boolean;
  /** The reader's own colours in place of the page's. */
  forcedColors?: boolean;
  hasTouch?: boolean;
  deviceScaleFactor?: number;
  /** Parameters added to the address. */
  parameters?: Record<string, string | number>;
  /** Called before the address is opened: to route requests or add scripts. */
  prepare?: (page: Page) => Promise<void>;
  /** Wait until the page says it is ready (`data-ready` on the body); default true. */
  waitUntilReady?: boolean;
}

export interface OpenPage {
  page: Page;
  /** Console errors, uncaught errors, refused requests and broken content policies, in order. */
  problems: string[];
  /** Every address the page asked for. */
  requests: string[];
  close(): Promise<void>;
}

/** One browser for a test file: start it in `beforeAll`, close it in `afterAll`. `flags` default to WebGPU on SwiftShader. */
export function startBrowser(flags: string[] = WEBGPU_FLAGS): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? undefined, args: flags });
}

/** The address of a visit. */
export function addressOf({ path = '', parameters = {} }: Visit): string {
  const address = new URL(path, inject('siteUrl'));
  for (const [key, value] of Object.entries(parameters)) address.searchParams.set(key, String(value));
  return address.href;
}

function collectProblems(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // The page itself gives up a request when it goes away or no longer wants the answer.
    if (reason !== 'net::ERR_ABORTED') problems.push(`request: ${request.url()} ${reason}`);
  });
}

/** A fresh context, so that nothing stored is left from the test before. */
export async function openPage(browser: Browser, visit: Visit = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: visit.viewport ?? DESKTOP,
    colorScheme: visit.theme ?? 'light',
    locale: visit.language ?? 'en-US',
    reducedMotion: visit.reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: visit.forcedColors ? 'active' : 'none',
    hasTouch: visit.hasTouch ?? false,
    deviceScaleFactor: visit.deviceScaleFactor ?? 1,
  });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    collectProblems(page, problems);
    page.on('request', (request) => requests.push(request.url()));
    await visit.prepare?.(page);
    await page.goto(addressOf(visit));
    if (visit.waitUntilReady ?? true) await page.locator('body[data-ready]').waitFor({ timeout: 45_000 });
    return { page, problems, requests, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Opens a page, hands it over and closes it whatever happens. */
export async function withPage<Answer>(
  browser: Browser,
  visit: Visit,
  use: (open: OpenPage) => Promise<Answer>,
): Promise<Answer> {
  const open = await openPage(browser, visit);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}
