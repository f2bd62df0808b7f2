import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { findChromium, WEBGPU_FLAGS } from './src/tools/chromium.mjs';
import { colorRamps } from './src/tools/color-ramps-plugin.ts';
import { libraryBuild } from './src/tools/library-build.ts';
import { weightsVersion } from './src/tools/weights-version-plugin.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** While developing, the messages are compiled anew when they change; a build has compiled them before. */
const messages = (): Plugin => ({
  name: 'messages',
  apply: 'serve',
  configureServer({ watcher }) {
    watcher.add(here('src/i18n/messages'));
    watcher.on('change', (path) => {
      if (path.startsWith(here('src/i18n/messages')))
        void import('./src/tools/build-messages.mjs').then(({ buildMessages }) => buildMessages());
    });
  },
});

/** Tests that judge times: `npm test` runs them with the machine to themselves, all others side by side. */
const TIMED = ['**/*.timed.test.ts'];
/** Tests of the kernels, most of whose time goes into compiling. */
const GPU_TESTS = ['tests/browser/gpu-*.test.ts'];

interface TestFiles {
  include: string[];
  exclude?: string[];
}

const browserTests = (name: string, files: TestFiles) => ({
  extends: true as const,
  root: here('.'),
  test: {
    name,
    ...files,
    testTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: findChromium() ?? undefined, args: WEBGPU_FLAGS } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
});

const endToEndTests = (name: string, files: TestFiles) => ({
  extends: true as const,
  root: here('.'),
  test: {
    name,
    ...files,
    environment: 'node',
    globalSetup: here('tests/e2e/support/site.ts'),
    // Each file has a browser of its own. On two cores 246 tests took 545 s one file at a time, 427 s two at a time.
    maxWorkers: 2,
    // Browsers, several origins and other people's hosts: once in hundreds of visits a frame does not come up in time. The report says
    // which test was tried again.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});

const site = defineConfig({
  root: here('src/pages'),
  publicDir: here('public'),
  base: './',
  plugins: [
    ...(process.env['VITEST'] ? [] : [messages()]),
    colorRamps(),
    weightsVersion(),
    svelte({ configFile: false }),
  ],
  worker: { format: 'iife' },
  server: { fs: { allow: [here('.')] }, host: '127.0.0.1' },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: { lab: here('src/pages/index.html'), embed: here('src/pages/embed/index.html') } },
  },
  test: {
    root: here('.'),
    projects: [
      {
        extends: true,
        root: here('.'),
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
      },
      // In two browsers, whose GPU processes compile shaders on a core of their own.
      browserTests('browser-gpu', { include: GPU_TESTS, exclude: TIMED }),
      browserTests('browser', { include: ['tests/browser/**/*.test.ts'], exclude: [...TIMED, ...GPU_TESTS] }),
      browserTests('browser-timed', { include: ['tests/browser/**/*.timed.test.ts'] }),
      endToEndTests('e2e', { include: ['tests/e2e/**/*.test.ts'], exclude: TIMED }),
      endToEndTests('e2e-timed', { include: ['tests/e2e/**/*.timed.test.ts'] }),
    ],
  },
});

/** `vite build --mode lib` makes `dist/lib/` instead of the site. */
const library = () => ({
  root: here('.'),
  base: './',
  ...libraryBuild({ entry: here('src/worker/attention-lab.ts'), outDir: here('dist/lib') }),
});

/** `vite build --mode a11y-view` makes `dist/a11y-view/`. */
const a11yView = () => ({
  ...site,
  root: here('src/pages/a11y-view'),
  publicDir: false,
  build: { outDir: here('dist/a11y-view'), emptyOutDir: true, target: 'es2022' },
});

/** `vite --mode gallery` serves the gallery of components instead of the site. It is never built. */
const gallery = () => ({ ...site, root: here('tests/gallery') });

const modes: Record<string, () => object> = { lib: library, 'a11y-view': a11yView, gallery };
export default defineConfig(({ mode }) => modes[mode]?.() ?? site);
