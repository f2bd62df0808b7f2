// The worker's side of the lab: one open source, the pair computed from it, and what is asked of them.
// Owns both backends, the encoder and the pair. Tensors stay here; only what is drawn goes out.
import type { RunControl } from '../contract/backend.ts';
import type { BenchmarkOptions, BenchmarkReport } from '../contract/benchmark.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { resolveProblem } from '../contract/problem.ts';
import type { PlanTrial } from '../contract/tuning.ts';
import type {
  CellNumbers,
  ComputeProgress,
  ComputeSummary,
  HeadThumbnail,
  Lane,
  Measurement,
  MeasurementGap,
  MeasureOptions,
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
import { readSavedView } from '../data/saved-view.ts';
import type { LayerProjection } from '../encoder/encoder.ts';
import { AttentionPair, pairProblems } from './attention-pair.ts';
import { isDeviceLost } from './backend-keeper.ts';
import { runBenchmark } from './benchmark.ts';
import { compareStorage } from './compare-storage.ts';
import { openBackendsFrom, type OpenBackend } from './choose-backend.ts';
import { cutTensors, type Cut } from './cut-source.ts';
import { EncoderHost } from './encoder-host.ts';
import { IdleWork } from './idle-work.ts';
import { LocalLabBench, type LabTools } from './lab-bench.ts';
import { Lanes } from './lanes.ts';
import { MatrixPair } from './matrix-pair.ts';
import { measureSweep } from './measure-sweep.ts';
import { drawCells, drawPicture, drawReceived, drawRow, drawThumbnails } from './pictures.ts';
import { HeldPair, requireRow, type ShownPair } from './shown-pair.ts';
import { numbersOf, openSource, type OpenSource } from './sources.ts';
import { LocalTextBench, type TextTools } from './text-bench.ts';
import { tunePair, tuningState, type PairProblems } from './tuning.ts';
import { BackendPair } from './workbench-backends.ts';

function missing(field: string, allowed: string, reason: string): AttentionError {
  return new AttentionError('invalid-problem', { field, value: undefined, allowed, reason });
}

export class LocalWorkbench implements Workbench {
  readonly #lanes = new Lanes();
  readonly #openWith: (threads: number | undefined) => OpenBackend;
  #backends: BackendPair | null = null;
  #exampleUrl = '';
  #encoder: EncoderHost | null = null;
  #source: OpenSource | null = null;
  #shown: { held: HeldPair; setting: Setting } | null = null;
  #generation = 0;
  #rest: RestDepth = 'none';
  readonly #idle = new IdleWork(this.#lanes, () => this.#shownProblems());
  readonly #tools: LabTools & TextTools = {
    inLane: (lane, act) => this.#inLane(lane, act),
    onBackend: async (choice, problems, act) => this.#started().run(choice, problems, act),
    backendOf: (kind) => this.#started().choose(kind, []),
    openSource: (spec, control) => this.#open(spec, control),
    encoderOn: (backend, control) => this.#encoder!.on(backend, control),
    tokenizer: (control) => this.#encoder!.tokenizer(control),
  };
  readonly labs = new LocalLabBench(this.#tools);
  readonly texts = new LocalTextBench(this.#tools);

  /** `openWith` gives the backends for so many threads; tests give their own. */
  constructor(openWith: (threads: number | undefined) => OpenBackend) {
    this.#openWith = openWith;
  }

  async start(options: WorkbenchOptions, onEvent: (event: WorkbenchEvent) => void): Promise<WorkbenchBackends> {
    if (this.#backends) throw new AttentionError('internal', { reason: 'started-twice' });
    this.#exampleUrl = options.exampleUrl;
    this.#encoder = new EncoderHost(options.weightsUrl);
    this.#backends = await BackendPair.start(this.#openWith(options.threads), (event) => {
      onEvent(event);
      this.#idle.comeBack();
    });
    this.#idle.begin(this.#backends, { tunes: options.tunesWhenIdle ?? true, onEvent });
    return this.#backends.described;
  }

  #started(): BackendPair {
    if (this.#backends) return this.#backends;
    throw missing('workbench', 'a started workbench', 'not-started');
  }

  /** A call in a lane; what nobody asked for makes way for it. */
  #inLane<T>(lane: Lane, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#idle.makeWay();
    return this.#lanes.run(lane, act).finally(() => this.#idle.comeBack());
  }

  /** The shown pair's problems, where it was computed from tensors. */
  #shownProblems(): PairProblems | null {
    const shown = this.#shown;
    return shown?.held.pair instanceof AttentionPair ? pairProblems(shown.held.pair.cut, shown.setting.mask) : null;
  }

  openSource(spec: SourceSpec, onProgress: (done: number) => void): Promise<SourceSummary> {
    return this.#inLane('source', async (signal) => {
      const startMs = performance.now();
      const source = await this.#open(spec, { signal, onProgress });
      if (signal.aborted) throw new AttentionError('aborted');
      this.#source = source;
      return { ...source.summary, wallMs: performance.now() - startMs };
    });
  }

  #open(spec: SourceSpec, control: RunControl): Promise<OpenSource> {
    // Drawn numbers live in this worker's memory whatever computes on them: refuse before drawing what cannot be held.
    if (spec.kind === 'synthetic')
      this.#started().cpu.requireRoom(
        resolveProblem({ heads: spec.heads, queryLength: spec.length, headDim: spec.headDim }),
      );
    const project = (text: string, layer: number, projecting: RunControl) => this.#project(text, layer, projecting);
    return openSource(spec, { exampleUrl: this.#exampleUrl, project }, control);
  }

  async #project(text: string, layer: number, control: RunControl): Promise<LayerProjection> {
    return this.#started().run('auto', [], async (backend) => {
      const encoder = await this.#encoder!.on(backend, control);
      return encoder.project(text, layer, { signal: control.signal });
    });
  }

  compute(setting: Setting, onProgress: (progress: ComputeProgress) => void): Promise<ComputeSummary> {
    return this.#inLane('compute', async (signal) => {
      const source = this.#openSource();
      const length = requireCount('length', setting.length, source.summary.length);
      const heads = requireCount('heads', setting.heads, source.summary.heads);
      const exact = { ...setting, length, heads };
      if (source.matrix) return this.#showMatrix(new MatrixPair(source.matrix, length, heads, setting.mask), exact);
      const pair = await this.#computePair(cutTensors(source.tensors!, length, heads), exact, signal, onProgress);
      const generation = this.#show(pair, exact);
      const { keyLength, backend, error } = pair;
      const sizes = { length, keyLength, heads, headDim: source.summary.headDim };
      const variants = { full: pair.summary('full'), windowed: pair.summary('windowed') };
      return { generation, backend: backend.info, ...sizes, ...variants, error };
    });
  }

  #openSource(): OpenSource {
    if (this.#source) return this.#source;
    throw missing('source', 'an open source', 'no-source');
  }

  async #computePair(
    cut: Cut,
    { mask, backend: choice }: Setting,
    signal: AbortSignal,
    onProgress: (progress: ComputeProgress) => void,
  ): Promise<AttentionPair> {
    const { full, windowed } = pairProblems(cut, mask);
    return this.#started().run(choice, [full, windowed], (backend) =>
      AttentionPair.compute(backend, cut, mask, signal, onProgress),
    );
  }

  #showMatrix(pair: MatrixPair, setting: Setting): ComputeSummary {
    const startMs = performance.now();
    const generation = this.#show(pair, setting);
    const { queryLength: length, keyLength, heads } = pair;
    const summary = (variant: Variant) => ({
      pairs: pair.pairs(variant),
      timing: { wall: performance.now() - startMs, flops: 0, bytes: 0 },
    });
    const variants = { full: summary('full'), windowed: summary('windowed') };
    const sizes = { length, keyLength, heads, headDim: this.#openSource().summary.headDim };
    return { generation, backend: this.#started().cpu.info, ...sizes, ...variants, error: null };
  }

  #show(pair: ShownPair, setting: Setting): number {
    this.#shown?.held.retire();
    this.#shown = { held: new HeldPair(++this.#generation, pair), setting };
    return this.#generation;
  }

  /** Acts on the newest pair; a pair whose device is lost is computed again first, under the same generation. */
  async #withPair<T extends object>(
    signal: AbortSignal,
    act: (pair: ShownPair) => Promise<T>,
  ): Promise<T & { generation: number }> {
    if (!this.#shown) throw missing('setting', 'a computed setting', 'not-computed');
    const { held, setting } = this.#shown;
    try {
      if (this.#isGivenBack(held.pair)) throw new AttentionError('device-lost');
      return { ...(await held.use(act)), generation: held.generation };
    } catch (error) {
      if (!isDeviceLost(error) || !(held.pair instanceof AttentionPair)) throw error;
      await this.#started().settleLoss(held.pair.backend);
      if (this.#shown.held === held) {
        const pair = await this.#computePair(held.pair.cut, setting, signal, () => {});
        held.retire();
        this.#shown = { held: new HeldPair(held.generation, pair), setting };
      }
      const { held: rebuilt } = this.#shown;
      return { ...(await rebuilt.use(act)), generation: rebuilt.generation };
    }
  }

  picture(request: PictureRequest, onProgress: (done: number) => void): Promise<PicturePair> {
    return this.#inLane('picture', (signal) =>
      this.#withPair(signal, (pair) => drawPicture(pair, request, { signal, onProgress })),
    );
  }

  thumbnails(variant: Variant, size: number, onThumbnail: (thumbnail: HeadThumbnail) => void): Promise<void> {
    return this.#inLane('thumbnails', async (signal) => {
      requireCount('size', size, Infinity);
      await this.#withPair(signal, async (pair) => {
        await drawThumbnails(pair, variant, size, { signal }, onThumbnail);
        return {};
      });
    });
  }

  row(head: number, query: number): Promise<RowPair> {
    return this.#inLane('row', (signal) => this.#withPair(signal, (pair) => drawRow(pair, head, query, { signal })));
  }

  steps(variant: Variant, head: number, query: number): Promise<RowSteps> {
    return this.#inLane('steps', (signal) =>
      this.#withPair(signal, async (pair) => {
        requireRow(pair, head, query);
        return { ...pair.steps(variant, head, query), variant };
      }),
    );
  }

  measure(
    setting: Setting,
    lengths: number[],
    options: MeasureOptions,
    onResult: (result: Measurement | MeasurementGap, done: number) => void,
  ): Promise<void> {
    return this.#inLane('measure', async (signal) => {
      const { tensors } = this.#openSource();
      if (!tensors) throw missing('source', 'a source with queries, keys and values', 'matrix-only');
      requireCount('heads', setting.heads, tensors.heads);
      const backends = this.#started();
      const backendOf = (series: string) => backends.choose(series.startsWith('gpu') ? 'webgpu' : 'cpu', []);
      await measureSweep(tensors, setting, lengths, options, backendOf, signal, onResult);
    });
  }

  received(head: number): Promise<ReceivedPair> {
    return this.#inLane('received', (signal) => this.#withPair(signal, (pair) => drawReceived(pair, head, { signal })));
  }

  cells(head: number, rows: [number, number], columns: [number, number]): Promise<CellNumbers> {
    return this.#inLane('export', (signal) =>
      this.#withPair(signal, (pair) => drawCells(pair, head, rows, columns, { signal })),
    );
  }

  sourceNumbers(): Promise<SourceNumbers> {
    // Copies: what leaves is moved out of the worker.
    return this.#inLane('export', async () => numbersOf(this.#openSource()));
  }

  readSaved(name: string, bytes: ArrayBuffer): Promise<SavedView | null> {
    return this.#inLane('export', async () => readSavedView(name, bytes));
  }

  /** The open source's tensors at a setting. */
  #cutAt(setting: Setting): Cut {
    const { tensors, summary } = this.#openSource();
    if (!tensors) throw missing('source', 'a source with queries, keys and values', 'matrix-only');
    const heads = requireCount('heads', setting.heads, summary.heads);
    return cutTensors(tensors, requireCount('length', setting.length, summary.length), heads);
  }

  async tuning(setting: Setting): Promise<TuningState | null> {
    const gpu = this.#started().gpu;
    return gpu && tuningState(gpu, pairProblems(this.#cutAt(setting), setting.mask));
  }

  tune(setting: Setting, onTrial: (trial: PlanTrial, done: number) => void): Promise<TuningState | null> {
    return this.#inLane('measure', async (signal) => {
      const backends = this.#started();
      const gpu = await backends.choose('webgpu', []);
      const state = await tunePair(gpu, pairProblems(this.#cutAt(setting), setting.mask), { signal }, onTrial);
      backends.forgetSpeed(gpu);
      return state;
    });
  }

  measurePeak(kind: BackendKind, onProgress: (done: number) => void): Promise<DevicePeak> {
    return this.#inLane('measure', async (signal) => {
      const backend = await this.#started().choose(kind, []);
      return backend.measurePeak({ signal, onProgress });
    });
  }

  compareStorage(setting: Setting, onProgress: (done: number) => void): Promise<StorageComparison> {
    return this.#inLane('measure', async (signal) => {
      const cut = this.#cutAt(setting);
      const backend = await this.#started().choose(setting.backend, [pairProblems(cut, setting.mask).full]);
      return compareStorage(backend, cut, setting.mask, { signal, onProgress });
    });
  }

  benchmark(options: BenchmarkOptions, onReport: (report: BenchmarkReport, done: number) => void): Promise<void> {
    return this.#inLane('measure', async (signal) => {
      const backends = this.#started();
      await runBenchmark(options, (kind) => backends.choose(kind, []), signal, onReport);
    });
  }

  async cancel(lane: Lane): Promise<void> {
    this.#lanes.cancel(lane);
  }

  /** Its GPU was given back while the page rested. */
  #isGivenBack(pair: ShownPair): boolean {
    const backend = pair instanceof AttentionPair ? pair.backend : null;
    return backend?.info.kind === 'webgpu' && backend !== this.#started().gpu;
  }

  async rest(depth: RestDepth): Promise<void> {
    this.#rest = depth;
    if (depth === 'none') return this.#idle.wake();
    const ended = this.#idle.rest();
    if (depth === 'gone') await this.#giveBackGpu(ended);
  }

  /** The source and the picture's tensors stay in memory: the pair is computed again from them, under the same generation. */
  async #giveBackGpu(idleEnded: Promise<void>): Promise<void> {
    await idleEnded;
    await this.#lanes.whenIdle();
    const gpu = this.#backends?.gpu;
    if (this.#rest !== 'gone' || !gpu) return;
    const held = this.#shown?.held;
    if (held?.pair instanceof AttentionPair && held.pair.backend === gpu) held.retire();
    this.#encoder?.dispose();
    await this.#backends?.giveBackGpu();
  }

  async dispose(): Promise<void> {
    this.#idle.end();
    await this.#lanes.close();
    this.#shown?.held.retire();
    this.#shown = null;
    this.#encoder?.dispose();
    const backends = this.#backends;
    this.#backends = null;
    await backends?.dispose();
  }
}

/** At least 1; more than there is counts as all there is. */
function requireCount(field: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1) return Math.min(value, most);
  throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from 1 to ${most}` });
}

/** A workbench on the real backends. `spawn` starts a nested CPU worker. */
export function createLocalWorkbench(spawn?: () => Worker): LocalWorkbench {
  return new LocalWorkbench((threads) => openBackendsFrom({ threads, spawn }));
}
