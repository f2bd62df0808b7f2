// `node src/tools/pair-areas.mjs`: prints the areas of the experiment on sentence pairs as the built page computes them, on every backend
// it finds, as a table for the README. Build first.
import { join } from 'node:path';
import { chromium } from 'playwright';
import { ensureChromium, WEBGPU_FLAGS } from './chromium.mjs';
import { ROOT } from './run-command.mjs';
import { serve } from './serve.mjs';

const WAIT_MS = 240_000;
const GPU_WAIT_MS = 20_000;

const site = await serve({ root: join(ROOT, 'dist'), port: 0 });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: WEBGPU_FLAGS });
try {
  const page = await browser.newPage();
  await page.goto(`${site.url}?lab=pretraining&objective=pairs&lang=en`);
  await page.getByRole('button', { name: 'Embed on CPU' }).waitFor({ timeout: WAIT_MS });
  for (const backend of ['WebGPU', 'CPU']) {
    const button = page.getByRole('button', { name: `Embed on ${backend}` });
    // The GPU is there a moment after the processor, or not at all.
    const isThere = await button.waitFor({ timeout: GPU_WAIT_MS }).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      console.log(`No ${backend} here.`);
      continue;
    }
    await button.click();
    const name = backend === 'CPU' ? /^Encoder on CPU SOP/ : /^Encoder on GPU SOP/;
    await page.getByRole('row', { name }).waitFor({ timeout: WAIT_MS });
  }
  const rows = await page.getByRole('region', { name: 'Areas of all scores' }).getByRole('row').all();
  for (const [n, row] of rows.entries()) {
    const cells = await row.locator('th, td').allInnerTexts();
    console.log(`| ${cells.join(' | ')} |`);
    if (n === 0) console.log(`|${' --- |'.repeat(cells.length)}`);
  }
} finally {
  await browser.close();
  await site.close();
}
