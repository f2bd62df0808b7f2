// The browser's flags for the tests: what Playwright switches off stays off.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PLAYWRIGHTS_DISABLED, WEBGPU_FLAGS } from '../../src/tools/chromium.mjs';

/** The names in Playwright's own bundle, which exports none of them. */
function playwrightsOwn(): string[] {
  const core = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const bundle = readFileSync(join(core, 'lib', 'coreBundle.js'), 'utf8');
  const list = /disabledFeatures = \[([^\]]*)\]/.exec(bundle)?.[1] ?? '';
  return [...list.matchAll(/^\s*"(\w+)"/gm)].map(([, name]) => name!);
}

test('the features that Playwright switches off are named again, since the last list replaces those before it', () => {
  expect(playwrightsOwn().length).toBeGreaterThan(5);
  expect(PLAYWRIGHTS_DISABLED).toEqual(playwrightsOwn());
  const lists = WEBGPU_FLAGS.filter((flag) => flag.startsWith('--disable-features='));
  expect(lists).toHaveLength(1);
  for (const name of PLAYWRIGHTS_DISABLED) expect(lists[0]!.split(/[=,]/)).toContain(name);
});
