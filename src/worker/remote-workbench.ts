// The page's side of the workbench. After the worker has died the next call starts another and starts the workbench in it
// with the same options; sources and settings are the state's to ask for again.
import { proxy, transfer } from 'comlink';
import { AttentionError } from '../contract/errors.ts';
import type {
  ComputeProgress,
  ComputeSummary,
  HeadThumbnail,
  Lane,
  Measurement,
  MeasurementGap,
  MeasureOptions,
  PicturePair,
  PictureRequest,
  RowPair,
  RowSteps,
  Setting,
  SourceSpec,
  SourceSummary,
  Variant,
  Workbench,
  WorkbenchBackends,
  WorkbenchEvent,
  WorkbenchOptions,
} from '../contract/workbench.ts';
import type { Connection, RemoteDoor } from './connection.ts';
import type { Link } from './link.ts';
import type { Answer } from './protocol.ts';

interface Beginning {
  readonly options: WorkbenchOptions;
  readonly onEvent: (event: WorkbenchEvent) => void;
}

export class RemoteWorkbench implements Workbench {
  readonly #link: Link;
  #beginning: Beginning | null = null;
  #started: { connection: Connection; backends: Promise<WorkbenchBackends> } | null = null;

  /** Owns the link. */
  constructor(link: Link) {
    this.#link = link;
  }

  async start(options: WorkbenchOptions, onEvent: (event: WorkbenchEvent) => void): Promise<WorkbenchBackends> {
    this.#beginning = { options: { ...options }, onEvent };
    return this.#startOn(await this.#link.connection());
  }

  #startOn(connection: Connection): Promise<WorkbenchBackends> {
    if (this.#started?.connection === connection) return this.#started.backends;
    if (!this.#beginning) throw new AttentionError('internal', { reason: 'not-started' });
    const { options, onEvent } = this.#beginning;
    const backends = connection.call((door, call) => door.startWorkbench(call, options, proxy(onEvent)));
    this.#started = { connection, backends };
    backends.catch(() => (this.#started = null));
    return backends;
  }

  async #call<T>(act: (door: RemoteDoor, call: number) => Promise<Answer<T>>): Promise<T> {
    const connection = await this.#link.connection();
    const isRestart = this.#started !== null && this.#started.connection !== connection;
    const backends = await this.#startOn(connection);
    if (isRestart) this.#beginning?.onEvent({ type: 'backends', backends });
    return connection.call(act);
  }

  /** A file's bytes are moved into the worker. */
  openSource(spec: SourceSpec, onProgress: (done: number) => void): Promise<SourceSummary> {
    const moved = spec.kind === 'file' ? transfer({ ...spec }, [spec.bytes]) : { ...spec };
    return this.#call((door, call) => door.openSource(call, moved, proxy(onProgress)));
  }

  compute(setting: Setting, onProgress: (progress: ComputeProgress) => void): Promise<ComputeSummary> {
    const { length, heads, backend, mask } = setting;
    const { window, ...rest } = mask;
    const plain = { length, heads, backend, mask: { ...rest, ...(window ? { window: { ...window } } : {}) } };
    return this.#call((door, call) => door.compute(call, plain, proxy(onProgress)));
  }

  picture(request: PictureRequest, onProgress: (done: number) => void): Promise<PicturePair> {
    const plain: PictureRequest = {
      ...request,
      rows: [request.rows[0], request.rows[1]],
      columns: [request.columns[0], request.columns[1]],
    };
    return this.#call((door, call) => door.picture(call, plain, proxy(onProgress)));
  }

  thumbnails(variant: Variant, size: number, onThumbnail: (thumbnail: HeadThumbnail) => void): Promise<void> {
    return this.#call((door, call) => door.thumbnails(call, variant, size, proxy(onThumbnail)));
  }

  row(head: number, query: number): Promise<RowPair> {
    return this.#call((door, call) => door.row(call, head, query));
  }

  steps(variant: Variant, head: number, query: number): Promise<RowSteps> {
    return this.#call((door, call) => door.steps(call, variant, head, query));
  }

  measure(
    setting: Setting,
    lengths: number[],
    options: MeasureOptions,
    onResult: (result: Measurement | MeasurementGap, done: number) => void,
  ): Promise<void> {
    return this.#call((door, call) => door.measure(call, setting, lengths, options, proxy(onResult)));
  }

  cancel(lane: Lane): Promise<void> {
    return this.#call((door, call) => door.cancelLane(call, lane));
  }

  async dispose(): Promise<void> {
    const connection = this.#started?.connection;
    if (connection && !connection.isDead) await connection.call((door, call) => door.disposeWorkbench(call));
    this.#link.close();
  }
}
