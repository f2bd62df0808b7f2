// JSON files: `{ q, k, v, tokens? }`, `{ weights, tokens? }`, a bare nested array, or what the lab has saved itself. Numbers only; every row of a level as
// long as its siblings. Not the place that decides what an array means (`arrangement.ts`).
import { MOST_DIMENSIONS, countOf, requireFinite, type FileArray, type ParsedFile } from './array.ts';
import { parseJsonText } from './json-text.ts';
import { refuse } from './refuse.ts';
import { roleOf } from './roles.ts';
import { asSaved, SAVED_DEPTH, savedArrays } from './saved-view.ts';
import { readTokens } from './tokens.ts';

/** Shape along the first elements; the rest is checked against it. */
function shapeOf(file: string, name: string, nested: unknown): number[] {
  const shape: number[] = [];
  let level = nested;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0] as unknown;
    if (shape.length > MOST_DIMENSIONS)
      refuse(file, 'shape-malformed', { value: name, allowed: `at most ${MOST_DIMENSIONS} dimensions` });
  }
  if (shape.length === 0) refuse(file, 'not-an-array', { value: name, allowed: 'nested arrays of numbers' });
  return shape;
}

/** `most`: how many numbers the file has room for; a long first row does not make the rest as long. */
function readArray(file: string, name: string, nested: unknown, most: number): FileArray {
  const shape = shapeOf(file, name, nested);
  const expectedCount = countOf(file, shape);
  if (expectedCount > most)
    refuse(file, 'ragged', {
      value: name,
      allowed: 'lists of one level equally long',
      numbers: { expected: expectedCount, found: most },
    });
  const values = new Float32Array(expectedCount);
  let next = 0;
  const fill = (level: unknown, axis: number): void => {
    const expected = shape[axis];
    if (expected === undefined) {
      if (typeof level !== 'number')
        return refuse(file, 'not-a-number', {
          value: `${name}: ${String(JSON.stringify(level)).slice(0, 40)}`,
          allowed: 'numbers',
          numbers: { index: next },
        });
      values[next++] = level;
      return;
    }
    if (!Array.isArray(level) || level.length !== expected)
      return refuse(file, 'ragged', {
        value: name,
        allowed: `${expected} entries in every list of this level`,
        numbers: { expected, found: Array.isArray(level) ? level.length : 0, index: next },
      });
    for (const inner of level) fill(inner, axis + 1);
  };
  fill(nested, 0);
  requireFinite(file, name, values);
  return { name, shape, type: 'JSON', values };
}

export function parseJson(file: string, bytes: ArrayBuffer): ParsedFile {
  // One level for the object around the arrays.
  const root = parseJsonText(file, new Uint8Array(bytes), Math.max(MOST_DIMENSIONS + 1, SAVED_DEPTH));
  // A number and the mark after it take two bytes.
  const most = bytes.byteLength / 2;
  if (Array.isArray(root)) return { arrays: [readArray(file, 'array', root, most)], tokens: null, notes: [] };
  if (typeof root !== 'object' || root === null)
    return refuse(file, 'not-an-array', { value: root, allowed: 'nested arrays, { q, k, v } or { weights }' });
  const saved = asSaved(file, root);
  if (saved) {
    const arrays = savedArrays(saved).map(([name, nested]) => readArray(file, name, nested, most));
    return { arrays, tokens: saved['tokens'] == null ? null : readTokens(file, saved['tokens']), notes: [] };
  }
  const arrays: FileArray[] = [];
  const notes: string[] = [];
  let tokens: string[] | null = null;
  for (const [name, value] of Object.entries(root)) {
    if (name.toLowerCase() === 'tokens') tokens = readTokens(file, value);
    else if (roleOf(name) !== null && Array.isArray(value)) arrays.push(readArray(file, name, value, most));
    else notes.push('ignored-fields');
  }
  return { arrays, tokens, notes: [...new Set(notes)] };
}
