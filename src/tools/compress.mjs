// Writes a brotli and a gzip copy beside every text file of dist/. The last step of the build;
// serve.mjs (and most static hosts) send the copies. Weights are left alone: half floats hardly compress.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { ROOT } from './run-command.mjs';

const TEXT = /\.(?:html|js|mjs|css|json|svg|wgsl|txt)$/;

const dist = join(ROOT, 'dist');
for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!TEXT.test(name)) continue;
  const path = join(dist, name);
  const content = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
