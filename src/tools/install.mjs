// Installs the packages of package-lock.json when they are missing or another lock file's. Used by `npm start` and `npm test`.
// Install scripts are not run: no package here needs one.
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runCommand } from './run-command.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.attention-lab-lock');
/** npm writes this one at the end of every install. */
const NPM_STAMP = join(ROOT, 'node_modules', '.package-lock.json');

/** @param {string} path */
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
const lockHash = () => createHash('sha256').update(readFileSync(LOCK)).digest('hex');

function isInstalled() {
  if (modified(NPM_STAMP) < 0) return false;
  if (modified(STAMP) < modified(NPM_STAMP)) return modified(NPM_STAMP) >= modified(LOCK);
  return readFileSync(STAMP, 'utf8') === lockHash();
}

/** @returns {string[]} */
function npm() {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

/** Installs what is missing; throws when npm fails. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    console.log('Installing packages …');
    const command = [...npm(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code } = await runCommand(command, { shell: command[0] === 'npm' && process.platform === 'win32' });
    if (code !== 0) throw new Error('npm ci failed; its message is above.');
  }
  writeFileSync(STAMP, lockHash());
}

/** Throws on a Node that is too old for the build tools. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Attention Lab needs Node 20.19 or newer; this is ${process.versions.node}.`);
}
