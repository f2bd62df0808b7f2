// The page's side of the workbench. After the worker has died the next call starts another and starts the workbench in it
// with the same options; sources and settings are the state's to ask for again.
import { proxy, transfer } from 'comlink';
import type { BenchmarkOptions, BenchmarkReport } from '../contract/benchmark.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { LabBench } from '../contract/lab-bench.ts';
import type { TextBench } from '../contract/text-bench.ts';
import type { PlanTrial } from '../contract/tuning.ts';
import type {
  CellNumbers,
  ComputeProgress,
  ComputeSummary,
  HeadThumbnail,
  Lane,
  MeasureOptions,
  Measurement,
  MeasurementGap,
  PicturePair,
  PictureRequest,
  ReceivedPair,
  RestDepth,
  RowPair,
  RowSteps,
  SavedView,
  Setting,
  SourceNumbers,
  SourceSpec,
  SourceSummary,
  StorageComparison,
  TuningState,
  Variant,
  Workbench,
  WorkbenchBackends,
  WorkbenchEvent,
  WorkbenchOptions,
} from '../contract/workbench.ts';
import { isWorkerGone, type Connection, type RemoteDoor } from './connection.ts';
import type { Link } from './link.ts';
import type { Answer } from './protocol.ts';
import { RemoteLabs } from './remote-labs.ts';
import { RemoteTexts } from './remote-texts.ts';

interface Beginning {
  readonly options: WorkbenchOptions;
  readonly onEvent: (event: WorkbenchEvent) => void;
}

/** What can be posted, whatever the caller's object was. */
function plainSetting({ length, heads, backend, mask }: Setting): Setting {
  const { window, ...rest } = mask;
  return { length, heads, backend, mask: { ...rest, ...(window ? { window: { ...window } } : {}) } };
}

export class RemoteWorkbench implements Workbench {
  readonly #link: Link;
  readonly labs: LabBench = new RemoteLabs((act) => this.#call(act));
  readonly texts: TextBench = new RemoteTexts((act) => this.#call(act));
  #beginning: Beginning | null = null;
  #started: { connection: Connection; backends: Promise<WorkbenchBackends> } | null = null;

  /** Owns the link. */
  constructor(link: Link) {
    this.#link = link;
  }

  async start(options: WorkbenchOptions, onEvent: (event: WorkbenchEvent) => void): Promise<WorkbenchBackends> {
    this.#beginning = { options: { ...options }, onEvent };
    try {
      return await this.#startOn(await this.#link.connection());
    } catch (error) {
      // Firefox now and then starts a worker that answers once and never again. Nothing is lost yet: another one takes its place.
      if (!isWorkerGone(error)) throw error;
      return this.#startOn(await this.#link.connection());
    }
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

  /** Bytes are moved into the worker. */
  openSource(spec: SourceSpec, onProgress: (done: number) => void): Promise<SourceSummary> {
    const moved = 'bytes' in spec ? transfer({ ...spec }, [spec.bytes]) : { ...spec };
    return this.#call((door, call) => door.openSource(call, moved, proxy(onProgress)));
  }

  compute(setting: Setting, onProgress: (progress: ComputeProgress) => void): Promise<ComputeSummary> {
    return this.#call((door, call) => door.compute(call, plainSetting(setting), proxy(onProgress)));
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
    return this.#call((door, call) => door.measure(call, plainSetting(setting), lengths, options, proxy(onResult)));
  }

  received(head: number): Promise<ReceivedPair> {
    return this.#call((door, call) => door.received(call, head));
  }

  cells(head: number, rows: [number, number], columns: [number, number]): Promise<CellNumbers> {
    return this.#call((door, call) => door.cells(call, head, [rows[0], rows[1]], [columns[0], columns[1]]));
  }

  sourceNumbers(): Promise<SourceNumbers> {
    return this.#call((door, call) => door.sourceNumbers(call));
  }

  readSaved(name: string, bytes: ArrayBuffer): Promise<SavedView | null> {
    return this.#call((door, call) => door.readSaved(call, name, transfer(bytes, [bytes])));
  }

  tuning(setting: Setting): Promise<TuningState | null> {
    return this.#call((door, call) => door.tuning(call, plainSetting(setting)));
  }

  tune(setting: Setting, onTrial: (trial: PlanTrial, done: number) => void): Promise<TuningState | null> {
    return this.#call((door, call) => door.tune(call, plainSetting(setting), proxy(onTrial)));
  }

  measurePeak(backend: BackendKind, onProgress: (done: number) => void): Promise<DevicePeak> {
    return this.#call((door, call) => door.measurePeak(call, backend, proxy(onProgress)));
  }

  compareStorage(setting: Setting, onProgress: (done: number) => void): Promise<StorageComparison> {
    return this.#call((door, call) => door.compareStorage(call, plainSetting(setting), proxy(onProgress)));
  }

  benchmark(options: BenchmarkOptions, onReport: (report: BenchmarkReport, done: number) => void): Promise<void> {
    return this.#call((door, call) => door.benchmark(call, options, proxy(onReport)));
  }

  cancel(lane: Lane): Promise<void> {
    return this.#call((door, call) => door.cancelLane(call, lane));
  }

  /** A worker that is not there rests already. */
  async rest(depth: RestDepth): Promise<void> {
    const connection = this.#started?.connection;
    if (connection && !connection.isDead) await connection.call((door, call) => door.restWorkbench(call, depth));
  }

  async dispose(): Promise<void> {
    const connection = this.#started?.connection;
    if (connection && !connection.isDead) await connection.call((door, call) => door.disposeWorkbench(call));
    this.#link.close();
  }
}
