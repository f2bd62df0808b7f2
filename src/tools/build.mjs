// Builds the site and the library into dist/, skipping every step whose inputs did not change.
// `npm run build` builds all of it, `-- --force` without skipping, `-- --until=example` only the steps up to that one, and
// `npm run build:offline` the single files that need no network besides.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { GENERATED, OFFLINE_STEPS, STEPS } from './build-steps.mjs';
import { fingerprint } from './fingerprint.mjs';
import { ROOT, runCommand } from './run-command.mjs';

const STAMPS = join(ROOT, '.cache', 'build.json');

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, 'utf8'));
  } catch {
    return {}; // none yet, or damaged: everything is built again
  }
}

/** @param {string} name @param {string} stamp */
function writeStamp(name, stamp) {
  mkdirSync(dirname(STAMPS), { recursive: true });
  writeFileSync(STAMPS, JSON.stringify({ ...readStamps(), [name]: stamp }, null, 2));
}

/**
 * @param {import('./build-steps.mjs').BuildStep} step
 * @param {boolean} force
 */
async function buildStep(step, force) {
  const stamp = fingerprint(ROOT, step.inputs, GENERATED);
  const isPresent = step.outputs.every((path) => existsSync(join(ROOT, path)));
  if (!force && isPresent && readStamps()[step.name] === stamp) return;
  console.log(`Building ${step.name} …`);
  const { code, seconds } = await runCommand(step.command());
  if (code !== 0) throw new Error(`Building ${step.name} failed; its message is above.`);
  const missing = step.outputs.filter((path) => !existsSync(join(ROOT, path)));
  if (missing.length > 0) throw new Error(`Building ${step.name} wrote no ${missing.join(', ')}.`);
  writeStamp(step.name, stamp);
  console.log(`Built ${step.name} in ${seconds.toFixed(1)} s`);
}

/**
 * Throws when a step fails.
 * @param {{ force?: boolean, until?: string, offline?: boolean }} [options] `until`: the last step; default all; `offline`: the single
 *   files, too
 */
export async function build({ force = false, until, offline = false } = {}) {
  const steps = offline ? [...STEPS, ...OFFLINE_STEPS] : STEPS;
  const last = until === undefined ? steps.length - 1 : steps.findIndex((step) => step.name === until);
  if (last < 0) throw new Error(`There is no build step ${until}: ${steps.map((step) => step.name).join(', ')}.`);
  for (const step of steps.slice(0, last + 1)) await buildStep(step, force);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = async () => {
    const { values } = parseArgs({
      options: { force: { type: 'boolean' }, offline: { type: 'boolean' }, until: { type: 'string' } },
    });
    await build(values);
  };
  asked().catch((/** @type {Error} */ error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
