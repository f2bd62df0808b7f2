// Reads the page's address. Whatever it holds, the page opens: unknown keys are passed over, a bad value falls back to its
// default and leaves a notice as data, to be worded by the catalogue. Never throws. Called when the page opens and on Back.
// Precedence: defaults < preset < state of a share link < parameters.
import { preferredLanguage, readTag, type Language } from './lang.ts';
import type { Parameter } from './parameter.ts';
import { badValue, requireInRange, settlePreset, shown, withPreset, written, type Notice } from './read-values.ts';
import { PARAMETER_IDS, SCHEMA, defaultValues, type LabValues, type ParameterId } from './schema.ts';
import { readState } from './state.ts';

export type { Notice, OpeningNotice } from './read-values.ts';

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

/** Decides the language: the parameter if it is spoken here, else `otherwise`. */
function readLanguage(received: string | undefined, otherwise: Language, notices: Notice[]): Language {
  if (received === undefined || received.toLowerCase() === 'auto') return otherwise;
  const reading = readTag(received);
  if (reading.kind === 'unknown') return otherwise;
  if (reading.kind === 'malformed') {
    notices.push(badValue('lang', received, SCHEMA.lang.allowed, otherwise));
    return otherwise;
  }
  if (reading.kind === 'fallback')
    notices.push({ code: 'language-fallback', parameter: 'lang', received: shown(received), used: reading.language });
  return reading.language;
}

/**
 * `search` is the query string with or without `?`; `languages` the reader's, most wanted first; `state` what a share link held
 * (`decodeShare`), null when there was none.
 */
export function parseAddress(
  search: string,
  languages: readonly string[] = [],
  state: unknown = null,
): { values: LabValues; notices: Notice[] } {
  const received = receivedValues(search);
  const notices: Notice[] = [];
  const preset = SCHEMA.preset.read(received.get('preset') ?? '') ?? null;
  let values = withPreset(defaultValues(preferredLanguage(languages)), preset);
  if (state !== null) {
    const read = readState(state, values);
    notices.push(...read.notices);
    values = read.values;
  }
  values = { ...values, lang: readLanguage(received.get('lang'), values.lang, notices) };
  received.delete('lang');
  for (const [id, given] of received) {
    const { read, allowed } = SCHEMA[id] as Parameter<unknown>;
    const value = read(given);
    if (value === undefined) notices.push(badValue(id, given, allowed, written(id, values[id])));
    else (values as Record<ParameterId, unknown>)[id] = value;
  }
  requireInRange(values, notices);
  return { values: settlePreset(values), notices };
}
