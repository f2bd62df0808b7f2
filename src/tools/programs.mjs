// Finds programs of this machine and installs Debian packages where that is allowed. Used by chromium.mjs and firefox.mjs.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The program an environment variable names, else the first one on the PATH, else in the places other systems keep it.
 * Throws when the variable names nothing that can be run.
 * @param {object} options
 * @param {string} options.variable
 * @param {string[]} options.names without `.exe`, best first
 * @param {string[]} options.places whole paths
 * @returns {string | null}
 */
export function findProgram({ variable, names, places }) {
  const named = process.env[variable];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`${variable} is set to ${named}, which is not an executable file.`);
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names) {
      const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      if (isExecutable(path)) return path;
    }
  return places.find(isExecutable) ?? null;
}

/** Runs a command on this terminal; true when it went well. @param {string} command @param {string[]} args */
export function runs(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  return (
    spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0
  );
}

function canUseApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('apt-get', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Installs Debian packages where this is root on a Debian; false where it is not or apt failed. @param {string[]} packages */
export function installPackages(packages) {
  if (!canUseApt()) return false;
  runs('apt-get', ['update', '-qq']);
  return runs('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}
