// Completes package-lock.json after `npm install` behind a registry that does not carry every platform's binaries: npm leaves those
// optional packages out of the lock file, and `npm ci` then refuses it everywhere. Adds them by name, version, system and processor;
// they are fetched only where they fit. Run by hand: `node src/tools/complete-lock.mjs`. Says how many it added.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-command.mjs';

/** @typedef {{ version?: string, optionalDependencies?: Record<string, string>, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Locked */

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

/** System, processor and C library as a binary package's name tells them. @param {string} name @returns {Locked} */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? ['musl']
      : words.some((word) => word.startsWith('gnu'))
        ? ['glibc']
        : [];
  return { ...(os.length && { os }), ...(cpu.length && { cpu }), ...(libc.length && os.includes('linux') && { libc }) };
}

/** Optional packages that some locked package names and the lock file lacks. @param {Record<string, Locked>} packages */
export function missingOptional(packages) {
  /** @type {Map<string, Locked>} */
  const missing = new Map();
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isLocked = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      if (!isLocked)
        missing.set(`node_modules/${name}`, { version, ...platformOf(name), ...(dev && { dev }), optional: true });
    }
  return missing;
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const path = join(ROOT, 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingOptional(lock.packages);
  const all = { ...lock.packages, ...Object.fromEntries(missing) };
  lock.packages = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${missing.size} packages: ${[...missing.keys()].map((key) => key.slice(13)).join(', ')}`);
}
