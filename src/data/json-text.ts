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

/** Refuses brackets nested deeper than `deepest`, and the words NaN and Infinity, which Python writes but JSON lacks. */
function requirePlain(file: string, text: string, deepest: number): void {
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
    else if (letter === 0x4e || letter === 0x49)
      refuse(file, 'not-finite', {
        value: text.slice(index, index + 8),
        allowed: 'finite numbers',
        numbers: placeOf(text, index),
      });
  }
}

/** Line and column, from 1. */
function placeOf(text: string, index: number): Record<string, number> {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

export function parseJsonText(file: string, bytes: Uint8Array, deepest: number): unknown {
  return parseJsonString(file, decodeUtf8(file, bytes), deepest);
}

export function parseJsonString(file: string, text: string, deepest: number): unknown {
  requirePlain(file, text, deepest);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(file, 'not-json', { value: file, allowed: 'JSON' });
  }
}
