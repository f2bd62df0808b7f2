// The address that a file or a figure's foot gives of the view it shows. Loaded with the exports.
import { isWhole } from './read-values.ts';
import { PAGE_IDS, SCHEMA, TEXT_IDS, defaultValues, type LabValues } from './schema.ts';
import { serialiseValues } from './serialise.ts';
import { shareLink } from './share-link.ts';

/** Longer addresses are packed: a figure's foot has no room for a text in per cents. */
const LONGEST_PLAIN_LINK = 300;

/**
 * The address of the same view in the same language, in words where it is short. How the page looks, and what it hides, is left to whoever
 * opens it. Null when no link can carry the view. `siteUrl` ends with a slash.
 */
export async function viewLink(siteUrl: string, values: LabValues): Promise<string | null> {
  if (!isWhole(values)) return null;
  const plain = defaultValues(values.lang);
  const own = Object.fromEntries(PAGE_IDS.map((id) => [id, plain[id]]));
  const query = new URLSearchParams(serialiseValues({ ...values, ...own }));
  query.set('lang', values.lang);
  const link = `${siteUrl}?${query}`;
  const saysAll = TEXT_IDS.every((id) => values[id] === null || SCHEMA[id].write(values[id]) !== undefined);
  return saysAll && link.length <= LONGEST_PLAIN_LINK ? link : shareLink(siteUrl, values);
}
