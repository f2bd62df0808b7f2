// Runs a command in the project's root and waits for it. Not a shell. Used by every other tool here.
// Plain Node without packages: `npm start` needs it before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} CommandResult
 * @property {number} code exit status; 124 when it ran past its time
 * @property {string} output what it printed when `quiet`, else empty
 * @property {number} seconds
 */

/**
 * @param {string[]} command the program and its arguments
 * @param {{ env?: Record<string, string>, quiet?: boolean, limitSeconds?: number, shell?: boolean }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand([program = '', ...args], { env = {}, quiet = false, limitSeconds, shell = false } = {}) {
  const begin = performance.now();
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell,
    });
    // A terminal's Ctrl+C reaches the whole group, but a plain `kill` only this process.
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill('SIGTERM');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    let output = '';
    let late = false;
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    const limit = limitSeconds && setTimeout(() => ((late = true), child.kill('SIGKILL')), limitSeconds * 1000);
    child.on('error', reject);
    child.on('close', (code) => {
      if (limit) clearTimeout(limit);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      settle({ code: late ? 124 : (code ?? 1), output, seconds: (performance.now() - begin) / 1000 });
    });
  });
}

/**
 * Node and the script behind a package's command, so that no shell or `npx` stands between.
 * @param {string} packageName
 * @param {string} [command] default: the package's name
 * @returns {string[]}
 */
export function packageCommand(packageName, command = packageName) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[command])];
}
