// Settings of a saved file over the defaults: what opening the file shows. Called by every lab that opens one.
import { readValues, type Notice } from './read-values.ts';
import { defaultValues, PAGE_IDS, PARAMETER_IDS, type LabValues, type ParameterId } from './schema.ts';

/** The page's own settings (language, theme, what is hidden) and locked ones stay as they are. */
export function restoredValues(
  params: Record<string, unknown>,
  current: LabValues,
  isLocked: (id: ParameterId) => boolean,
): { patch: Partial<LabValues>; notices: Notice[] } {
  const kept = PARAMETER_IDS.filter((id) => (PAGE_IDS as readonly string[]).includes(id) || isLocked(id));
  const base = { ...defaultValues(current.lang), ...Object.fromEntries(kept.map((id) => [id, current[id]])) };
  const given = Object.fromEntries(
    Object.entries(params).filter(([name]) => !(kept as string[]).includes(name.toLowerCase())),
  );
  const { values, notices } = readValues(given, base);
  return { patch: values, notices };
}
