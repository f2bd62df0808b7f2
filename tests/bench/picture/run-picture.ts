// `npm run bench -- --picture`: what the picture of a long head's weights costs beside that head's attention, on both backends.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import type { PictureCommand } from '../options.ts';
import { BENCH, RESULTS } from '../places.ts';
import { serveFolders } from '../server.ts';
import {
  HEAD_DIM,
  LENGTH,
  memoryLine,
  passingTable,
  PASSING_SHAPES,
  pictureTable,
  SIDE,
  type PassingResult,
  type PictureMemory,
  type PictureResult,
} from './result.ts';

export async function runPicture({ rounds, usesOwnGpu }: PictureCommand): Promise<number> {
  const server = await serveFolders([['/', await bundlePage(join(BENCH, 'picture/page.html'), 'picture')]]);
  const browser = await launchBrowser(usesOwnGpu);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/page.html`);
    await page.waitForFunction('globalThis.measurePicture !== undefined');
    const results: PictureResult[] = [];
    for (const backend of ['webgpu', 'cpu'])
      results.push(await page.evaluate<PictureResult>(`measurePicture('${backend}', ${rounds})`));
    console.log(
      `\nMean weights of ${LENGTH} × ${LENGTH} as ${SIDE} × ${SIDE} blocks, one head × ${HEAD_DIM}, host's clock`,
    );
    console.log(`Median of ${rounds} rounds\n\n${pictureTable(results)}`);
    const passing: PassingResult[] = [];
    for (const [length, side] of PASSING_SHAPES)
      passing.push(await page.evaluate<PassingResult>(`measurePassing(${length}, ${side}, ${rounds})`));
    console.log(`\nAttention and picture, read back: picture afterwards or in passing\n\n${passingTable(passing)}`);
    const memory = await page.evaluate<PictureMemory>('measureMemory()');
    console.log(`\n${memoryLine(memory)}`);
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, 'picture.json'), JSON.stringify({ results, passing, memory }, null, 2));
    console.log('\nWrote test-results/picture.json');
    return 0;
  } finally {
    await browser.close();
    server.close();
  }
}
