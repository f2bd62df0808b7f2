// The one door between page and engine: every method the page may call, as comlink exposes it.
// Each call has a number to be cancelled by, and answers with a value or an error as data; it never rejects.
// Owns the workbench, engines, prepared problems and encoders it opens, by number.
import { transfer } from 'comlink';
import type { BenchmarkOptions, BenchmarkReport } from '../contract/benchmark.ts';
import type { BackendInfo, BackendKind, EngineOptions, WeightsView } from '../contract/engine.ts';
import type { PreparedAttention } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { MixerGap, MixerMeasurement, MixerProblem, MixerSweep } from '../contract/mixers.ts';
import type { AttentionProblem, AttentionTensors } from '../contract/problem.ts';
import type {
  HeadSwitches,
  LocalErrorRequest,
  StackComparison,
  StackGap,
  StackMeasurement,
  StackShape,
} from '../contract/stack.ts';
import type { EmbedOptions, Throughput, ThroughputGap, ThroughputRequest } from '../contract/text-bench.ts';
import type { PlanTrial } from '../contract/tuning.ts';
import type {
  ComputeProgress,
  HeadThumbnail,
  Lane,
  MeasureOptions,
  Measurement,
  MeasurementGap,
  PictureRequest,
  RestDepth,
  Setting,
  SourceSpec,
  Variant,
  WorkbenchEvent,
  WorkbenchOptions,
} from '../contract/workbench.ts';
import { createLocalEngine, type LocalEngine } from '../engine/attention-engine.ts';
import { LocalEncoder } from '../engine/local-encoder.ts';
import { createLocalWorkbench, type LocalWorkbench } from '../engine/workbench.ts';
import { buffersOf, DOOR_VERSION, refusal, type Answer, type Pong } from './protocol.ts';
import { Reports } from './reports.ts';

type Progress = ((done: number) => void) | null;

/** Things the page holds by number. */
class Shelf<T> {
  readonly #things = new Map<number, T>();
  #next = 1;

  put(thing: T): number {
    this.#things.set(this.#next, thing);
    return this.#next++;
  }

  get(id: number): T {
    const thing = this.#things.get(id);
    if (thing === undefined) throw new AttentionError('disposed');
    return thing;
  }

  take(id: number): T | undefined {
    const thing = this.#things.get(id);
    this.#things.delete(id);
    return thing;
  }
}

export class Door {
  readonly #spawn: (() => Worker) | undefined;
  readonly #calls = new Map<number, AbortController>();
  readonly #engines = new Shelf<LocalEngine>();
  readonly #prepared = new Shelf<PreparedAttention>();
  readonly #encoders = new Shelf<LocalEncoder>();
  readonly #lasting = new Reports();
  #workbench: LocalWorkbench | null = null;

  /** `spawn` starts a nested CPU thread. */
  constructor(spawn?: () => Worker) {
    this.#spawn = spawn;
  }

  ping(): Pong {
    return { version: DOOR_VERSION, isSecure: globalThis.isSecureContext };
  }

  cancel(call: number): void {
    this.#calls.get(call)?.abort();
  }

