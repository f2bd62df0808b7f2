// One cell of the picture as a host is told of it: place and weights, once its exact row is known.
import type { CellReport } from '../../contract/frame-protocol.ts';
import { resolveProblem } from '../../contract/problem.ts';
import { isVisible, ownKey } from '../../contract/visibility.ts';
import type { LabValues } from '../../params/schema.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';

export interface Cell {
  query: number;
  key: number;
}

/** The pinned cell inside what has been computed; null when there is none. */
export function pinnedCell({ query, key }: LabValues, session: LabSession): Cell | null {
  const { computed } = session;
  if (!computed || query === null) return null;
  const row = Math.min(query, computed.length - 1);
  const lengths = { queryLength: computed.length, keyLength: computed.keyLength };
  return { query: row, key: Math.min(key ?? ownKey(lengths, row), computed.keyLength - 1) };
}

export function shownHead({ head }: LabValues, session: LabSession): number {
  return Math.min(head, (session.computed?.heads ?? 1) - 1);
}

/** The cell's exact row is known: `reportCell` has its weights. */
export function isRowKnown(values: LabValues, session: LabSession, { query }: Cell): boolean {
  return session.knownRow(shownHead(values, session), query) !== null;
}

export function reportCell(values: LabValues, session: LabSession, cell: Cell): CellReport {
  const head = shownHead(values, session);
  const place = { layer: values.layer, head, ...cell };
  const row = session.knownRow(head, cell.query);
  const { computed } = session;
  if (!row || !computed) return { ...place, weight: null, windowedWeight: null };
  const { heads, length: queryLength, keyLength, headDim } = computed;
  const { causal, left, right, dilation, global } = values;
  const shape = { heads, queryLength, keyLength, headDim };
  const mask = { causal, window: { left, right }, dilation, globalTokens: Math.min(global, keyLength) };
  const sees = (problem: Parameters<typeof resolveProblem>[0]) =>
    isVisible(resolveProblem(problem), cell.query, cell.key);
  return {
    ...place,
    weight: sees({ ...shape, mask: { causal } }) ? row.full[cell.key]! : null,
    windowedWeight: sees({ ...shape, mask }) ? row.windowed[cell.key]! : null,
  };
}
