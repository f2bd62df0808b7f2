// Writes the page's settings as a query string: only what differs from the defaults. The inverse of `parse.ts`.
import { preferredLanguage } from './lang.ts';
import type { Parameter } from './parameter.ts';
import { usualValues } from './read-values.ts';
import { PARAMETER_IDS, SCHEMA, isSame, type LabValues } from './schema.ts';

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
