// Reads a file someone dropped on the page: Q, K, V or a ready attention matrix from .npy, .safetensors, .csv or .json.
// Every byte is untrusted: whatever is wrong comes out as `invalid-file` with a reason, before memory is spent on it.
// Runs in the worker; called by the workbench.
import type { FileUnderstanding } from '../contract/workbench.ts';
import { arrangeNamed, arrangeNameless, arrangeTable, type Arrangement, type Stack } from './arrangement.ts';
import type { ParsedFile } from './array.ts';
import { parseCsv } from './csv.ts';
import { parseJson } from './json.ts';
import { isNpy, parseNpy } from './npy.ts';
import { MAX_FILE_BYTES, MAX_TEXT_BYTES, refuse } from './refuse.ts';
import { roleOf } from './roles.ts';
import { parseSafetensors } from './safetensors.ts';

interface ImportedBase {
  heads: number;
  queryLength: number;
  keyLength: number;
  /** A label per key position, or null. */
  tokens: string[] | null;
  understood: FileUnderstanding;
}
export interface ImportedTensors extends ImportedBase {
  kind: 'qkv';
  /** `[heads, queryLength, headDim]` */
  q: Float32Array;
  /** `[kvHeads, keyLength, headDim]` */
  k: Float32Array;
  v: Float32Array;
  kvHeads: number;
  headDim: number;
}
export interface ImportedMatrix extends ImportedBase {
  kind: 'matrix';
  /** `[heads, queryLength, keyLength]`, as the file has them: not renormalised. */
  weights: Float32Array;
}
export type ImportedAttention = ImportedTensors | ImportedMatrix;

type Format = FileUnderstanding['format'];
const PARSERS: Record<Format, (name: string, bytes: ArrayBuffer) => ParsedFile> = {
  npy: parseNpy,
  safetensors: parseSafetensors,
  csv: parseCsv,
  json: parseJson,
};
const EXTENSIONS = new Map<string, Format>([
  ['npy', 'npy'],
  ['safetensors', 'safetensors'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['txt', 'csv'],
  ['json', 'json'],
]);

/** By the first bytes where they are telling, else by the name. */
function formatOf(name: string, bytes: ArrayBuffer): Format {
  if (isNpy(bytes)) return 'npy';
  const format = EXTENSIONS.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  if (format) return format;
  const head = new Uint8Array(bytes, 0, Math.min(9, bytes.byteLength));
  if (head[8] === 0x7b && head[7] === 0) return 'safetensors';
  if (head[0] === 0x7b || head[0] === 0x5b) return 'json';
  return refuse(name, 'unknown-format', { value: name, allowed: '.npy, .safetensors, .csv or .json' });
}

function requireSize(name: string, bytes: ArrayBuffer, most: number): void {
  if (bytes.byteLength > most)
    refuse(name, 'file-too-large', {
      value: bytes.byteLength,
      allowed: `at most ${most} bytes`,
      numbers: { found: bytes.byteLength, most },
    });
}

function arrange(name: string, format: Format, { arrays }: ParsedFile): Arrangement {
  const only = arrays[0];
  if (format === 'csv' && only) return arrangeTable(name, only);
  if (format !== 'safetensors' && arrays.length === 1 && only && roleOf(only.name) === null)
    return arrangeNameless(name, only);
  return arrangeNamed(name, arrays);
}

function requireTokens(name: string, tokens: string[] | null, keyLength: number): string[] | null {
  if (tokens !== null && tokens.length !== keyLength)
    refuse(name, 'tokens-mismatch', {
      value: tokens.length,
      allowed: `${keyLength} tokens, one for each key`,
      numbers: { expected: keyLength, found: tokens.length },
    });
  return tokens;
}

const described = (role: 'q' | 'k' | 'v' | 'weights', { array }: Stack) => ({
  role,
  name: array.name.slice(0, 200),
  shape: array.shape,
  type: array.type,
});

/** Understands a file or throws `invalid-file`. The result shares no memory with `bytes`. */
export function importAttention(name: string, bytes: ArrayBuffer): ImportedAttention {
  if (bytes.byteLength === 0) refuse(name, 'empty-file', { value: 0, allowed: 'a file with something in it' });
  requireSize(name, bytes, MAX_FILE_BYTES);
  const format = formatOf(name, bytes);
  if (format === 'csv' || format === 'json') requireSize(name, bytes, MAX_TEXT_BYTES);
  const parsed = PARSERS[format](name, bytes);
  const arranged = arrange(name, format, parsed);
  const understand = (arrays: FileUnderstanding['arrays']): FileUnderstanding => ({
    format,
    name,
    byteLength: bytes.byteLength,
    arrays,
    notes: [...parsed.notes, ...arranged.notes],
  });
  if (arranged.kind === 'matrix') {
    const { weights } = arranged;
    return {
      kind: 'matrix',
      weights: weights.array.values,
      heads: weights.heads,
      queryLength: weights.rows,
      keyLength: weights.columns,
      tokens: requireTokens(name, parsed.tokens, weights.columns),
      understood: understand([described('weights', weights)]),
    };
  }
  const { q, k, v } = arranged;
  return {
    kind: 'qkv',
    // Copies: parts of a stacked array share memory, and the engine moves its tensors.
    q: q.array.values.slice(),
    k: k.array.values.slice(),
    v: v.array.values.slice(),
    heads: q.heads,
    kvHeads: k.heads,
    queryLength: q.rows,
    keyLength: k.rows,
    headDim: q.columns,
    tokens: requireTokens(name, parsed.tokens, k.rows),
    understood: understand([described('q', q), described('k', k), described('v', v)]),
  };
}
