// `npm run screenshot`: photographs the built page for the README, in light and dark. Not a test: nothing is compared.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { ensureChromium, WEBGPU_FLAGS } from './chromium.mjs';
import { ROOT } from './run-command.mjs';
import { serve } from './serve.mjs';

const FOLDER = join(ROOT, '.github');
const WAIT_MS = 60_000;

const site = await serve({ root: join(ROOT, 'dist'), port: 0 });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: WEBGPU_FLAGS });
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const page = await browser.newPage({
      colorScheme,
      locale: 'en-US',
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 1.5,
      reducedMotion: 'reduce',
    });
    await page.goto(site.url);
    await page.locator('body[data-ready]').waitFor({ timeout: WAIT_MS });
    // The live picture with its measured times, and the cursor on a cell.
    await page.getByText('fastest').waitFor({ timeout: WAIT_MS });
    await page.mouse.move(505, 250);
    await page
      .getByText(/rank \d+ of/)
      .first()
      .waitFor({ timeout: WAIT_MS });
    const path = join(FOLDER, `screenshot-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(`Wrote ${path}`);
    await page.close();
  }
} finally {
  await browser.close();
  await site.close();
}
