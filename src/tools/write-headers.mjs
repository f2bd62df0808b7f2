// Writes `dist/_headers` for Netlify and Cloudflare Pages from the table of headers.mjs. A step of the build, after all of dist/ is there.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headersFile } from './headers.mjs';
import { ROOT } from './run-command.mjs';

const dist = join(ROOT, 'dist');
const entries = readdirSync(dist, { withFileTypes: true })
  .filter(({ name }) => name !== '_headers' && !/\.(?:br|gz)$/.test(name))
  .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
// Made later, and only when asked for.
if (!entries.some(({ name }) => name === 'offline')) entries.push({ name: 'offline', isFolder: true });
writeFileSync(join(dist, '_headers'), headersFile(entries));
