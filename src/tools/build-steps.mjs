// What the build consists of, in order, from the messages to the compressed copies. Data only; build.mjs runs it.
import { join } from 'node:path';
import { packageCommand, ROOT } from './run-command.mjs';

/**
 * @typedef {object} BuildStep
 * @property {string} name
 * @property {() => string[]} command made when the step runs: packages may not be installed before
 * @property {string[]} inputs files and folders; the step is skipped while they are unchanged …
 * @property {string[]} outputs … and all of these exist
 */

/** @param {string} script */
const tool = (script) => join(ROOT, 'src', 'tools', script);
const LOCK = 'package-lock.json';
const EVERYTHING = ['src', 'shaders', 'public', 'vite.config.ts', 'tsconfig.json', LOCK];

/** Written by the steps or by the message compiler itself: never an input. */
export const GENERATED = [
  'src/i18n/generated',
  'src/i18n/catalogues',
  ...['.lix', '.meta.json', 'README.md', '.gitignore', 'cache'].map((name) => `src/i18n/project.inlang/${name}`),
];

/** @type {BuildStep[]} */
export const STEPS = [
  {
    name: 'messages',
    command: () => [process.execPath, tool('build-messages.mjs')],
    inputs: ['src/i18n', 'src/tools/build-messages.mjs', LOCK],
    outputs: ['src/i18n/generated/messages.js', 'src/i18n/catalogues/page.js'],
  },
  {
    name: 'weights',
    command: () => [...packageCommand('tsx'), tool('build-weights.ts')],
    inputs: ['src/tools', 'src/encoder', LOCK],
    outputs: ['public/weights/use-lite.f16.safetensors'],
  },
  {
    name: 'example',
    // The opening picture is made from the recorded example, which it brings up to date first.
    command: () => [...packageCommand('tsx'), tool('build-opening.ts')],
    inputs: ['src/tools', 'src/encoder', 'src/contract', 'public/weights', LOCK],
    outputs: ['public/example.safetensors', 'public/opening.json'],
  },
  {
    // Empties dist/, so the steps after it find their outputs missing and run too.
    name: 'site',
    command: () => [...packageCommand('vite'), 'build', '--logLevel', 'warn'],
    inputs: EVERYTHING,
    outputs: ['dist/index.html', 'dist/embed/index.html', 'dist/example.safetensors', 'dist/opening.json'],
  },
  {
    // A page of its own: nothing of it may end up in what the lab loads.
    name: 'accessibility view',
    command: () => [...packageCommand('vite'), 'build', '--mode', 'a11y-view', '--logLevel', 'warn'],
    inputs: EVERYTHING,
    outputs: ['dist/a11y-view/index.html'],
  },
  {
    name: 'library',
    command: () => [...packageCommand('vite'), 'build', '--mode', 'lib', '--logLevel', 'warn'],
    inputs: EVERYTHING,
    outputs: ['dist/lib/attention-lab.js'],
  },
  {
    name: 'service worker',
    command: () => [process.execPath, tool('service-worker.mjs')],
    inputs: EVERYTHING,
    outputs: ['dist/sw.js'],
  },
  {
    name: 'headers',
    command: () => [process.execPath, tool('write-headers.mjs')],
    inputs: EVERYTHING,
    outputs: ['dist/_headers'],
  },
  {
    name: 'element',
    command: () => [...packageCommand('tsx'), tool('build-element.ts')],
    inputs: ['src/embed', 'src/contract', 'src/params', 'src/i18n', 'src/encoder/example-text.ts', 'src/tools', LOCK],
    outputs: [
      'dist/lib/attention-lab-element.js',
      'dist/lib/attention-lab.anywidget.js',
      'dist/lib/custom-elements.json',
    ],
  },
  {
    name: 'compressed copies',
    command: () => [process.execPath, tool('compress.mjs')],
    inputs: EVERYTHING,
    outputs: ['dist/index.html.br', 'dist/lib/attention-lab.js.br'],
  },
];

/** What `npm run build:offline` makes besides, from what the steps above have made. */
export const OFFLINE_STEPS = /** @type {BuildStep[]} */ ([
  {
    name: 'recordings',
    command: () => [...packageCommand('tsx'), tool('build-recordings.ts')],
    inputs: ['src/tools', 'src/encoder', 'src/params', 'src/theory', 'src/labs/zero-shot/data', 'public/weights', LOCK],
    outputs: ['.cache/offline/recordings.bin', '.cache/offline/vectors.bin'],
  },
  {
    name: 'offline files',
    command: () => [...packageCommand('tsx'), tool('build-offline.ts')],
    inputs: [...EVERYTHING, 'package.json'],
    outputs: ['dist/offline'],
  },
]);
