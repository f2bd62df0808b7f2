// What the attention lab tells of itself to whoever speaks for it outside (the frame's messages).
import { AttentionError } from '../../contract/errors.ts';
import { ANSWER_MS, type CellReport } from '../../contract/frame-protocol.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import type { LabReport } from '../../state/lab-stage.svelte.ts';
import type { Settings } from '../../state/settings.svelte.ts';
import { isRowKnown, pinnedCell, reportCell, shownHead, type Cell } from './cell-report.ts';

/** Answered before the host gives up by itself. */
const PATIENCE_MS = ANSWER_MS - 1000;
const LOOK_AGAIN_MS = 25;

const wait = () => new Promise<void>((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));

function requireInside({ query, key }: Cell, { length, keyLength }: { length: number; keyLength: number }): void {
  const limits = { query: length - 1, key: keyLength - 1 };
  if (query > limits.query || key > limits.key) {
    const field = query > limits.query ? 'query' : 'key';
    const allowed = `query 0…${limits.query} and key 0…${limits.key}`;
    throw new AttentionError('invalid-problem', { field, value: field === 'query' ? query : key, allowed });
  }
}

export class AttentionReport implements LabReport {
  readonly #session: LabSession;
  readonly #settings: Settings;

  constructor(session: LabSession, settings: Settings) {
    this.#session = session;
    this.#settings = settings;
  }

  get shown(): number {
    return this.#session.picturesShown;
  }
  get isBusy(): boolean {
    return this.#session.activity !== 'idle';
  }
  get backend(): LabReport['backend'] {
    return this.#session.isLive ? (this.#session.computed?.backend ?? null) : null;
  }
  get failure(): LabReport['failure'] {
    return this.#session.failure;
  }
  get usesEncoder(): boolean {
    return this.#session.source?.kind === 'text';
  }
  get selection(): CellReport | null {
    // The exact row may come after the cell is pinned.
    void this.#session.row;
    const cell = pinnedCell(this.#settings.values, this.#session);
    return cell && reportCell(this.#settings.values, this.#session, cell);
  }

  async select(cell: Cell | null): Promise<CellReport | null> {
    const session = this.#session;
    const settings = this.#settings;
    if (cell === null) {
      settings.apply({ query: null, key: null }, 'api');
      return null;
    }
    const givenUpMs = performance.now() + PATIENCE_MS;
    while (!session.computed && performance.now() < givenUpMs) await wait();
    if (!session.computed) throw new AttentionError('backend-unavailable', { reason: 'nothing-shown' });
    requireInside(cell, session.computed);
    settings.apply({ query: cell.query, key: cell.key }, 'api');
    // The recorded picture has no rows; those of the live one come a moment later.
    while (performance.now() < givenUpMs && !isRowKnown(settings.values, session, cell)) {
      void session.showRow(shownHead(settings.values, session), cell.query);
      await wait();
    }
    return reportCell(settings.values, session, cell);
  }
}
