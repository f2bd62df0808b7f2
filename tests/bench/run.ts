// `npm run bench`: measures the built library in a real Chromium, full and windowed attention on both backends.
// Prints a table and the growth with length beside theory's, and writes everything to test-results/bench.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { ensureChromium, WEBGPU_FLAGS } from '../../src/tools/chromium.mjs';
import { ROOT } from '../../src/tools/run-command.mjs';
import { serve } from '../../src/tools/serve.mjs';
import { contradictions, outputDifference, slopes, slopeTable, timingTable } from './report.ts';
import { BACKENDS, SETTINGS, type BackendRun, type BenchBackend } from './settings.ts';

/** Two correct float32 backends differ by rounding only. */
const LARGEST_DIFFERENCE = 1e-4;
const dist = join(ROOT, 'dist');

/** An empty page of the site's own origin, isolated so that its clock is fine, with nothing else running on it. */
async function openBenchPage(page: Page, siteUrl: string): Promise<void> {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  await page.route(`${siteUrl}bench`, (route) =>
    route.fulfill({ headers, contentType: 'text/html', body: '<!doctype html><title>Bench</title>' }),
  );
  await page.route(`${siteUrl}measure.mjs`, (route) =>
    route.fulfill({
      headers,
      contentType: 'text/javascript',
      body: readFileSync(join(ROOT, 'tests/bench/measure.mjs'), 'utf8'),
    }),
  );
  await page.goto(`${siteUrl}bench`);
}

function measure(page: Page, backend: BenchBackend): Promise<BackendRun> {
  // As text: the compiler's helpers do not exist in the page.
  const call = `measureBackend('/lib/attention-lab.js', ${JSON.stringify(backend)}, ${JSON.stringify(SETTINGS)})`;
  return page.evaluate(`import('/measure.mjs').then(({ measureBackend }) => ${call})`);
}

async function runAll(): Promise<{ browser: string; runs: BackendRun[] }> {
  const site = await serve({ root: dist, port: 0 });
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: WEBGPU_FLAGS });
  try {
    const page = await browser.newPage();
    await openBenchPage(page, site.url);
    const runs: BackendRun[] = [];
    for (const backend of BACKENDS) runs.push(await measure(page, backend));
    return { browser: `Chromium ${browser.version()}`, runs };
  } finally {
    await browser.close();
    await site.close();
  }
}

function describeSettings(): string {
  const { heads, headDim, windowSide, warmUpMs, samples } = SETTINGS;
  return (
    `${heads} head × ${headDim} dimensions; window: ${windowSide} keys on each side. Median [quartiles] per run; ` +
    `up to ${samples} samples in turns after ${warmUpMs} ms of warm-up.\n` +
    'kernel: the backend’s own clock; wall: the page’s clock around submit(), without upload and read-back.'
  );
}

async function bench(): Promise<number> {
  if (!existsSync(join(dist, 'lib/attention-lab.js'))) throw new Error('There is no built library: run npm run build.');
  const processors = cpus();
  const machine = `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} threads`;
  const { browser, runs } = await runAll();
  console.log(`\n${browser} on ${machine}`);
  for (const { backend, info, failure } of runs)
    console.log(`${backend}: ${info ? `${info.description} (${info.features.join(', ') || 'no features'})` : failure}`);
  console.log(`\n${describeSettings()}\n\n${timingTable(runs)}\n`);
  const found = slopes(runs, SETTINGS);
  console.log(`Growth with n (least squares on logarithms of the medians, ± standard error)\n\n${slopeTable(found)}\n`);

  const difference = outputDifference(runs);
  const agree = difference === null || difference <= LARGEST_DIFFERENCE;
  if (difference !== null)
    console.log(`Largest difference between the backends’ outputs: ${difference.toExponential(1)}`);
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  const results = runs.map(({ firstOutput: _, ...run }) => run);
  const record = { date: new Date().toISOString(), browser, machine, settings: SETTINGS, runs: results, slopes: found };
  writeFileSync(join(ROOT, 'test-results/bench.json'), JSON.stringify({ ...record, difference }, null, 2));
  console.log('Wrote test-results/bench.json');
  if (!agree) console.error('The backends do not agree: these timings compare different answers.');
  const doubtful = contradictions(runs);
  if (doubtful.length > 0) console.error(`Kernel time above wall time, so a clock is wrong: ${doubtful.join('; ')}`);
  return agree && doubtful.length === 0 && runs.every((run) => run.info !== null) ? 0 : 1;
}

process.exitCode = await bench();