  /** Runs one call and packs what comes of it. */
  async #answer<T>(call: number, act: (signal: AbortSignal, reports: Reports) => Promise<T>): Promise<Answer<T>> {
    const stop = new AbortController();
    const reports = new Reports();
    this.#calls.set(call, stop);
    try {
      const value = await act(stop.signal, reports);
      await reports.end();
      return transfer({ ok: true, value }, buffersOf(value));
    } catch (error) {
      await reports.end();
      return refusal(error);
    } finally {
      this.#calls.delete(call);
    }
  }

  // The lab's workbench: one per door.

  #bench(): LocalWorkbench {
    if (this.#workbench) return this.#workbench;
    throw new AttentionError('disposed', { field: 'workbench' });
  }

  startWorkbench(call: number, options: WorkbenchOptions, onEvent: (event: WorkbenchEvent) => void) {
    return this.#answer(call, async () => {
      if (this.#workbench) throw new AttentionError('internal', { reason: 'started-twice' });
      this.#workbench = createLocalWorkbench(this.#spawn);
      return this.#workbench.start(options, this.#lasting.deliveries(onEvent));
    });
  }

  openSource(call: number, spec: SourceSpec, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().openSource(spec, reports.progress(onProgress)));
  }

  compute(call: number, setting: Setting, onProgress: ((progress: ComputeProgress) => void) | null) {
    return this.#answer(call, (_, reports) => this.#bench().compute(setting, reports.progress(onProgress)));
  }

  picture(call: number, request: PictureRequest, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().picture(request, reports.progress(onProgress)));
  }

  thumbnails(call: number, variant: Variant, size: number, onThumbnail: (thumbnail: HeadThumbnail) => void) {
    return this.#answer(call, (_, reports) => this.#bench().thumbnails(variant, size, reports.deliveries(onThumbnail)));
  }

  row(call: number, head: number, query: number) {
    return this.#answer(call, () => this.#bench().row(head, query));
  }

  steps(call: number, variant: Variant, head: number, query: number) {
    return this.#answer(call, () => this.#bench().steps(variant, head, query));
  }

  measure(
    call: number,
    setting: Setting,
    lengths: number[],
    options: MeasureOptions,
    onResult: (result: Measurement | MeasurementGap, done: number) => void,
  ) {
    return this.#answer(call, (_, reports) =>
      this.#bench().measure(setting, lengths, options, reports.deliveries(onResult)),
    );
  }

  received(call: number, head: number) {
    return this.#answer(call, () => this.#bench().received(head));
  }

  cells(call: number, head: number, rows: [number, number], columns: [number, number]) {
    return this.#answer(call, () => this.#bench().cells(head, rows, columns));
  }

  sourceNumbers(call: number) {
    return this.#answer(call, () => this.#bench().sourceNumbers());
  }

  readSaved(call: number, name: string, bytes: ArrayBuffer) {
    return this.#answer(call, () => this.#bench().readSaved(name, bytes));
  }

  tuning(call: number, setting: Setting) {
    return this.#answer(call, () => this.#bench().tuning(setting));
  }

  tune(call: number, setting: Setting, onTrial: (trial: PlanTrial, done: number) => void) {
    return this.#answer(call, (_, reports) => this.#bench().tune(setting, reports.deliveries(onTrial)));
  }

  measurePeak(call: number, backend: BackendKind, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().measurePeak(backend, reports.progress(onProgress)));
  }

  compareStorage(call: number, setting: Setting, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().compareStorage(setting, reports.progress(onProgress)));
  }

  benchmark(call: number, options: BenchmarkOptions, onReport: (report: BenchmarkReport, done: number) => void) {
    return this.#answer(call, (_, reports) => this.#bench().benchmark(options, reports.deliveries(onReport)));
  }

  runMixer(call: number, problem: MixerProblem, backend: 'auto' | BackendKind, onProgress: Progress) {
    return this.#answer(call, (_, reports) =>
      this.#bench().labs.runMixer(problem, backend, reports.progress(onProgress)),
    );
  }

  sweepMixers(call: number, sweep: MixerSweep, onResult: (result: MixerMeasurement | MixerGap, done: number) => void) {
    return this.#answer(call, (_, reports) => this.#bench().labs.sweepMixers(sweep, reports.deliveries(onResult)));
  }

  runStack(call: number, shape: StackShape, backend: 'auto' | BackendKind, onProgress: Progress) {
    return this.#answer(call, (_, reports) =>
      this.#bench().labs.runStack(shape, backend, reports.progress(onProgress)),
    );
  }

  compareStacks(
    call: number,
    comparison: StackComparison,
    onResult: (result: StackMeasurement | StackGap, done: number) => void,
    onProgress: Progress,
  ) {
    return this.#answer(call, (_, reports) =>
      this.#bench().labs.compareStacks(comparison, reports.deliveries(onResult), reports.progress(onProgress)),
    );
  }

  localErrors(call: number, request: LocalErrorRequest, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().labs.localErrors(request, reports.progress(onProgress)));
  }

  ablateHeads(
    call: number,
    texts: string[],
    sets: HeadSwitches[],
    backend: 'auto' | BackendKind,
    onProgress: Progress,
  ) {
    return this.#answer(call, (_, reports) =>
      this.#bench().labs.ablateHeads(texts, sets, backend, reports.progress(onProgress)),
    );
  }

  tokenizeTexts(call: number, texts: string[], onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().texts.tokenize(texts, reports.progress(onProgress)));
  }

  embedTexts(call: number, texts: string[], options: EmbedOptions, onProgress: Progress) {
    return this.#answer(call, (_, reports) => this.#bench().texts.embed(texts, options, reports.progress(onProgress)));
  }

  inspectText(call: number, text: string, backend: 'auto' | BackendKind) {
    return this.#answer(call, () => this.#bench().texts.inspect(text, backend));
  }

  measureThroughput(
    call: number,
    request: ThroughputRequest,
    onResult: (result: Throughput | ThroughputGap, done: number) => void,
  ) {
    return this.#answer(call, (_, reports) =>
      this.#bench().texts.measureThroughput(request, reports.deliveries(onResult)),
    );
  }

  cancelLane(call: number, lane: Lane) {
    return this.#answer(call, () => this.#bench().cancel(lane));
  }

  restWorkbench(call: number, depth: RestDepth) {
    return this.#answer(call, () => this.#bench().rest(depth));
  }

  disposeWorkbench(call: number) {
    return this.#answer(call, async () => {
      await this.#workbench?.dispose();
      this.#workbench = null;
      await this.#lasting.end();
    });
  }

  // The public engine.

  openEngine(call: number, options: EngineOptions, onBackend: (info: BackendInfo) => void) {
    return this.#answer(call, async () => {
      const tell = this.#lasting.deliveries(onBackend);
      const engine = await createLocalEngine(options, { spawn: this.#spawn }, tell);
      return { engine: this.#engines.put(engine), backend: engine.backend };
    });
  }

  attend(call: number, engine: number, problem: AttentionProblem, tensors: AttentionTensors, onProgress: Progress) {
    return this.#answer(call, (signal, reports) =>
      this.#engines.get(engine).attend(problem, tensors, { signal, onProgress: reports.progress(onProgress) }),
    );
  }

  weights(
    call: number,
    engine: number,
    problem: AttentionProblem,
    tensors: { q: Float32Array; k: Float32Array; logSumExp?: Float32Array },
    view: WeightsView,
    onProgress: Progress,
  ) {
    return this.#answer(call, (signal, reports) => {
      const options = { signal, onProgress: reports.progress(onProgress) };
      return this.#engines.get(engine).weights(problem, tensors, view, options);
    });
  }

  tuneEngine(call: number, engine: number, problem: AttentionProblem, onProgress: Progress) {
    return this.#answer(call, (signal, reports) =>
      this.#engines.get(engine).tune(problem, { signal, onProgress: reports.progress(onProgress) }),
    );
  }

  measureEnginePeak(call: number, engine: number, onProgress: Progress) {
    return this.#answer(call, (signal, reports) =>
      this.#engines.get(engine).measurePeak({ signal, onProgress: reports.progress(onProgress) }),
    );
  }

  prepare(call: number, engine: number, problem: AttentionProblem, tensors: AttentionTensors) {
    return this.#answer(call, async () =>
      this.#prepared.put(await this.#engines.get(engine).prepare(problem, tensors)),
    );
  }

  submitPrepared(call: number, prepared: number, times: number) {
    return this.#answer(call, () => this.#prepared.get(prepared).submit(times));
  }

  readPrepared(call: number, prepared: number) {
    return this.#answer(call, () => this.#prepared.get(prepared).read());
  }

  weightsPrepared(call: number, prepared: number, view: WeightsView) {
    return this.#answer(call, () => this.#prepared.get(prepared).weights(view));
  }

  disposePrepared(call: number, prepared: number) {
    return this.#answer(call, async () => this.#prepared.take(prepared)?.dispose());
  }

  disposeEngine(call: number, engine: number) {
    return this.#answer(call, async () => this.#engines.take(engine)?.dispose());
  }

  // The sentence encoder, on an engine of this door.

  openEncoder(call: number, engine: number, weightsUrl: string, onProgress: Progress) {
    return this.#answer(call, async (signal, reports) => {
      const encoder = new LocalEncoder(this.#engines.get(engine), weightsUrl);
      const vocabulary = await encoder.open({ signal, onProgress: reports.progress(onProgress) });
      return { encoder: this.#encoders.put(encoder), vocabulary };
    });
  }

  encode(call: number, encoder: number, texts: string[], onProgress: Progress) {
    return this.#answer(call, (signal, reports) =>
      this.#encoders.get(encoder).encode(texts, { signal, onProgress: reports.progress(onProgress) }),
    );
  }

  attention(call: number, encoder: number, text: string, onProgress: Progress) {
    return this.#answer(call, (signal, reports) =>
      this.#encoders.get(encoder).attention(text, { signal, onProgress: reports.progress(onProgress) }),
    );
  }

  disposeEncoder(call: number, encoder: number) {
    return this.#answer(call, async () => this.#encoders.take(encoder)?.dispose());
  }
}
