// `npm test`: installs what is missing, then checks, unit tests, browser tests, the build and end-to-end tests.
// `npm test -- unit e2e` runs only those parts. Two parts run side by side, each printing when it is over; the end-to-end
// tests and those that judge times (`*.timed.test.ts`) follow with the machine to themselves. Prints the seconds of each part and, last, `N passed, N failed`.
// With CI or REQUIRE_GPU set, a missing WebGPU adapter is a failure, not a quieter run; with CI set, a missing Firefox is one, too.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, requireNode } from './install.mjs';
import { packageCommand, ROOT, runCommand } from './run-command.mjs';

/** What can be asked for. */
const PARTS = ['check', 'unit', 'browser', 'build', 'e2e'];
/** @typedef {{ part: string, project?: string }} Step a part, or Vitest's project of it */
/**
 * Two lines of steps that do not disturb each other: the kernels' tests compile shaders on one core, and leave most of the second one
 * idle. No end-to-end test is among them: their waits are for a machine that is not busy otherwise.
 * @type {Step[][]}
 */
const SIDE_BY_SIDE = [
  [{ part: 'browser', project: 'browser-gpu' }],
  [{ part: 'check' }, { part: 'unit', project: 'unit' }, { part: 'build' }, { part: 'browser', project: 'browser' }],
];
/**
 * Afterwards, one by one: the end-to-end tests, which open what was built, and the tests that judge times.
 * @type {Step[]}
 */
const AFTERWARDS = [
  { part: 'e2e', project: 'e2e' },
  { part: 'browser', project: 'browser-timed' },
  { part: 'e2e', project: 'e2e-timed' },
];
/** A part that takes longer than this hangs. */
const LIMIT_SECONDS = 1800;

/** @typedef {{ name: string, isGood: boolean, passed: number, failed: number, skipped: number, seconds: number }} PartResult */

/** @param {string} file vitest's own report @returns {{ passed: number, failed: number, skipped: number } | null} */
function readTotals(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return {
      passed: report.numPassedTests,
      // A file that cannot be loaded has no tests to fail; it counts as one.
      failed: report.numFailedTests + report.testResults.filter(isBrokenFile).length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return null;
  }
}

/** @param {{ status: string, assertionResults: unknown[] }} file */
const isBrokenFile = (file) => file.status === 'failed' && file.assertionResults.length === 0;

/**
 * @param {string} project
 * @param {boolean} quiet keep what it prints until it is over
 * @returns {Promise<Omit<PartResult, 'name' | 'seconds'>>}
 */
