// Reads settings that came as values: share links, messages, presets, exported files. The same checks as for the address, and the same
// notices as data. A bad value leaves what was there before. Never throws, whatever it is given.
import { readTag } from './lang.ts';
import type { Parameter } from './parameter.ts';
import { presetValues } from './presets.ts';
import {
  DEFAULT_SYNTHETIC_LENGTH,
  PARAMETER_IDS,
  SCHEMA,
  defaultValues,
  isSame,
  type LabValues,
  type ParameterId,
} from './schema.ts';
import type { Allowed, Written } from './parameter.ts';
import type { Language } from './lang.ts';

export type Notice =
  | {
      code: 'bad-value';
      parameter: ParameterId;
      /** As received, at most 80 characters. Foreign text: show it as text only. */
      received: string;
      /** What is used instead, as the address would say it; null where that is "none" or "depends". */
      used: string | null;
      allowed: Allowed;
    }
  /** A reader of Traditional Chinese gets Simplified. */
  | { code: 'language-fallback'; parameter: 'lang'; received: string; used: Language }
  /** The link's state could not be read. */
  | { code: 'bad-state'; reason: 'damaged' | 'too-long' | 'newer' };

/** Besides: a page without an encoder was asked for a text it has no recording of. */
export type OpeningNotice = Notice | { code: 'not-recorded' };

const LONGEST_SHOWN = 80;

/** Foreign text, cut to what a notice can show. */
export function shown(received: string): string {
  const letters = Array.from(received.slice(0, 4 * LONGEST_SHOWN));
  return letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN - 1).join('')}…` : letters.join('');
}

function asText(received: unknown): string {
  if (typeof received === 'string') return received;
  try {
    return JSON.stringify(received)?.slice(0, 4 * LONGEST_SHOWN) ?? String(received);
  } catch {
    return typeof received;
  }
}

export function badValue(id: ParameterId, received: unknown, allowed: Allowed, used: string | null): Notice {
  return { code: 'bad-value', parameter: id, received: shown(asText(received)), used, allowed };
}

/** A value as the address would say it, or null. */
export const written = (id: ParameterId, value: unknown): string | null =>
  (SCHEMA[id] as Parameter<unknown>).write(value) ?? null;

/** Ranges that depend on other parameters: heads and, where the length is known, positions. Changes `values`. */
export function requireInRange(values: LabValues, notices: Notice[]): void {
  const isSynthetic = values.lab === 'attention' && values.source === 'synthetic';
  const length = values.n ?? (isSynthetic ? DEFAULT_SYNTHETIC_LENGTH : Infinity);
  const limits = { head: values.heads - 1, query: length - 1, key: length - 1, global: length } as const;
  for (const id of ['head', 'query', 'key', 'global'] as const) {
    const value = values[id];
    if (value === null || value <= limits[id]) continue;
    const allowed: Allowed = { kind: 'integer', least: 0, most: limits[id], orInfinity: false };
    notices.push(badValue(id, String(value), allowed, written(id, SCHEMA[id].default)));
    (values as Record<typeof id, number | null>)[id] = SCHEMA[id].default;
  }
}

/** A preset's values over what is there. The slug itself is kept, so that links and state can name it. */
export function withPreset(values: LabValues, preset: LabValues['preset']): LabValues {
  return preset === null ? values : { ...values, ...presetValues(preset), preset };
}

/** A preset is named only while the view is that preset: with one of its values changed it was a start, nothing more. */
export function settlePreset(values: LabValues): LabValues {
  if (values.preset === null) return values;
  const held = Object.entries(presetValues(values.preset)).every(([id, value]) => values[id as ParameterId] === value);
  return held ? values : { ...values, preset: null };
}

/** What need not be written: the defaults with the preset over them, and the preset itself not yet named. */
export const usualValues = (preset: LabValues['preset'], language: Language): LabValues => ({
  ...withPreset(defaultValues(language), preset),
  preset: null,
});

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const KNOWN = new Map<string, ParameterId>(PARAMETER_IDS.map((id) => [id, id]));
/** More keys than this are nobody's settings. */
const MOST_KEYS = 256;

function readLanguage(received: unknown, values: LabValues, notices: Notice[]): void {
  const reading = typeof received === 'string' ? readTag(received) : { kind: 'malformed' as const };
  if (reading.kind === 'malformed') notices.push(badValue('lang', received, SCHEMA.lang.allowed, values.lang));
  else if (reading.kind !== 'unknown') {
    values.lang = reading.language;
    if (reading.kind === 'fallback')
      notices.push({
        code: 'language-fallback',
        parameter: 'lang',
        received: shown(asText(received)),
        used: reading.language,
      });
  }
}

/**
 * Settings out of a record such as `{ heads: 8, left: 'inf', hide: ['timing'] }`, laid over `base`; `null` is a parameter's default.
 * Unknown keys are passed over. `base` stays as it is.
 */
export function readValues(record: unknown, base: LabValues): { values: LabValues; notices: Notice[] } {
  const notices: Notice[] = [];
  if (!isRecord(record)) return { values: base, notices };
  const received = new Map<ParameterId, unknown>();
  for (const key of Object.keys(record).slice(0, MOST_KEYS)) {
    const id = KNOWN.get(key.toLowerCase());
    if (id !== undefined) received.set(id, record[key]);
  }
  const preset = received.get('preset');
  const values = { ...withPreset(base, SCHEMA.preset.accept(preset) ?? null) };
  for (const [id, given] of received) {
    if (id === 'lang' && given !== null) {
      readLanguage(given, values, notices);
      continue;
    }
    const { accept, allowed, default: byDefault } = SCHEMA[id] as Parameter<unknown>;
    const value = given === null ? (byDefault ?? (id === 'lang' ? values.lang : null)) : accept(given);
    if (value === undefined) notices.push(badValue(id, given, allowed, written(id, values[id])));
    else (values as Record<ParameterId, unknown>)[id] = value;
  }
  requireInRange(values, notices);
  return { values: settlePreset(values), notices };
}

/** The state holds every one of these values; without a file's, or a text's that is too long, it would show something else. */
export const isWhole = (values: LabValues): boolean =>
  PARAMETER_IDS.every((id) => {
    const { default: byDefault, pack } = SCHEMA[id] as Parameter<unknown>;
    return isSame(values[id], byDefault) || pack(values[id]) !== undefined;
  });

/** What is not usual, as plain values that `readValues` takes back. A file and a too long text cannot be written. */
export function packValues(values: LabValues, language: Language): Partial<Record<ParameterId, Written>> {
  const base = usualValues(values.preset, language);
  const packed: Partial<Record<ParameterId, Written>> = {};
  for (const id of PARAMETER_IDS) {
    if (isSame(values[id], base[id])) continue;
    const value = (SCHEMA[id] as Parameter<unknown>).pack(values[id]);
    if (value !== undefined) packed[id] = value;
  }
  return packed;
}
