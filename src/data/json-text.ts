// JSON from untrusted bytes: UTF-8 or nothing, depth counted by a loop before the parser recurses. Called by the JSON and
// safetensors importers.
import { refuse } from './refuse.ts';

export function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(file, 'not-utf8', { value: file, allowed: 'text in UTF-8' });
  }
}

/** Refuses brackets nested deeper than `deepest`; strings are skipped. Says where. */
function requireShallow(file: string, text: string, deepest: number): void {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (isInString) {
      if (letter === 0x5c) index++;
      else if (letter === 0x22) isInString = false;
    } else if (letter === 0x22) isInString = true;
    else if (letter === 0x5b || letter === 0x7b) {
      if (++depth > deepest)
        refuse(file, 'too-deep', {
          value: depth,
          allowed: `at most ${deepest} levels of brackets`,
          numbers: { depth, most: deepest, index },
        });
    } else if (letter === 0x5d || letter === 0x7d) depth--;
  }
}

/** Line and column, from 1, of the place a JSON parser complained about; engines word it differently or not at all. */
function placeOf(text: string, error: unknown): Record<string, number> {
  const position = /position ([0-9]{1,9})/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return {};
  const before = text.slice(0, Number(position)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

export function parseJsonText(file: string, bytes: Uint8Array, deepest: number): unknown {
  const text = decodeUtf8(file, bytes);
  requireShallow(file, text, deepest);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return refuse(file, 'not-json', {
      value: file,
      allowed: 'JSON (NaN and Infinity are not)',
      numbers: placeOf(text, error),
    });
  }
}
