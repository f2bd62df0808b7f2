// Reads what the labs themselves save as JSON (`viz/export/export-json.ts`, `labs/saving/lab-file.ts`): settings to restore, the part in
// view, and, for sources that cannot be made again, their numbers. As untrusted as any other file: only the form is checked here, the values by
// `params/`. Called by the workbench, and by the JSON importer for the numbers.
import type { SavedView } from '../contract/workbench.ts';
import { MAX_LENGTH } from '../contract/problem.ts';
import { decodeUtf8, parseJsonString } from './json-text.ts';
import { MAX_TEXT_BYTES, refuse } from './refuse.ts';

export const SAVED_SCHEMA = 'attention-lab/export@1';
const SCHEMA_FAMILY = 'attention-lab/export@';
/** What "Three speed-ups" wrote before all labs wrote the same; its settings stand where they stand now. */
const EARLIER_SCHEMAS: readonly unknown[] = ['attention-lab/speedups@1'];
const FAMILIES = [SCHEMA_FAMILY, 'attention-lab/speedups@'];
/** The deepest that is written is 7, samples of a measurement in a sweep of the mixers lab; the rest is for what may come. */
export const SAVED_DEPTH = 12;
const MOST_SETTINGS = 64;

export type SavedFile = Record<string, unknown>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file as an object when it is one of ours; null when it is another. A version that is not known is refused. */
export function asSaved(file: string, root: unknown): SavedFile | null {
  if (!isRecord(root) || typeof root['schema'] !== 'string') return null;
  const { schema } = root as { schema: string };
  if (!FAMILIES.some((family) => schema.startsWith(family))) return null;
  if (schema !== SAVED_SCHEMA && !EARLIER_SCHEMAS.includes(schema))
    return refuse(file, 'saved-elsewhere', { value: schema, allowed: SAVED_SCHEMA });
  return root;
}

/** The arrays of the file's own source, if it carries any. */
export function savedArrays(saved: SavedFile): [name: string, nested: unknown][] {
  const source = isRecord(saved['source']) ? saved['source'] : {};
  return ['q', 'k', 'v', 'weights'].filter((name) => Array.isArray(source[name])).map((name) => [name, source[name]]);
}

/** Settings under plain names, whatever they hold: `params/` says of each that is known what it may be. */
function settingsOf(file: string, params: unknown): Record<string, unknown> {
  if (!isRecord(params))
    return refuse(file, 'settings-malformed', { value: JSON.stringify(params ?? null).slice(0, 40), allowed: '{ … }' });
  const entries = Object.entries(params);
  if (entries.length > MOST_SETTINGS)
    return refuse(file, 'too-many-settings', { value: entries.length, allowed: String(MOST_SETTINGS) });
  return Object.fromEntries(entries.filter(([name]) => /^[a-z][a-z-]{0,30}$/i.test(name)));
}

function rangeOf(value: unknown): [number, number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [start, end] = value as unknown[];
  const isRange = Number.isInteger(start) && Number.isInteger(end);
  return isRange && (start as number) >= 0 && (start as number) < (end as number) && (end as number) <= MAX_LENGTH
    ? [start as number, end as number]
    : null;
}

function viewportOf(view: unknown): SavedView['viewport'] {
  if (!isRecord(view) || view['whole'] === true) return null;
  const rows = rangeOf(view['rows']);
  const columns = rangeOf(view['columns']);
  return rows && columns ? { rows, columns } : null;
}

/** Null for a file that is none of ours; a file of ours that is damaged is refused. */
export function readSavedView(file: string, bytes: ArrayBuffer): SavedView | null {
  if (bytes.byteLength === 0 || bytes.byteLength > MAX_TEXT_BYTES) return null;
  const first = new Uint8Array(bytes, 0, Math.min(64, bytes.byteLength)).find((byte) => byte > 0x20);
  // Anything but an object in text; a byte order mark may stand before it.
  if (first !== 0x7b && first !== 0xef) return null;
  // The name stands in every file of ours, wherever a program that has rewritten it put it: no need to parse the others twice.
  const text = new TextDecoder().decode(bytes);
  if (!FAMILIES.some((family) => text.includes(family))) return null;
  const saved = asSaved(file, parseJsonString(file, decodeUtf8(file, new Uint8Array(bytes)), SAVED_DEPTH));
  if (!saved) return null;
  const arrays = savedArrays(saved);
  const source = isRecord(saved['source']) ? saved['source']['kind'] : undefined;
  if (source === 'file' && arrays.length === 0)
    return refuse(file, 'arrays-missing', { value: 'source', allowed: 'q, k and v, or weights' });
  return {
    params: settingsOf(file, saved['params']),
    viewport: viewportOf(saved['view']),
    hasNumbers: arrays.length > 0,
  };
}
