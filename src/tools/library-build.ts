// How `vite build --mode lib` makes `dist/lib/`: the module, its worker as one classic file beside it, and the types.
// No hashes in the names: the contract names them. Called by `vite.config.ts`.
import { rollup } from 'rollup';
import dts from 'rollup-plugin-dts';
import type { Plugin, UserConfig } from 'vite';

interface Places {
  /** The library's entry. */
  entry: string;
  outDir: string;
}

/** The public types in one file, without the rooms they come from. */
function libraryTypes({ entry, outDir }: Places): Plugin {
  return {
    name: 'library-types',
    apply: 'build',
    async closeBundle() {
      const bundle = await rollup({ input: entry, plugins: [dts()] });
      await bundle.write({ dir: outDir, entryFileNames: 'attention-lab.d.ts' });
      await bundle.close();
    },
  };
}

export function libraryBuild(places: Places): UserConfig {
  return {
    publicDir: false,
    plugins: [libraryTypes(places)],
    worker: { format: 'iife', rolldownOptions: { output: { entryFileNames: 'attention-lab.worker.js' } } },
    build: {
      outDir: places.outDir,
      emptyOutDir: false,
      target: 'es2022',
      assetsDir: '',
      modulePreload: false,
      rolldownOptions: {
        input: { 'attention-lab': places.entry },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: 'attention-lab.[name].js' },
      },
    },
  };
}
