// `npm run bench -- --mixers`: how mixers grow with length and width, heads at fixed width and at fixed size, and the three speed-ups:
// the labs' own measurements, in a real browser. Prints them with their spread and writes test-results/mixers.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { MixerGap, MixerMeasurement, MixerSweep } from '../../../src/contract/mixers.ts';
import type { StackComparison, StackGap, StackMeasurement } from '../../../src/contract/stack.ts';
import {
  headsAtWidth,
  headsOfSize,
  lengthSweep,
  speedUps,
  STACK_DEFAULTS,
  widthSweep,
} from '../../../src/theory/lab-defaults.ts';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import type { MixersCommand } from '../options.ts';
import { BENCH, RESULTS } from '../places.ts';
import { serveFolders } from '../server.ts';
import { growthOf, growthTable, mixerTable, stackTable } from './report.ts';

const HEADS = [1, 2, 4, 8, 16];

async function sweep(page: Page, asked: MixerSweep) {
  const answer = await page.evaluate<{ results: (MixerMeasurement | MixerGap)[]; wallMs: number }>(
    `sweepMixers(${JSON.stringify(asked)})`,
  );
  const growth = growthOf(answer.results, asked);
  const seconds = (answer.wallMs / 1000).toFixed(1);
  console.log(
    `\nOver ${asked.axis}, ${asked.backends.join(' and ')}: ${seconds} s, n = ${asked.base.length}, d = ${asked.base.width}, h = ${asked.base.heads}, w = ${asked.base.window}, k = ${asked.base.kernel}\n`,
  );
  console.log(`${mixerTable(answer.results, asked)}\n\n${growthTable(growth, asked.axis === 'width' ? 'd' : 'n')}`);
  return { asked, growth, ...answer };
}

async function compare(page: Page, title: string, asked: StackComparison) {
  const answer = await page.evaluate<{ results: (StackMeasurement | StackGap)[]; wallMs: number }>(
    `compareStacks(${JSON.stringify(asked)})`,
  );
  console.log(`\n${title}: ${(answer.wallMs / 1000).toFixed(1)} s\n\n${stackTable(answer.results)}`);
  return { title, asked, ...answer };
}

export async function runMixers({ usesOwnGpu }: MixersCommand): Promise<number> {
  const server = await serveFolders([['/', await bundlePage(join(BENCH, 'mixers/page.html'), 'mixers')]]);
  const browser = await launchBrowser(usesOwnGpu);
  try {
    console.log(`Chromium ${browser.version()} on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
    console.log(
      'Milliseconds per run, median [quartiles]. work: the GPU’s clock, or what all CPU threads computed; wall: the host’s.',
    );
    const page = await browser.newPage();
    await page.goto(`${server.origin}/page.html`);
    await page.waitForFunction('globalThis.compareStacks !== undefined');
    const sweeps = [];
    for (const backend of ['cpu', 'webgpu'] as const) sweeps.push(await sweep(page, lengthSweep([backend])));
    sweeps.push(await sweep(page, widthSweep(['cpu'])));
    const shape = STACK_DEFAULTS;
    const pace = { backends: ['cpu'] as ['cpu'], samples: 5, budgetMs: 4000, totalMs: 40_000 };
    const stacks = [
      await compare(page, 'Heads at fixed width', { ...pace, trials: headsAtWidth(shape, HEADS) }),
      await compare(page, 'Heads of a fixed size', { ...pace, trials: headsOfSize(shape, HEADS) }),
      await compare(page, 'Speed-ups', speedUps(['cpu'])),
      await compare(page, 'Speed-ups', { ...speedUps(['webgpu']), totalMs: 60_000, budgetMs: 8000, samples: 3 }),
    ];
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, 'mixers.json'), JSON.stringify({ sweeps, stacks }, null, 2));
    console.log('\nWrote test-results/mixers.json');
    return sweeps.every(({ growth }) => growth.length > 0) ? 0 : 1;
  } finally {
    await browser.close();
    server.close();
  }
}
