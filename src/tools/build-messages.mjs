// Compiles the message catalogues: Paraglide makes a module of every message, and each catalogue becomes a module that names its own, so
// that a lab's words load with the lab. The page's catalogue is `messages/{locale}.json`, a lab's `messages/<lab>/{locale}.json`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '@inlang/paraglide-js';
import { ROOT } from './run-command.mjs';

const MESSAGES = join(ROOT, 'src/i18n/messages');
const CATALOGUES = join(ROOT, 'src/i18n/catalogues');

/** @returns {Record<string, string>} the English file of each catalogue by its name; `page` is the one every lab needs */
export function catalogueFiles() {
  const labs = readdirSync(MESSAGES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    page: join(MESSAGES, 'en.json'),
    ...Object.fromEntries(labs.map(({ name }) => [name, join(MESSAGES, name, 'en.json')])),
  };
}

/** Writes `src/i18n/catalogues/<name>.js`. */
function writeCatalogues() {
  rmSync(CATALOGUES, { recursive: true, force: true });
  mkdirSync(CATALOGUES, { recursive: true });
  for (const [name, file] of Object.entries(catalogueFiles())) {
    const keys = Object.keys(JSON.parse(readFileSync(file, 'utf8'))).filter((key) => key !== '$schema');
    const module = (/** @type {string} */ key) => JSON.stringify(`../generated/messages/${key}.js`);
    const lines = keys.map((key) => `export { ${key} } from ${module(key)};`);
    writeFileSync(join(CATALOGUES, `${name}.js`), `/* eslint-disable */\n${lines.join('\n')}\n`);
  }
}

export async function buildMessages() {
  await compile({
    project: join(ROOT, 'src/i18n/project.inlang'),
    outdir: join(ROOT, 'src/i18n/generated'),
    strategy: ['globalVariable', 'baseLocale'],
  });
  writeCatalogues();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildMessages();
  // The compiler leaves a timer behind that would hold the process for half a minute.
  process.exit();
}
