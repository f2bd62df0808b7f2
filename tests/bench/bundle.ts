// Bundles what the benchmarks run outside this process: pages for the browser and one file for Node. Called by each form.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { BUILT } from './places.ts';

const shared = (outDir: string): InlineConfig => ({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  base: './',
  // As in the product: one classic worker file.
  worker: { format: 'iife' },
  build: { outDir, emptyOutDir: true, target: 'es2022', minify: false, chunkSizeWarningLimit: 1e5 },
});

/** A page and all it imports, served from the folder this resolves with. */
export async function bundlePage(html: string, name: string): Promise<string> {
  const outDir = join(BUILT, name);
  await rm(outDir, { recursive: true, force: true });
  const base = shared(outDir);
  await build({ ...base, root: dirname(html), build: { ...base.build, rolldownOptions: { input: html } } });
  return outDir;
}

/** A Node program as a single file, its packages and shaders included. */
export async function bundleProgram(entry: string, name: string): Promise<string> {
  const outDir = join(BUILT, 'node');
  const base = shared(outDir);
  await build({
    ...base,
    root: dirname(entry),
    ssr: { noExternal: true, target: 'node' },
    build: {
      ...base.build,
      target: 'node20',
      ssr: entry,
      rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
    },
  });
  return join(outDir, name);
}
