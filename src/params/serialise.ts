// Writes the page's settings as a query string: only what differs from the defaults. The inverse of `parse.ts`.
import { preferredLanguage } from './lang.ts';
import type { Parameter } from './parameter.ts';
import { PARAMETER_IDS, SCHEMA, type LabValues } from './schema.ts';

/**
 * Without `?`; empty when nothing differs. `languages` are the reader's own: the language they would choose anyway is left
 * out. What an address cannot hold (a file, a text that is too long) is left out too.
 */
export function serialiseValues(values: LabValues, languages: readonly string[] = []): string {
  const query = new URLSearchParams();
  for (const id of PARAMETER_IDS) {
    const { default: byDefault, write } = SCHEMA[id] as Parameter<unknown>;
    const usual = id === 'lang' ? preferredLanguage(languages) : byDefault;
    if (Object.is(values[id], usual)) continue;
    const written = write(values[id]);
    if (written !== undefined) query.set(id, written);
  }
  return query.toString();
}
