// Says which backends this machine can run, by asking a Chromium started as the tests start it. Used by `npm test`,
// so that a run without a GPU adapter is never taken for one with.
import { createServer } from 'node:http';
import { chromium } from 'playwright';
import { WEBGPU_FLAGS } from './chromium.mjs';

/** Runs in the page. @returns {Promise<string | null>} */
async function describeAdapter() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(', ');
}

/**
 * The WebGPU adapter in words, or null when there is none.
 * @param {string} executablePath a Chromium
 * @returns {Promise<{ browser: string, adapter: string | null }>}
 */
export async function findBackends(executablePath) {
  // WebGPU needs a secure context: a page of 127.0.0.1 is one, about:blank is not.
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
  );
  await new Promise((settle) => server.listen(0, '127.0.0.1', () => settle(undefined)));
  const browser = await chromium.launch({ executablePath, args: WEBGPU_FLAGS });
  try {
    const page = await browser.newPage();
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    await page.goto(`http://127.0.0.1:${address.port}/`);
    return { browser: `Chromium ${browser.version()}`, adapter: await page.evaluate(describeAdapter) };
  } finally {
    await browser.close();
    server.close();
  }
}
