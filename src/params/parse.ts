// Reads the page's address. Whatever it holds, the page opens: unknown keys are passed over, a bad value falls back to its
// default and leaves a notice as data, to be worded by the catalogue. Never throws. Called when the page opens.
import { preferredLanguage, readTag, type Language } from './lang.ts';
import type { Allowed, Parameter } from './parameter.ts';
import {
  DEFAULT_SYNTHETIC_LENGTH,
  PARAMETER_IDS,
  SCHEMA,
  defaultValues,
  type LabValues,
  type ParameterId,
} from './schema.ts';

export type Notice =
  | {
      code: 'bad-value';
      parameter: ParameterId;
      /** As received, at most 80 characters. Foreign text: show it as text only. */
      received: string;
      /** The default used instead, as the address would say it; null where the default is "none" or "depends". */
      used: string | null;
      allowed: Allowed;
    }
  /** A reader of Traditional Chinese gets Simplified. */
  | { code: 'language-fallback'; parameter: 'lang'; received: string; used: Language };

const LONGEST_SHOWN = 80;

function shown(received: string): string {
  const letters = Array.from(received.slice(0, 4 * LONGEST_SHOWN));
  return letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN - 1).join('')}…` : letters.join('');
}

/** The last value of each known key, whatever the case of its letters. */
function receivedValues(search: string): Map<ParameterId, string> {
  const known = new Map<string, ParameterId>(PARAMETER_IDS.map((id) => [id, id]));
  const received = new Map<ParameterId, string>();
  for (const [key, value] of new URLSearchParams(search)) {
    const id = known.get(key.toLowerCase());
    if (id !== undefined) received.set(id, value);
  }
  return received;
}

function badValue(id: ParameterId, received: string, allowed: Allowed, used?: string): Notice {
  const { default: byDefault, write } = SCHEMA[id] as Parameter<unknown>;
  return {
    code: 'bad-value',
    parameter: id,
    received: shown(received),
    used: used ?? write(byDefault) ?? null,
    allowed,
  };
}

/** Decides the language: the parameter if it is spoken here, else the reader's own list. */
function readLanguage(received: string | undefined, languages: readonly string[], notices: Notice[]): Language {
  const preferred = preferredLanguage(languages);
  if (received === undefined || received.toLowerCase() === 'auto') return preferred;
  const reading = readTag(received);
  if (reading.kind === 'unknown') return preferred;
  if (reading.kind === 'malformed') {
    notices.push(badValue('lang', received, SCHEMA.lang.allowed, preferred));
    return preferred;
  }
  if (reading.kind === 'fallback')
    notices.push({ code: 'language-fallback', parameter: 'lang', received: shown(received), used: reading.language });
  return reading.language;
}

/** Ranges that depend on other parameters: heads and, where the length is known, positions. */
function requireInRange(values: LabValues, notices: Notice[]): void {
  const length = values.n ?? (values.source === 'synthetic' ? DEFAULT_SYNTHETIC_LENGTH : Infinity);
  const limits = { head: values.heads - 1, query: length - 1, key: length - 1, global: length } as const;
  for (const id of ['head', 'query', 'key', 'global'] as const) {
    const value = values[id];
    if (value === null || value <= limits[id]) continue;
    const allowed: Allowed = { kind: 'integer', least: 0, most: limits[id], orInfinity: false };
    notices.push(badValue(id, String(value), allowed));
    (values as Record<typeof id, number | null>)[id] = SCHEMA[id].default;
  }
}

/** `search` is the query string with or without `?`; `languages` the reader's, most wanted first. */
export function parseAddress(
  search: string,
  languages: readonly string[] = [],
): { values: LabValues; notices: Notice[] } {
  const received = receivedValues(search);
  const notices: Notice[] = [];
  const values = defaultValues(readLanguage(received.get('lang'), languages, notices));
  received.delete('lang');
  for (const [id, given] of received) {
    const { read, allowed } = SCHEMA[id] as Parameter<unknown>;
    const value = read(given);
    if (value === undefined) notices.push(badValue(id, given, allowed));
    else (values as Record<ParameterId, unknown>)[id] = value;
  }
  requireInRange(values, notices);
  return { values, notices };
}
