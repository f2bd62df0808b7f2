// The state of a view as plain JSON: what a share link, a message `get-state` and an exported file carry. Only what differs from the
// defaults, so links stay short and old ones open after the schema has grown. Hosts treat it as opaque.
import { isRecord, packValues, readValues, type Notice } from './read-values.ts';
import type { Written } from './parameter.ts';
import { PAGE_IDS, type LabValues, type ParameterId } from './schema.ts';

/** Raised when the meaning of a stored value changes; then `MIGRATIONS` gets the step from the version before. */
export const STATE_VERSION = 1;

export interface LabState {
  v: typeof STATE_VERSION;
  p: Partial<Record<ParameterId, Written>>;
}

/** From a version to the next. */
const MIGRATIONS: Readonly<Record<number, (state: Record<string, unknown>) => Record<string, unknown>>> = {};

/** How the page looks and whom it obeys belongs to whoever opens it, not to the view that is shared; its language comes along. */
const NOT_SHARED: readonly ParameterId[] = PAGE_IDS.filter((id) => id !== 'lang');

/** The state that reproduces these values. `withPage` keeps the page's own settings too (what `set-state` restores exactly). */
export function stateOf(values: LabValues, { withPage = false } = {}): LabState {
  const p = packValues(values, values.lang);
  if (!withPage) for (const id of NOT_SHARED) delete p[id];
  p.lang = values.lang;
  return { v: STATE_VERSION, p };
}

function upToDate(state: Record<string, unknown>): Record<string, unknown> | 'newer' | 'damaged' {
  let current = state;
  while (current['v'] !== STATE_VERSION) {
    const version = current['v'];
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) return 'damaged';
    if (version > STATE_VERSION) return 'newer';
    const step = MIGRATIONS[version];
    if (!step) return 'damaged';
    current = step(current);
  }
  return current;
}

/** Values out of a received state, laid over `base`. What cannot be read leaves `base` and a notice. */
export function readState(state: unknown, base: LabValues): { values: LabValues; notices: Notice[] } {
  if (state === 'too-long' || state === 'damaged')
    return { values: base, notices: [{ code: 'bad-state', reason: state }] };
  const current = isRecord(state) ? upToDate(state) : 'damaged';
  if (typeof current === 'string') return { values: base, notices: [{ code: 'bad-state', reason: current }] };
  return readValues(current['p'], base);
}
