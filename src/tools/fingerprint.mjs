// One hash of many files, so that a build step whose inputs did not change can be skipped. Used by build.mjs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * Every file at or under a path, sorted; missing paths have none.
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/**
 * A hash of names and contents.
 * @param {string} root names are relative to it
 * @param {string[]} inputs files and folders, relative to `root`
 * @param {string[]} [except] files and folders left out
 */
export function fingerprint(root, inputs, except = []) {
  const hash = createHash('sha256');
  const hidden = except.map((path) => join(root, path));
  for (const file of inputs.flatMap((input) => filesUnder(join(root, input)))) {
    if (hidden.some((path) => file === path || file.startsWith(path + sep))) continue;
    const content = readFileSync(file);
    hash.update(`${relative(root, file).replaceAll(sep, '/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
