// How Vite makes one HTML file that holds everything: page, styles, worker, recorded texts and opening picture. Called by `build-offline.ts`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { InlineConfig, Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { colorRamps } from './color-ramps-plugin.ts';

export type OfflineLanguage = 'all' | 'en' | 'zh-Hans';

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Raw deflate as base64, as a literal; `worker/inflate-text.ts` reads it. */
const packed = (content: string | Uint8Array) =>
  JSON.stringify(deflateRawSync(content, { level: 9 }).toString('base64'));
const read = (path: string) => readFileSync(here(path), 'utf8');

/** `virtual:offline`, read by `pages/offline.ts`. */
function broughtAlong(language: OfflineLanguage): Plugin {
  const name = 'virtual:offline';
  const brought = () => ({
    language: JSON.stringify(language === 'all' ? null : language),
    openingDeflated: packed(read('public/opening.json')),
    recordingsDeflated: packed(readFileSync(here('.cache/offline/recordings.bin'))),
    vectorsDeflated: packed(readFileSync(here('.cache/offline/vectors.bin'))),
  });
  return {
    name: 'offline-brought-along',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) =>
      id === `\0${name}`
        ? Object.entries(brought())
            .map(([key, json]) => `export const ${key} = ${json};`)
            .join('\n')
        : null,
  };
}

/** The worker's script is in the file, so it starts from its text: of a `file://` page's addresses Chromium starts no worker. */
function workerInside(): Plugin {
  return {
    name: 'offline-worker-inside',
    enforce: 'pre',
    load: (id) =>
      id === here('src/worker/worker-script.ts')
        ? `import { inflateText } from './inflate-text.ts';
export const workerScript = { url: '', text: () => inflateText(${packed(read('dist/lib/attention-lab.worker.js'))}) };`
        : null,
  };
}

/** Of the catalogues only one: Paraglide's compiled messages ask this constant first, and what it rules out is left out. */
function oneCatalogue(language: OfflineLanguage): Plugin {
  const OPEN = 'export const experimentalStaticLocale = undefined;';
  return {
    name: 'offline-one-catalogue',
    transform(code, id) {
      if (language === 'all' || id !== here('src/i18n/generated/runtime.js')) return null;
      if (!code.includes(OPEN)) throw new Error('Paraglide no longer has its experimentalStaticLocale.');
      return code.replace(OPEN, `export const experimentalStaticLocale = ${JSON.stringify(language)};`);
    },
  };
}

export function offlineBuild(language: OfflineLanguage, outDir: string, fileName: string): InlineConfig {
  return {
    configFile: false,
    root: here('src/pages'),
    publicDir: false,
    logLevel: 'warn',
    plugins: [
      broughtAlong(language),
      workerInside(),
      oneCatalogue(language),
      colorRamps(),
      svelte({ configFile: false }),
      viteSingleFile({ removeViteModuleLoader: true, outputFileName: fileName }),
    ],
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      rolldownOptions: { input: join(here('src/pages'), 'offline.html') },
    },
  };
}
