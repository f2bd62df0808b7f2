// What the attention lab shows: the open source, the computed pair, pictures, rows and steps, and what is under way.
// The only writer of these; the labs read them. It talks to the worker through a `Workbench` and never computes attention itself.
// Every answer replaces the one before only when it is complete: a failure leaves the last good picture.
import type { AttentionErrorCode, AttentionErrorDetail } from '../contract/errors.ts';
import { AttentionError, isAborted } from '../contract/errors.ts';
import type {
  CellNumbers,
  ComputeSummary,
  HeadThumbnail,
  PicturePair,
  PictureRequest,
  RowPair,
  RowSteps,
  Setting,
  SourceNumbers,
  SourceSpec,
  SourceSummary,
  Variant,
  Workbench,
  WorkbenchBackends,
  WorkbenchEvent,
} from '../contract/workbench.ts';
import type { OpeningPicture } from '../params/opening-picture.ts';
import type { Machine } from './machine.svelte.ts';

export interface Failure {
  code: AttentionErrorCode;
  detail: AttentionErrorDetail;
  /** Which step failed. */
  during: 'source' | 'compute' | 'picture';
}

export type Activity = 'starting' | 'opening' | 'computing' | 'drawing' | 'idle';

/** A running computation is given this long before a newer request abandons it: a dragged slider keeps showing results. */
const PATIENCE_MS = 220;
const ROWS_KEPT = 96;
const THUMBNAIL_SIZE = 44;

function failureOf(error: unknown, during: Failure['during']): Failure {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail, during };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) }, during };
}

function isWorkerGone(error: unknown): boolean {
  return error instanceof AttentionError && error.detail.reason === 'worker-gone';
}

export class LabSession {
  readonly #machine: Machine;
  readonly #workbench: Workbench;
  source = $state.raw<SourceSummary | null>(null);
  computed = $state.raw<ComputeSummary | null>(null);
  /** The pictures on screen with the computation and setting they belong to: replaced together, so nothing is drawn of two. */
  shown = $state.raw<{ picture: PicturePair; computed: ComputeSummary; setting: Setting } | null>(null);
  thumbnails = $state.raw<HeadThumbnail[]>([]);
  row = $state.raw<RowPair | null>(null);
  steps = $state.raw<RowSteps | null>(null);
  failure = $state.raw<Failure | null>(null);
  activity = $state<Activity>('starting');
  /** Share done of what is under way, 0…1, or null when it cannot be known. */
  progress = $state<number | null>(null);
  /** Share of the encoder's weights loaded while a text is being opened; null when no text is. */
  encoderProgress = $state<number | null>(null);
  /** Counts pictures shown; the page is "ready" from the first on. */
  picturesShown = $state(0);

