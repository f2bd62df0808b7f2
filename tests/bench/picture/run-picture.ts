// `npm run bench -- --picture`: what the picture of a long head's weights costs beside that head's attention, on both backends.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import type { PictureCommand } from '../options.ts';
import { BENCH, RESULTS } from '../places.ts';
import { serveFolders } from '../server.ts';
import { isSelected } from '../selection.ts';
import {
  HEAD_DIM,
  memoryLine,
  passingTable,
  pictureTable,
  shapeName,
  SHAPES,
  type PassingResult,
  type PictureMemory,
  type PictureResult,
} from './result.ts';

export async function runPicture({ cases, only, rounds, usesOwnGpu }: PictureCommand): Promise<number> {
  const shapes = SHAPES.filter((shape) => isSelected(shapeName(shape), cases));
  if (shapes.length === 0) throw new Error(`No picture has such a name: ${SHAPES.map(shapeName).join(', ')}.`);
  const server = await serveFolders([['/', await bundlePage(join(BENCH, 'picture/page.html'), 'picture')]]);
  const browser = await launchBrowser(usesOwnGpu);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/page.html`);
    await page.waitForFunction('globalThis.measurePicture !== undefined');
    const results: PictureResult[] = [];
    const passing: PassingResult[] = [];
    let memory: PictureMemory | null = null;
    for (const shape of shapes.map((one) => JSON.stringify(one))) {
      for (const backend of ['webgpu', 'cpu'])
        if (isSelected(backend, only))
          results.push(await page.evaluate<PictureResult>(`measurePicture('${backend}', ${shape}, ${rounds})`));
      if (isSelected('passing', only))
        passing.push(await page.evaluate<PassingResult>(`measurePassing(${shape}, ${rounds})`));
    }
    console.log(`\nMean weights of one head × ${HEAD_DIM}, host's clock, median of ${rounds} rounds`);
    if (results.length > 0) console.log(`\n${pictureTable(results)}`);
    if (passing.length > 0)
      console.log(`\nAttention and picture, read back: picture afterwards or in passing\n\n${passingTable(passing)}`);
    if (isSelected('memory', only)) {
      memory = await page.evaluate<PictureMemory>('measureMemory()');
      console.log(`\n${memoryLine(memory)}`);
    }
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, 'picture.json'), JSON.stringify({ results, passing, memory }, null, 2));
    console.log('\nWrote test-results/picture.json');
    return 0;
  } finally {
    await browser.close();
    server.close();
  }
}
