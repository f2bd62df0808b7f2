// Holds package.json and its lock file to what the project promises about other people's code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { missingOptional, platformOf } from '../../src/tools/complete-lock.mjs';

const read = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8'));
const manifest: Record<'dependencies' | 'devDependencies', Record<string, string>> = read('package.json');
interface Locked {
  version?: string;
  integrity?: string;
  resolved?: string;
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}
const lock: { packages: Record<string, Locked> } = read('package-lock.json');
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

test('few packages come along to the browser: each by a decision', () => {
  const chosen = [
    'comlink',
    'd3',
    'dom-accessibility-api',
    'idb-keyval',
    'ml-pca',
    'svelte',
    'uqr',
    'valibot',
    'workbox-window',
  ];
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(chosen);
});

test('every direct dependency is pinned to one version, the locked one', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
});

test('every locked package carries a sha512 of its content, except binaries of other platforms', () => {
  expect(locked.length).toBeGreaterThan(100);
  const bare = locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  expect(bare.filter(([, { optional, os }]) => !(optional && os)).map(([path]) => path)).toEqual([]);
});

test('the lock file names every platform’s binaries, so that `npm ci` takes it anywhere', () => {
  expect([...missingOptional(lock.packages).keys()]).toEqual([]);
  expect(platformOf('@oxlint/binding-linux-arm64-musl')).toEqual({ os: ['linux'], cpu: ['arm64'], libc: ['musl'] });
  expect(platformOf('@lix-js/sdk-win32-x64')).toEqual({ os: ['win32'], cpu: ['x64'] });
});

test('no package comes from a repository, a folder or an address of its own', () => {
  const strange = locked.filter(([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'));
  expect(strange.map(([path]) => path)).toEqual([]);
});
