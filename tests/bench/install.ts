// Installs tests/bench/package.json when a form of the benchmark needs it and it is not there as locked.
// Install scripts do not run: no package here needs one.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../src/tools/run-command.mjs';
import { BENCH, PACKAGES } from './places.ts';

const modified = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;

export async function ensureBenchPackages(): Promise<void> {
  // npm writes this file at the end of every install.
  if (modified(join(PACKAGES, '.package-lock.json')) >= modified(join(BENCH, 'package-lock.json'))) return;
  console.log('Installing the packages of tests/bench (about 370 MB) …');
  const command = ['npm', 'ci', '--prefix', BENCH, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code } = await runCommand(command, { shell: process.platform === 'win32' });
  if (code !== 0) throw new Error('npm ci in tests/bench failed; its message is above.');
}
