// Writes the page's settings as a query string: only what differs from the defaults. The inverse of `parse.ts`.
import { preferredLanguage } from './lang.ts';
import type { Parameter } from './parameter.ts';
import { OPENING_SETTING } from './opening.ts';
import { usualValues } from './read-values.ts';
import { PARAMETER_IDS, SCHEMA, isSame, type LabValues, type ParameterId } from './schema.ts';

/**
 * Without `?`; empty when nothing differs. `languages` are the reader's own: the language they would choose anyway is left
 * out. What an address cannot hold (a file, a text that is too long) is left out too.
 */
export function serialiseValues(values: LabValues, languages: readonly string[] = []): string {
  const query = new URLSearchParams();
  const usual = usualValues(values.preset, preferredLanguage(languages));
  for (const id of PARAMETER_IDS) {
    const { write } = SCHEMA[id] as Parameter<unknown>;
    if (isSame(values[id], usual[id])) continue;
    const written = write(values[id]);
    if (written !== undefined) query.set(id, written);
  }
  return query.toString();
}

/** Only the bare address opens with the opening setting; the plain defaults must say one of their values to be opened as they are. */
export function addressQuery(values: LabValues, languages: readonly string[] = []): string {
  const query = serialiseValues(values, languages);
  const isOpening = Object.entries(OPENING_SETTING).every(([id, value]) => values[id as ParameterId] === value);
  return query === '' && !isOpening ? `left=${SCHEMA.left.write(values.left)}` : query;
}
