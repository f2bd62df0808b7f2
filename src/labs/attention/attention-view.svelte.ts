// What the reader looks at inside the attention lab: the viewport, the shared cursor, the pinned cell, the previewed head;
// and what follows from it: cell states, ranks and the row under the cursor. Holds no tensors and draws nothing.
import { resolveProblem, type ResolvedProblem } from '../../contract/problem.ts';
import type { PictureRequest, RowPair, Setting, SourceSpec, Variant } from '../../contract/workbench.ts';
import { isVisible, ownKey, queryPosition, visibleCount } from '../../contract/visibility.ts';
import type { Recordings } from '../../params/recordings.ts';
import type { LabValues } from '../../params/schema.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import { rankOf } from '../../viz/row-summary.ts';
import {
  blocksFor,
  clamp,
  fit,
  isWhole,
  pan,
  zoomAt,
  type Cell,
  type Extent,
  type Viewport,
} from '../../viz/viewport.ts';

/** Hovering a head previews it in the big pictures while a picture costs at most this many cells. */
const PREVIEW_CELLS = 2048 * 2048;
const DEFAULT_SYNTHETIC_LENGTH = 1024;
/** Asked for when the text's own length is meant; the session cuts it to the source. */
const WHOLE_SOURCE = 65536;

const isSame = (a: Cell, b: Cell | null) => a.query === b?.query && a.key === b.key;

/** The keys that sound now, half-open, of one query in one picture. */
export interface Sounding {
  query: number;
  variant: Variant;
  keys: readonly [number, number];
}

export class AttentionView {
  readonly #session: LabSession;
  readonly #values: () => LabValues;
  readonly #keepPin: (cell: Cell | null) => void;
  /** Null shows everything. */
  zoomed = $state.raw<Viewport | null>(null);
  hovered = $state.raw<Cell | null>(null);
  focused = $state.raw<Cell>({ query: 0, key: 0 });
  previewHead = $state<number | null>(null);
  /** The cell whose read-out was dismissed; it stays away until another cell is pointed at. */
  #dismissed: Cell | null = null;
  /** CSS pixels along a picture's side; decides how many blocks are asked for. */
  side = $state(400);
  sounding = $state.raw<Sounding | null>(null);
  /** How loud rows are, 0 … 100. */
  volume = $state(40);

  /** `keepPin` writes the pinned cell into the settings, from where it is read back. */
  constructor(session: LabSession, values: () => LabValues, keepPin: (cell: Cell | null) => void) {
    this.#session = session;
    this.#values = values;
    this.#keepPin = keepPin;
  }

  get length(): number {
    return this.#session.computed?.length ?? 1;
  }
  get keyLength(): number {
    return this.#session.computed?.keyLength ?? this.length;
  }

