// Holds the documentation to the schema: the README's table and the manifest of the element are what the schema says today.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LAB_IDS } from '../../src/params/control-ids.ts';
import { PARAMETER_IDS } from '../../src/params/schema.ts';
import { elementManifest, parameterTable, withTable } from '../../src/tools/parameter-docs.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

test('the README has the table of today’s schema: `npx tsx src/tools/parameter-docs.ts` writes it', () => {
  expect(withTable(readme)).toBe(readme);
  for (const id of PARAMETER_IDS) expect(readme).toContain(`| \`${id}\` |`);
});

test('a README without the markers is refused, not silently left without a table', () => {
  expect(() => withTable('# Attention Lab')).toThrow('markers');
  expect(
    parameterTable()
      .split('\n')
      .filter((line) => line.startsWith('| `')),
  ).toHaveLength(PARAMETER_IDS.length + LAB_IDS.length);
});

test('the manifest names every parameter as an attribute and a property of the element', () => {
  const own = [{ name: 'frame-title', description: 'Name of the frame.', type: 'string' }];
  const { modules } = elementManifest({ own, methods: [], events: [] });
  const [declaration] = modules[0]!.declarations;
  expect(declaration!.attributes.map(({ name }) => name)).toEqual([...PARAMETER_IDS, 'frame-title']);
  expect(declaration!.members.find(({ name }) => name === 'frameTitle')).toMatchObject({ attribute: 'frame-title' });
  expect(declaration!.attributes.find(({ name }) => name === 'view')!.type.text).toBe(
    "'heatmap' | 'arcs' | 'steps' | 'table'",
  );
});
