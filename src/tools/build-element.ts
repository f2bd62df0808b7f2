// Builds what hosts load beside the engine: `dist/lib/attention-lab-element.js` and the notebook widget made of it, each one file without
// imports and with types. No hashes in the names: the contract names them. Run by `build.mjs`.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import dts from 'rollup-plugin-dts';
import { build } from 'vite';
import { elementAttributes } from './element-attributes-plugin.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = join(ROOT, 'dist/lib');
const ENTRIES = {
  'attention-lab-element': 'src/embed/element/attention-lab-element.ts',
  'attention-lab.anywidget': 'src/embed/anywidget.ts',
};

for (const [name, path] of Object.entries(ENTRIES)) {
  const entry = join(ROOT, path);
  await build({
    configFile: false,
    root: ROOT,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    plugins: [elementAttributes()],
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: entry },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  const types = await rollup({ input: entry, plugins: [dts()], external: ['virtual:element-attributes'] });
  await types.write({ dir: OUT, entryFileNames: `${name}.d.ts` });
  await types.close();
}
// Tools of notebooks tell a module by this ending.
copyFileSync(join(OUT, 'attention-lab.anywidget.js'), join(OUT, 'attention-lab.anywidget.mjs'));
