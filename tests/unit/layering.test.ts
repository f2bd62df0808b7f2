// The rooms of the house, kept by a test instead of by memory.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROOMS, importCycles, importsOf, strayWords, wrongArrows, type FileTable } from '../support/layers.ts';

function sources(): FileTable {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = new Map<string, string>();
  for (const entry of readdirSync(`${root}src`, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.length);
    if (!entry.isFile() || !/\.(ts|mjs|js|svelte)$/.test(entry.name)) continue;
    // Written by the message compiler, not by us.
    if (
      path.startsWith('src/i18n/generated/') ||
      path.startsWith('src/i18n/catalogues/') ||
      path.startsWith('src/i18n/project.inlang/')
    )
      continue;
    files.set(path, readFileSync(root + path, 'utf8'));
  }
  return files;
}

const table = (files: Record<string, string>): FileTable => new Map(Object.entries(files));

describe('the house', () => {
  const files = sources();

  it('is read whole', () => {
    expect(files.size).toBeGreaterThan(100);
    const rooms = new Set([...files.keys()].map((path) => path.split('/')[1]!));
    for (const room of ['contract', 'gpu', 'cpu', 'engine', 'data', 'params', 'viz', 'ui', 'labs', 'state', 'pages'])
      expect([...rooms]).toContain(room);
    expect(importsOf(files.get('src/data/import.ts')!).length).toBeGreaterThan(5);
  });

  it('has no import against the arrows', () => {
    expect(wrongArrows(files)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(importCycles(files)).toEqual([]);
  });

  it('keeps words in their rooms', () => {
    expect(strayWords(files)).toEqual([]);
  });

  it('never lets a backend import its oracle', () => {
    const askers = Object.keys(ROOMS).filter((room) => ROOMS[room]!.rooms.includes('math'));
    expect(askers).toEqual(['tools']);
  });
});

describe('the checker of the house', () => {
  it('finds imports of every form, and knows which are types', () => {
    const text = [
      "import type { A } from './a.ts';",
      "import { b,\n  type B } from './b.ts';",
      "import * as c from './c.ts';",
      "import './d.css';",
      "export { e } from './e.ts';",
      "export type { F } from './f.ts';",
      "export * from './g.ts';",
      "const h = await import('./h.ts');",
      "new Worker(new URL('./i.worker.ts', import.meta.url));",
      "import j, { k } from 'd3';",
      "// import { no } from './comment.ts';",
      "/* import { no } from './block.ts'; */",
    ].join('\n');
    const found = importsOf(text);
    expect(found.map(({ from }) => from).sort()).toEqual(
      ['./a.ts', './b.ts', './c.ts', './d.css', './e.ts', './f.ts', './g.ts', './h.ts', './i.worker.ts', 'd3'].sort(),
    );
    expect(found.filter(({ isTypeOnly }) => isTypeOnly).map(({ from }) => from)).toEqual(['./a.ts', './f.ts']);
  });

  it('fails on a wrong arrow, in scripts and in components, types included', () => {
    expect(
      wrongArrows(
        table({
          'src/cpu/a.ts': "import { b } from '../math/attention.ts';",
          'src/viz/b.ts': "import type { C } from '../state/c.svelte.ts';",
          'src/ui/C.svelte': '<script lang="ts">\n  import D from \'../labs/D.svelte\';\n</script>',
          'src/engine/e.ts': "import { f } from '../contract/errors.ts';\nimport g from './g.ts';",
          'src/data/h.ts': "import { i } from '../../tests/support/cases.ts';",
        }),
      ),
    ).toEqual([
      'src/cpu/a.ts → src/math/attention.ts',
      'src/viz/b.ts → src/state/c.svelte.ts',
      'src/ui/C.svelte → src/labs/D.svelte',
      'src/data/h.ts → tests/support/cases.ts',
    ]);
  });

  it('fails on a package outside its room, and on a room nobody planned', () => {
    expect(
      wrongArrows(
        table({
          'src/viz/a.ts': "import { scaleLinear } from 'd3';",
          'src/theory/b.ts': "import { mean } from 'd3';",
          'src/data/c.ts': "import { readFileSync } from 'node:fs';",
          'src/tools/d.mjs': "import { readFileSync } from 'node:fs';",
          'src/utils/e.ts': '',
        }),
      ),
    ).toEqual(['src/theory/b.ts → d3', 'src/data/c.ts → node:fs', 'src/utils/e.ts: no such room']);
  });

  it('fails on a cycle of values, not on one of types', () => {
    const cycle = (how: string) =>
      importCycles(
        table({
          'src/cpu/a.ts': "import { b } from './b.ts';",
          'src/cpu/b.ts': "import { c } from './c.ts';",
          'src/cpu/c.ts': `${how} { a } from './a.ts';`,
        }),
      );
    expect(cycle('import')).toEqual(['src/cpu/a.ts → src/cpu/b.ts → src/cpu/c.ts → src/cpu/a.ts']);
    expect(cycle('export')).toHaveLength(1);
    expect(cycle('import type')).toEqual([]);
  });

  it('fails on words in the wrong room, but not in comments or on fields of the same name', () => {
    expect(
      strayWords(
        table({
          'src/gpu/a.ts': 'let device: GPUDevice;',
          'src/cpu/b.ts': 'let device: GPUDevice;\nnavigator.gpu;',
          'src/engine/c.ts': 'port.postMessage(1);',
          'src/ui/D.svelte': '<script>\n  const x = Math.random();\n  document.title = x;\n</script>',
          'src/viz/e.ts': '// window.top\nconst near = mask.window.left + window.left;\nwindow.top;',
          'src/state/f.ts': 'console.log(1); // GPUDevice',
          'src/tools/g.mjs': 'console.log(1);',
        }),
      ),
    ).toEqual([
      'src/cpu/b.ts:1 says GPU…',
      'src/cpu/b.ts:2 says GPU…',
      'src/engine/c.ts:1 says postMessage',
      'src/ui/D.svelte:2 says Math.random',
      'src/viz/e.ts:3 says the DOM',
      'src/state/f.ts:1 says console',
    ]);
  });
});