async function runVitest(project, quiet) {
  const report = join(ROOT, 'test-results', `${project}.json`);
  rmSync(report, { force: true });
  const { code, output } = await runCommand(
    [
      ...packageCommand('vitest'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { limitSeconds: LIMIT_SECONDS, quiet },
  );
  printBlock(project, output);
  if (code === 124) console.error(`${project} tests were stopped after ${LIMIT_SECONDS} s.`);
  const totals = readTotals(report) ?? { passed: 0, failed: 1, skipped: 0 };
  // Vitest also fails for what belongs to no test, such as an unhandled rejection.
  const failed = code !== 0 && totals.failed === 0 ? 1 : totals.failed;
  return { ...totals, failed, isGood: code === 0 && failed === 0 };
}

/** @param {boolean} isGood */
const withoutTests = (isGood) => ({ isGood, passed: 0, failed: 0, skipped: 0 });

/** @param {string} name @param {string} output nothing when it was printed as it came */
function printBlock(name, output) {
  if (output) console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}\n${output}`);
}

/** Runs a program of this folder as one part, by itself, so that its words can be kept together. @param {string[]} script */
async function runTool([script = '', ...options], quiet = true) {
  const { code, output } = await runCommand([process.execPath, join(ROOT, 'src', 'tools', script), ...options], {
    quiet,
  });
  printBlock(script, output);
  return withoutTests(code === 0);
}

/** @param {Step} step @param {boolean} quiet */
function runStep({ part, project }, quiet) {
  if (project) return runVitest(project, quiet);
  return runTool(part === 'check' ? ['check.mjs'] : ['build.mjs', '--offline'], quiet);
}

/** @param {Step} step @param {boolean} quiet @returns {Promise<PartResult>} */
async function timeStep(step, quiet) {
  const name = step.project ?? step.part;
  console.log(`${name} …`);
  const begin = performance.now();
  const result = await runStep(step, quiet).catch((/** @type {Error} */ error) => {
    console.error(error.message);
    return { ...withoutTests(false), failed: 1 };
  });
  return { name, ...result, seconds: (performance.now() - begin) / 1000 };
}

/** What the asked parts need before they start. @param {string[]} parts */
async function prepareParts(parts) {
  const { build } = await import('./build.mjs');
  // Types and tests read the messages and the encoder's weights; the end-to-end tests open what is built.
  await build(parts.includes('e2e') && !parts.includes('build') ? { offline: true } : { until: 'example' });
}

/** @param {string[]} parts @returns {Promise<PartResult[]>} in the order of the steps */
async function runParts(parts) {
  const asked = (/** @type {Step} */ { part }) => parts.includes(part);
  const lines = SIDE_BY_SIDE.map((line) => line.filter(asked)).filter(({ length }) => length > 0);
  const quiet = lines.length > 1;
  /** @type {PartResult[]} */
  const results = [];
  await Promise.all(
    lines.map(async (line) => {
      for (const step of line) results.push(await timeStep(step, quiet));
    }),
  );
  const order = lines.flat().map(({ part, project }) => project ?? part);
  results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  for (const step of AFTERWARDS.filter(asked)) results.push(await timeStep(step, false));
  return results;
}

/** Finds or installs the browser and says what it can run. False when a GPU is required and there is none. */
async function prepareBrowser() {
  const { ensureChromium } = await import('./chromium.mjs');
  const { findBackends } = await import('./backends.mjs');
  const path = (process.env['CHROMIUM'] = await ensureChromium());
  const { browser, adapter } = await findBackends(path);
  console.log(`Browser: ${browser} (${path})`);
  console.log(`Backends: cpu, ${adapter ? `webgpu (${adapter})` : 'no webgpu: this browser has no adapter'}`);
  const isGpuRequired = Boolean(process.env['CI'] || process.env['REQUIRE_GPU']);
  if (isGpuRequired) process.env['REQUIRE_GPU'] = '1';
  if (adapter || !isGpuRequired) return true;
  console.error('A WebGPU adapter is required here (CI or REQUIRE_GPU is set).');
  return false;
}

/** Finds or installs the second browser of the end-to-end tests. False when CI is set and there is none. */
async function prepareFirefox() {
  const { ensureFirefox } = await import('./firefox.mjs');
  const path = ensureFirefox();
  if (path) process.env['FIREFOX'] = path;
  console.log(`Firefox: ${path ?? 'none. THE TESTS IN FIREFOX ARE SKIPPED.'}`);
  if (path || !process.env['CI']) return true;
  console.error('A Firefox is required here (CI is set).');
  return false;
}

/** @param {string[]} asked @returns {string[]} */
function partsToRun(asked) {
  const unknown = asked.find((name) => !PARTS.includes(name));
  if (unknown) throw new Error(`There is no part ${unknown}: ${PARTS.join(', ')}.`);
  return asked.length > 0 ? PARTS.filter((name) => asked.includes(name)) : PARTS;
}

async function test() {
  requireNode();
  const parts = partsToRun(process.argv.slice(2));
  await ensureInstalled();
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  const needsBrowser = parts.includes('browser') || parts.includes('e2e');
  let isGood = needsBrowser ? await prepareBrowser() : true;
  if (parts.includes('e2e')) isGood = (await prepareFirefox()) && isGood;
  await prepareParts(parts);
  const begin = performance.now();
  const results = await runParts(parts);

  console.log(`\n── summary ${'─'.repeat(53)}`);
  for (const { name, isGood: partIsGood, passed, failed, skipped, seconds } of results) {
    const counts = passed + failed > 0 ? `  ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
    console.log(`${partIsGood ? '✓' : '✗'} ${name.padEnd(13)} ${seconds.toFixed(1).padStart(6)} s${counts}`);
    isGood &&= partIsGood;
  }
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${Math.round((performance.now() - begin) / 1000)} s altogether`);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = isGood ? 0 : 1;
}

test().catch((/** @type {Error} */ error) => {
  console.error(error.message);
  process.exitCode = 1;
});
