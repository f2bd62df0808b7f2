// The one way out of the lab that is shown: what it reports, how its files are made and how it is put in words. The lab enters when it is
// shown and leaves when it is not; buttons, the header and the frame's messages ask here. Loads nothing and holds nothing itself.
import type { BackendInfo } from '../contract/engine.ts';
import { AttentionError, type AttentionErrorCode, type AttentionErrorDetail } from '../contract/errors.ts';
import type { CellReport } from '../contract/frame-protocol.ts';
import { requireExportRequest, type ExportedFile, type ExportRequest } from './export-request.ts';

/** What a lab tells of itself. Getters are reactive. */
export interface LabReport {
  /** Counts results shown; 0 while there is none yet. */
  readonly shown: number;
  readonly isBusy: boolean;
  /** What has computed what is shown; null while that is recorded or nothing. */
  readonly backend: BackendInfo | null;
  readonly failure: { code: AttentionErrorCode; detail: AttentionErrorDetail; during: string } | null;
  /** The encoder's weights are needed for what is shown: a site keeps them for times without a network. */
  readonly usesEncoder?: boolean;
  /** The pinned cell, where the lab has cells. */
  readonly selection?: CellReport | null;
  /** Pins a cell, or none, and waits a while for its exact numbers. Rejects with an `AttentionError`. */
  select?(cell: { query: number; key: number } | null): Promise<CellReport | null>;
}

export interface LabPart {
  report: LabReport;
  /** The file for a checked request. Rejects with an `AttentionError`; `invalid-problem` with field `format` for one it has not. */
  makeFile(request: Required<ExportRequest>, signal: AbortSignal | undefined): Promise<ExportedFile>;
  /** What is on screen in the page's language; null while there is nothing. `withNames`: the reader's own words may be quoted. */
  describe(withNames: boolean): string | null;
}

export class LabStage {
  #part = $state.raw<LabPart | null>(null);
  /** The same, not reactive: in an effect's teardown Svelte shows state as it was before, so the lab that leaves would never see its follower. */
  #entered: LabPart | null = null;

  /** Called by the lab that is shown; the result takes it back. */
  enter(part: LabPart): () => void {
    this.#entered = this.#part = part;
    return () => {
      if (this.#entered === part) this.#entered = this.#part = null;
    };
  }

  /** Null while a lab is being loaded. */
  get report(): LabReport | null {
    return this.#part?.report ?? null;
  }

  /** The file for one format. Rejects with an `AttentionError`: bad request, nothing shown yet, too many cells, aborted. */
  async exportView(request: ExportRequest, signal?: AbortSignal): Promise<ExportedFile> {
    const checked = requireExportRequest(request);
    if (!this.#part) throw new AttentionError('backend-unavailable', { reason: 'nothing-shown' });
    return this.#part.makeFile(checked, signal);
  }

  describe(withNames: boolean): string | null {
    return this.#part?.describe(withNames) ?? null;
  }
}
