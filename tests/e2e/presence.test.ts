// A frame far down another site's page: it starts nothing before it is in view, gives the GPU back when it is left, and comes back with
// the same picture.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startBrowser, withPage } from './support/page.ts';

let browser: Browser;
let host: Server;
let hostUrl: string;

beforeAll(async () => {
  browser = await startBrowser();
  const lab = new URL('embed/?source=synthetic&n=64&backend=webgpu&x-rest-ms=300', inject('siteUrl')).href;
  host = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><h1>Article</h1><p style="height: 4000px">Text</p>
      <iframe title="lab" width="900" height="700" src="${lab}"></iframe><p style="height: 4000px">Text</p>`,
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
  await frame!.locator('body').waitFor({ state: 'attached' });
  return frame!;
}
const scrollTo = (page: Page, y: number) => page.evaluate((top) => window.scrollTo(0, top), y);
/** Waits for one of the depths. `away` alone cannot be waited for: it becomes `gone` after `x-rest-ms`. */
const rests = (frame: Frame, ...depths: string[]) =>
  frame
    .locator(depths.map((depth) => `body[data-rest="${depth}"]`).join(', '))
    .waitFor({ state: 'attached', timeout: 20_000 });
/** The pixels of both pictures. */
const pictures = (frame: Frame) =>
  frame.locator('.pictures canvas').evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).toDataURL()));

test('a frame works only while it is in view, and gives the GPU back after that', async () => {
  await withPage(browser, { path: hostUrl, waitUntilReady: false }, async ({ page, problems, requests }) => {
    const frame = await labIn(page);
    await page.waitForTimeout(1500);
    expect(page.workers()).toEqual([]);
    expect(requests.filter((address) => /lab\.worker/.test(address))).toEqual([]);

    await scrollTo(page, 3900);
    await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
    await frame.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
    await frame.getByText(/Computed on the GPU/).waitFor();
    const before = await pictures(frame);
    expect(before.length).toBeGreaterThanOrEqual(2);

    await scrollTo(page, 0);
    await rests(frame, 'gone');
    await scrollTo(page, 3900);
    await rests(frame, 'none');
    // A number the page has not asked for yet: the pair is computed again for it.
    await frame.getByRole('grid', { name: 'Attention weights', exact: true }).focus();
    await page.keyboard.press('Control+End');
    await frame
      .getByText(/rank \d+ of/)
      .first()
      .waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Escape');
    expect(await pictures(frame)).toEqual(before);
    expect(problems).toEqual([]);
  });
});

test('a deck’s hint rests the frame, and the reader’s hand wakes it', async () => {
  await withPage(browser, { path: hostUrl, waitUntilReady: false }, async ({ page }) => {
    const frame = await labIn(page);
    await scrollTo(page, 3900);
    await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
    const say = (words: string) =>
      page.evaluate((message) => document.querySelector('iframe')!.contentWindow!.postMessage(message, '*'), words);
    await say('slide:stop');
    await rests(frame, 'gone');
    await say('slide:start');
    await rests(frame, 'none');
    await say('slide:stop');
    await rests(frame, 'away', 'gone');
    await frame.getByRole('slider', { name: 'Window left', exact: true }).press('ArrowLeft');
    await rests(frame, 'none');
    await frame.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
  });
});