  get #lengths() {
    return { queryLength: this.length, keyLength: this.keyLength };
  }
  /** Where a query stands on the key axis. */
  positionOf(query: number): number {
    return queryPosition(this.#lengths, query);
  }
  /** The key at a query's own position. */
  ownKey(query: number): number {
    return ownKey(this.#lengths, query);
  }
  /** The query whose own key this is; null where the key stands before all queries. */
  queryAt(key: number): number | null {
    const query = key - this.positionOf(0);
    return query >= 0 && query < this.length ? query : null;
  }

  /** The sequence length the controls show. */
  wantedLength = $derived.by(() => {
    const values = this.#values();
    if (values.source === 'synthetic') return values.n ?? DEFAULT_SYNTHETIC_LENGTH;
    const tokens = this.#session.source?.kind === 'synthetic' ? null : this.#session.source?.length;
    return Math.min(values.n ?? WHOLE_SOURCE, tokens ?? WHOLE_SOURCE);
  });

  /** The GPU was asked for and is known not to be there: the CPU stands in, with the reason in words. */
  isWithoutGpu = $derived.by(() => {
    const backends = this.#session.backends;
    return this.#values().backend === 'webgpu' && backends !== null && !backends.gpu && backends.gpuReason !== null;
  });

  setting = $derived.by((): Setting => {
    const { heads, causal, left, right, dilation, global } = this.#values();
    const backend = this.isWithoutGpu ? 'auto' : this.#values().backend;
    return {
      length: this.wantedLength,
      heads,
      mask: { causal, window: { left, right }, dilation, globalTokens: global },
      backend,
    };
  });

  extent = $derived.by((): Extent => ({ rows: this.length, columns: this.keyLength }));
  viewport = $derived(this.zoomed ? clamp(this.zoomed, this.extent) : fit(this.extent));

  shownHead = $derived.by(() => {
    const locked = Math.min(this.#values().head, (this.#session.computed?.heads ?? 1) - 1);
    const preview = this.previewHead;
    return preview !== null && this.length * this.keyLength <= PREVIEW_CELLS ? preview : locked;
  });

  request = $derived.by((): PictureRequest => {
    const { rows, columns } = this.zoomed ?? {
      rows: [0, WHOLE_SOURCE] as [number, number],
      columns: [0, WHOLE_SOURCE] as [number, number],
    };
    const wanted = this.zoomed ? this.viewport : fit({ rows: this.wantedLength, columns: this.wantedLength });
    const { height, width } = blocksFor(wanted, { width: this.side, height: this.side });
    return { head: this.shownHead, rows, columns, height, width, pooling: 'max' };
  });

  /** The problems of the pictures on screen, for cell states and counts. */
  problems = $derived.by((): { full: ResolvedProblem; windowed: ResolvedProblem } | null => {
    const shown = this.#session.shown;
    if (!shown) return null;
    const { computed } = shown;
    const { mask } = shown.setting;
    const shape = {
      heads: computed.heads,
      queryLength: computed.length,
      keyLength: computed.keyLength,
      headDim: computed.headDim,
    };
    return {
      full: resolveProblem({ ...shape, mask: { causal: mask.causal } }),
      windowed: resolveProblem({
        ...shape,
        mask: { ...mask, globalTokens: Math.min(mask.globalTokens ?? 0, computed.keyLength) },
      }),
    };
  });

  /** The settings' pinned cell, inside what there is. The step view always has one. */
  pinned = $derived.by((): Cell | null => {
    const { query, key, view } = this.#values();
    if (!this.#session.computed || (query === null && view !== 'steps')) return null;
    const row = Math.min(query ?? Math.floor(this.length / 2), this.length - 1);
    return { query: row, key: Math.min(key ?? this.ownKey(row), this.keyLength - 1) };
  });

  /** The cell everything refers to: the hovered one, else the pinned one. */
  cursor = $derived(this.hovered ?? this.pinned);

  /** The query that a table or a single bundle of arcs is about: the pinned one, else where the keyboard was last. */
  chosenQuery = $derived.by(() => Math.min((this.pinned ?? this.focused).query, this.length - 1));

  /** The exact row of a query of the shown head, if it has been fetched. */
  rowOf(query: number): RowPair | null {
    const row = this.#session.row;
    return row?.query === query && row.head === this.shownHead ? row : this.#session.knownRow(this.shownHead, query);
  }

  /** Asks for the cursor's exact row: after a new computation, or for another head. */
  refreshRow(): void {
    const cell = this.cursor;
    if (cell && cell.query < this.length) void this.#session.showRow(this.shownHead, cell.query);
  }

  /** Moves the cursor and asks for its exact row. */
  point(cell: Cell | null): void {
    if (cell && (isSame(cell, this.hovered) || isSame(cell, this.#dismissed))) return;
    this.#dismissed = null;
    this.hovered = cell;
    if (cell) void this.#session.showRow(this.shownHead, cell.query);
    else if (this.pinned) void this.#session.showRow(this.shownHead, this.pinned.query);
  }

  /** Takes the read-out away (Escape), until another cell is pointed at. */
  dismiss(): void {
    const cell = this.hovered;
    if (!cell) return;
    this.point(null);
    this.#dismissed = cell;
  }

  focus(cell: Cell): void {
    this.focused = cell;
    this.#reveal(cell);
    this.point(cell);
  }

  pin(cell: Cell | null): void {
    this.#keepPin(cell && isSame(cell, this.pinned) ? null : cell);
    if (cell) this.focused = cell;
  }

  /** Zooms about a cell; by default the cursor's, else the middle of what is shown. */
  zoom(factor: number, anchor: Cell = this.cursor ?? this.#middle): void {
    const next = zoomAt(this.viewport, this.extent, factor, anchor);
    this.zoomed = isWhole(next, this.extent) ? null : next;
  }

  get #middle(): Cell {
    const { rows, columns } = this.viewport;
    return { query: Math.floor((rows[0] + rows[1]) / 2), key: Math.floor((columns[0] + columns[1]) / 2) };
  }

  pan(queries: number, keys: number): void {
    if (this.zoomed) this.zoomed = pan(this.viewport, this.extent, queries, keys);
  }

  fit(): void {
    this.zoomed = null;
  }

  /** Keeps a keyboard cursor inside a zoomed viewport. */
  #reveal({ query, key }: Cell): void {
    if (!this.zoomed) return;
    const { rows, columns } = this.viewport;
    const queries = query < rows[0] ? query - rows[0] : query >= rows[1] ? query - rows[1] + 1 : 0;
    const keys = key < columns[0] ? key - columns[0] : key >= columns[1] ? key - columns[1] + 1 : 0;
    if (queries !== 0 || keys !== 0) this.pan(queries, keys);
  }

  /** Weight, rank and count of a cell in both variants, as far as its exact row is known. */
  facts(cell: Cell): {
    state: 'visible' | 'causal' | 'outside';
    full: { weight: number; rank?: number; of?: number } | null;
    windowed: { weight: number; rank?: number; of?: number } | null;
  } {
    const problems = this.problems;
    const inRange = problems && cell.query < this.length && cell.key < this.keyLength;
    if (!inRange) return { state: 'outside', full: null, windowed: null };
    const state = !isVisible(problems.full, cell.query, cell.key)
      ? 'causal'
      : isVisible(problems.windowed, cell.query, cell.key)
        ? 'visible'
        : 'outside';
    const row = this.rowOf(cell.query);
    if (!row) return { state, ...this.#pictured(cell) };
    const ranked = (weights: Float32Array, problem: ResolvedProblem) => ({
      weight: weights[cell.key]!,
      rank: rankOf(weights, cell.key),
      of: visibleCount(problem, cell.query),
    });
    return {
      state,
      full: state === 'causal' ? null : ranked(row.full, problems.full),
      windowed: state === 'visible' ? ranked(row.windowed, problems.windowed) : null,
    };
  }

  /** A cell's weights as the pictures on screen hold them, when each of their blocks is one cell; the rank takes the whole row. */
  #pictured({ query, key }: Cell): Record<Variant, { weight: number } | null> {
    const picture = this.#session.shown?.picture;
    const nothing = { full: null, windowed: null };
    if (!picture || picture.head !== this.shownHead) return nothing;
    const row = query - picture.rows[0];
    const column = key - picture.columns[0];
    const isCells =
      picture.height === picture.rows[1] - picture.rows[0] && picture.width === picture.columns[1] - picture.columns[0];
    if (!isCells || row < 0 || row >= picture.height || column < 0 || column >= picture.width) return nothing;
    const at = row * picture.width + column;
    return { full: { weight: picture.full[at]! }, windowed: { weight: picture.windowed[at]! } };
  }

  /** Where Q, K, V come from at these values. `file` and whether the example still stands in are the lab's to know. */
  spec(
    values: LabValues,
    text: string,
    file: { name: string; bytes: ArrayBuffer } | null,
    exampleStandsIn: boolean,
    recordings: Recordings | null = null,
  ): SourceSpec | null {
    if (values.source === 'synthetic')
      return {
        kind: 'synthetic',
        signal: values.signal,
        seed: values.seed,
        length: values.n ?? DEFAULT_SYNTHETIC_LENGTH,
        heads: values.heads,
        headDim: values.dim,
      };
    if (values.source === 'file') return file ? { kind: 'file', ...file } : null;
    if (recordings) {
      const bytes = recordings.bytesOf(text, values.layer);
      return bytes && { kind: 'recorded', text, layer: values.layer, bytes };
    }
    return exampleStandsIn ? { kind: 'example' } : { kind: 'text', text, layer: values.layer };
  }
}
