// The built page and the embedded one in a real Firefox, where WebGPU may or may not be there: it computes, says on what, and stays quiet.
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFirefoxMissing, startFirefox, withFirefoxPage } from './support/firefox.ts';

let browser: Browser | null;
beforeAll(async () => {
  browser = await startFirefox();
});
afterAll(() => browser?.close());

describe.skipIf(isFirefoxMissing)('in Firefox', () => {
  test.each(['', 'embed/'])('/%s computes on the processor and asks for nothing but its own files', async (path) => {
    const parameters = { source: 'synthetic', n: 96, backend: 'cpu' };
    await withFirefoxPage(browser, { path, parameters }, async ({ page, problems, requests }) => {
      await page.waitForSelector('[data-activity="idle"]');
      await page.waitForFunction(() =>
        document.querySelector('.backend')?.textContent?.includes('Computed on the CPU'),
      );
      await page.waitForFunction(() => document.querySelectorAll('canvas').length > 0);
      const site = new URL(page.url()).origin;
      const strange = requests.filter((address) => !address.startsWith(site) && !/^(?:blob|data):/.test(address));
      expect(strange).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});
