// Writes `dist/offline/`: the lab as single HTML files, one with all languages and one for each. Says how large they are and fails when
// one is larger than 3 MB or points out of itself. The last step of `npm run build:offline`.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { offlineBuild, type OfflineLanguage } from './offline-build.ts';

const MOST_BYTES = 3_000_000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'dist/offline');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const languages: OfflineLanguage[] = ['all', 'en', 'zh-Hans'];

rmSync(folder, { recursive: true, force: true });
for (const language of languages) {
  const name = `attention-lab_${language}_v${version}.html`;
  await build(offlineBuild(language, folder, name));
  const html = readFileSync(join(folder, name));
  const markup = html.toString().replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1');
  const left = /<(?:script|link|img|iframe)[^>]*\s(?:src|href)="(?!data:)[^"]*"/.exec(markup);
  if (left) throw new Error(`${name} is not whole: ${left[0]}`);
  if (html.byteLength > MOST_BYTES) throw new Error(`${name} has ${html.byteLength} bytes; ${MOST_BYTES} are allowed.`);
  process.stdout.write(`Wrote dist/offline/${name} (${(html.byteLength / 1e6).toFixed(2)} MB)\n`);
}