  #openSpec = '';
  readonly #fileNumbers = new WeakMap<ArrayBuffer, number>();
  #filesSeen = 0;
  #computedKey = '';
  #thumbnailsKey = '';
  #wanted: { spec: SourceSpec; setting: Setting; picture: PictureRequest; variant: Variant } | null = null;
  #runningSince: number | null = null;
  #impatience: ReturnType<typeof setTimeout> | null = null;
  #rows = new Map<string, RowPair>();
  #rowWanted: { head: number; query: number } | null = null;
  #rowRunning = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#workbench = machine.workbench;
  }

  get backends(): WorkbenchBackends | null {
    return this.#machine.backends;
  }
  get lastEvent(): WorkbenchEvent | null {
    return this.#machine.lastEvent;
  }

  /** Shows a recorded picture until the first live one is there. */
  showRecorded({ source, computed, picture }: OpeningPicture, setting: Setting): void {
    if (this.shown) return;
    this.source = source;
    this.computed = computed;
    this.shown = { picture, computed, setting };
    this.picturesShown++;
  }

  /** True once the worker itself has computed what is shown: only then are there rows, steps and times. */
  get isLive(): boolean {
    return (this.computed?.generation ?? 0) > 0;
  }

  /** Shows this source at this setting. While something runs, only the newest request waits; a slow one is abandoned for it. */
  show(spec: SourceSpec, setting: Setting, picture: PictureRequest, variant: Variant): void {
    this.#wanted = { spec, setting, picture, variant };
    if (this.#runningSince === null) void this.#run();
    else this.#hurry();
  }

  #hurry(): void {
    if (this.#impatience !== null || this.#runningSince === null) return;
    const left = Math.max(0, PATIENCE_MS - (performance.now() - this.#runningSince));
    this.#impatience = setTimeout(() => {
      this.#impatience = null;
      if (!this.#wanted || this.#runningSince === null) return;
      for (const lane of ['source', 'compute', 'picture', 'thumbnails'] as const) void this.#workbench.cancel(lane);
    }, left);
  }

  #forgetWorker(): void {
    this.#openSpec = '';
    this.#computedKey = '';
    this.#thumbnailsKey = '';
  }

  async #run(): Promise<void> {
    let wasRestarted = false;
    while (this.#wanted) {
      const { spec, setting, picture, variant } = this.#wanted;
      this.#wanted = null;
      this.#runningSince = performance.now();
      let during: Failure['during'] = 'source';
      try {
        await this.#open(spec);
        during = 'compute';
        await this.#compute(setting);
        during = 'picture';
        await this.#draw(picture, setting);
        this.failure = null;
        void this.#drawHeads(variant);
      } catch (error) {
        if (isWorkerGone(error) && !wasRestarted) {
          // A new worker starts with the next call and knows nothing: open and compute again, once.
          wasRestarted = true;
          this.#forgetWorker();
          this.#wanted ??= { spec, setting, picture, variant };
        } else if (!isAborted(error)) this.failure = failureOf(error, during);
      }
      this.progress = null;
      this.#runningSince = null;
    }
    this.activity = 'idle';
  }

  async #open(spec: SourceSpec): Promise<void> {
    const key = spec.kind === 'file' ? `file ${this.#numberOf(spec.bytes)}` : JSON.stringify(spec);
    if (key === this.#openSpec && this.source) return;
    this.activity = 'opening';
    if (spec.kind === 'text') this.encoderProgress = 0;
    try {
      // The worker takes the bytes; ours stay, so that the file can be opened again after another source.
      const sent = 'bytes' in spec ? { ...spec, bytes: spec.bytes.slice(0) } : spec;
      this.source = await this.#workbench.openSource(sent, (done) => {
        if (spec.kind === 'text') this.encoderProgress = done;
        this.progress = done;
      });
      this.#openSpec = key;
      this.#computedKey = '';
    } finally {
      this.encoderProgress = null;
      this.progress = null;
    }
  }

  /** Another number for other bytes: a file that was saved anew may have its old name and length. */
  #numberOf(bytes: ArrayBuffer): number {
    let number = this.#fileNumbers.get(bytes);
    if (number === undefined) this.#fileNumbers.set(bytes, (number = ++this.#filesSeen));
    return number;
  }

  async #compute(wanted: Setting): Promise<void> {
    const source = this.source!;
    const setting = {
      ...wanted,
      length: Math.min(wanted.length, source.length),
      heads: Math.min(wanted.heads, source.heads),
    };
    const key = `${this.#openSpec} ${JSON.stringify(setting)}`;
    if (key === this.#computedKey) return;
    this.activity = 'computing';
    this.computed = await this.#workbench.compute(setting, ({ done }) => (this.progress = done));
    this.#computedKey = key;
    this.#rows.clear();
    this.row = null;
    this.steps = null;
  }

  async #draw(request: PictureRequest, setting: Setting): Promise<void> {
    const computed = this.computed!;
    const { length, keyLength, heads } = computed;
    this.activity = 'drawing';
    const rows = clampRange(request.rows, length);
    const columns = clampRange(request.columns, keyLength);
    const picture = await this.#workbench.picture(
      { ...request, head: Math.min(request.head, heads - 1), rows, columns },
      (done) => (this.progress = done),
    );
    this.shown = { picture, computed, setting };
    this.picturesShown++;
  }

  async #drawHeads(variant: Variant): Promise<void> {
    const { heads, generation } = this.computed!;
    const key = `${generation} ${variant}`;
    if (key === this.#thumbnailsKey) return;
    this.#thumbnailsKey = key;
    const fresh: HeadThumbnail[] = [];
    try {
      await this.#workbench.thumbnails(variant, THUMBNAIL_SIZE, (thumbnail) => {
        fresh[thumbnail.head] = thumbnail;
        const known = Array.from({ length: heads }, (_, head) => fresh[head] ?? this.thumbnails[head]);
        this.thumbnails = known.filter((one) => one !== undefined);
      });
    } catch (error) {
      this.#thumbnailsKey = '';
      if (!isAborted(error)) this.failure = failureOf(error, 'picture');
    }
  }

  /** The exact row under the cursor; newest wins, recent rows are kept. */
  async showRow(head: number, query: number): Promise<void> {
    const known = this.knownRow(head, query);
    if (known) {
      this.row = known;
      return;
    }
    if (!this.isLive) return;
    this.#rowWanted = { head, query };
    if (this.#rowRunning) return;
    this.#rowRunning = true;
    try {
      while (this.#rowWanted && this.computed) {
        const wanted: { head: number; query: number } = this.#rowWanted;
        this.#rowWanted = null;
        const row = await this.#workbench.row(wanted.head, wanted.query);
        if (row.generation !== this.computed.generation) continue;
        if (this.#rows.size >= ROWS_KEPT) this.#rows.delete(this.#rows.keys().next().value!);
        this.#rows.set(`${row.head} ${row.query}`, row);
        this.row = row;
      }
    } catch (error) {
      if (!isAborted(error)) this.failure = failureOf(error, 'picture');
    } finally {
      this.#rowRunning = false;
    }
  }

  knownRow(head: number, query: number): RowPair | null {
    return this.#rows.get(`${head} ${query}`) ?? null;
  }

  async showSteps(variant: Variant, head: number, query: number): Promise<void> {
    if (!this.isLive) return;
    try {
      const steps = await this.#workbench.steps(variant, head, query);
      if (steps.generation === this.computed?.generation) this.steps = steps;
    } catch (error) {
      if (!isAborted(error)) this.failure = failureOf(error, 'picture');
    }
  }

  // For exports, on demand. A failure is the export's, not the picture's.

  cells(head: number, rows: [number, number], columns: [number, number]): Promise<CellNumbers> {
    return this.#workbench.cells(head, rows, columns);
  }

  sourceNumbers(): Promise<SourceNumbers> {
    return this.#workbench.sourceNumbers();
  }

  /** Stops what is being computed; the last good picture stays. */
  cancel(): void {
    this.#wanted = null;
    for (const lane of ['source', 'compute', 'picture', 'thumbnails'] as const) void this.#workbench.cancel(lane);
  }
}

function clampRange([start, end]: [number, number], length: number): [number, number] {
  const from = Math.max(0, Math.min(start, length - 1));
  return [from, Math.max(from + 1, Math.min(end, length))];
}
