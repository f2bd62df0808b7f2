// `npm run bench`: our kernels over a grid of shapes and masks on both backends, in a real browser, by the runner that the lab's
// own page uses. Prints the report and writes test-results/bench.json and bench.csv.
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkOptions, BenchmarkReport } from '../../../src/contract/benchmark.ts';
import { standardCases } from '../../../src/theory/benchmark-cases.ts';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import type { GridCommand } from '../options.ts';
import { isSelected } from '../selection.ts';
import { BENCH, RESULTS } from '../places.ts';
import { serveFolders } from '../server.ts';
import { PACE, tellOutcome } from './outcome.ts';
import { progressLine } from './progress.ts';

const BACKENDS = ['webgpu', 'cpu'] as const;

export async function runGrid({ grid, tunes, cases, only, usesOwnGpu }: GridCommand): Promise<number> {
  const options: BenchmarkOptions = {
    backends: BACKENDS.filter((name) => isSelected(name, only)),
    cases: standardCases(grid).filter(({ name }) => isSelected(name, cases)),
    tune: tunes,
    ...PACE[grid],
  };
  const folder = await bundlePage(join(BENCH, 'grid/page.html'), 'grid');
  const server = await serveFolders([['/', folder]]);
  const browser = await launchBrowser(usesOwnGpu);
  try {
    const processors = cpus();
    const machine = `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}`;
    console.log(`Chromium ${browser.version()} on ${machine}`);
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`The page says: ${error.message}`));
    await page.exposeFunction('tellProgress', progressLine());
    await page.goto(`${server.origin}/page.html`);
    await page.waitForFunction('globalThis.benchmark !== undefined');
    // As text: a compiler's helpers do not exist in the page. Infinity is no JSON, so options must not hold it.
    const call = `benchmark(${JSON.stringify(options)}, (done, latest) => void tellProgress(done, latest))`;
    const report = await page.evaluate<BenchmarkReport | null>(call);
    if (!report) throw new Error('The benchmark ended without a report.');
    return tellOutcome(report, options.backends, RESULTS, 'bench');
  } finally {
    await browser.close();
    server.close();
  }
}
