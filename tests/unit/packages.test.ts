// Holds package.json and its lock file to what the project promises about other people's code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const read = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8'));
const manifest: Record<'dependencies' | 'devDependencies', Record<string, string>> = read('package.json');
const lock: { packages: Record<string, { version?: string; integrity?: string; resolved?: string }> } =
  read('package-lock.json');
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

test('only Svelte, d3 and comlink come along to the browser', () => {
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(['comlink', 'd3', 'svelte']);
});

test('every direct dependency is pinned to one version, the locked one', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
});

test('every locked package carries a sha512 of its content', () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

test('no package comes from a repository, a folder or an address of its own', () => {
  const strange = locked.filter(([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'));
  expect(strange.map(([path]) => path)).toEqual([]);
});
