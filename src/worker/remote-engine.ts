// The page's side of the public engine: one worker, one engine in it. What can be refused without a long look is refused
// here, before anything is copied. After the worker has died the next call opens the engine again in a new one.
import { proxy } from 'comlink';
import type {
  AttentionEngine,
  AttentionResult,
  BackendInfo,
  EngineOptions,
  PreparedAttention,
  RunOptions,
  TuneSummary,
  WeightsPicture,
  WeightsView,
} from '../contract/engine.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import { AttentionError } from '../contract/errors.ts';
import {
  resolveProblem,
  type AttentionProblem,
  type AttentionTensors,
  type ResolvedProblem,
} from '../contract/problem.ts';
import { requireShapes, requireView } from '../engine/validate.ts';
import { requireEngineOptions } from '../engine/engine-options.ts';
import type { Connection } from './connection.ts';
import type { Link } from './link.ts';

/** An engine that is open in a living worker. */
export interface OpenEngine {
  readonly connection: Connection;
  readonly engine: number;
}

/** A resolved problem as a plain object: what can be posted, whatever the caller's object was. */
function plainProblem({ mask, ...shape }: ResolvedProblem): AttentionProblem {
  const { causal, left, right, dilation, globalTokens } = mask;
  return { ...shape, mask: { causal, window: { left, right }, dilation, globalTokens } };
}

const progressOf = ({ onProgress }: RunOptions) => (onProgress ? proxy(onProgress) : null);

export class RemoteEngine implements AttentionEngine {
  readonly #link: Link;
  readonly #options: EngineOptions;
  #opening: Promise<OpenEngine> | null = null;
  #open: OpenEngine | null = null;
  #backend: BackendInfo | null = null;
  #isDisposed = false;

  private constructor(link: Link, options: EngineOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Owns the link. */
  static async start(link: Link, options: EngineOptions = {}): Promise<RemoteEngine> {
    const engine = new RemoteEngine(link, requireEngineOptions(options));
    try {
      await engine.opened();
    } catch (error) {
      link.close();
      throw error;
    }
    return engine;
  }

  get backend(): BackendInfo {
    return this.#backend!;
  }

  /** The engine in the worker that lives now. */
  async opened(): Promise<OpenEngine> {
    if (this.#isDisposed) throw new AttentionError('disposed');
    if (this.#open?.connection.isDead) this.#opening = null;
    this.#opening ??= this.#openOn().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #openOn(): Promise<OpenEngine> {
    const connection = await this.#link.connection();
    const onBackend = proxy((info: BackendInfo) => void (this.#backend = info));
    const { engine, backend } = await connection.call((door, call) => door.openEngine(call, this.#options, onBackend));
    this.#backend = backend;
    return (this.#open = { connection, engine });
  }

  async attend(
    problem: AttentionProblem,
    tensors: AttentionTensors,
    options: RunOptions = {},
  ): Promise<AttentionResult> {
    const resolved = resolveProblem(problem);
    const { q, k, v } = requireShapes(resolved, ['q', 'k', 'v'], tensors);
    const { connection, engine } = await this.opened();
    return connection.call(
      (door, call) => door.attend(call, engine, plainProblem(resolved), { q, k, v }, progressOf(options)),
      options.signal,
    );
  }

  async weights(
    problem: AttentionProblem,
    tensors: { q: Float32Array; k: Float32Array; logSumExp?: Float32Array },
    view: WeightsView,
    options: RunOptions = {},
  ): Promise<WeightsPicture> {
    const resolved = resolveProblem(problem);
    const { q, k } = requireShapes(resolved, ['q', 'k'], tensors);
    const { logSumExp } = tensors;
    const checked = requireView(resolved, view);
    const { connection, engine } = await this.opened();
    const carried = { q, k, ...(logSumExp === undefined ? {} : { logSumExp }) };
    return connection.call(
      (door, call) => door.weights(call, engine, plainProblem(resolved), carried, checked, progressOf(options)),
      options.signal,
    );
  }

  async prepare(problem: AttentionProblem, tensors: AttentionTensors): Promise<PreparedAttention> {
    const resolved = resolveProblem(problem);
    const { q, k, v } = requireShapes(resolved, ['q', 'k', 'v'], tensors);
    const { connection, engine } = await this.opened();
    const plain = plainProblem(resolved);
    const id = await connection.call((door, call) => door.prepare(call, engine, plain, { q, k, v }));
    return new RemotePrepared(connection, id, resolved);
  }

  async tune(problem: AttentionProblem, options: RunOptions = {}): Promise<TuneSummary> {
    const plain = plainProblem(resolveProblem(problem));
    const { connection, engine } = await this.opened();
    return connection.call((door, call) => door.tuneEngine(call, engine, plain, progressOf(options)), options.signal);
  }

  async measurePeak(options: RunOptions = {}): Promise<DevicePeak> {
    const { connection, engine } = await this.opened();
    return connection.call((door, call) => door.measureEnginePeak(call, engine, progressOf(options)), options.signal);
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const open = this.#open;
    if (open && !open.connection.isDead)
      await open.connection.call((door, call) => door.disposeEngine(call, open.engine)).catch(() => {});
    this.#link.close();
  }
}

/** Tensors that live with their worker: when it dies they are gone, and calls reject. */
class RemotePrepared implements PreparedAttention {
  readonly #connection: Connection;
  readonly #id: number;
  readonly #problem: ResolvedProblem;
  #isDisposed = false;

  constructor(connection: Connection, id: number, problem: ResolvedProblem) {
    this.#connection = connection;
    this.#id = id;
    this.#problem = problem;
  }

  #requireOpen(): void {
    if (this.#isDisposed) throw new AttentionError('disposed');
  }

  async submit(times = 1): Promise<void> {
    this.#requireOpen();
    return this.#connection.call((door, call) => door.submitPrepared(call, this.#id, times));
  }

  async read(): Promise<AttentionResult> {
    this.#requireOpen();
    return this.#connection.call((door, call) => door.readPrepared(call, this.#id));
  }

  async weights(view: WeightsView): Promise<WeightsPicture> {
    this.#requireOpen();
    const checked = requireView(this.#problem, view);
    return this.#connection.call((door, call) => door.weightsPrepared(call, this.#id, checked));
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // Nothing is left to free when the worker is gone.
    this.#connection.call((door, call) => door.disposePrepared(call, this.#id)).catch(() => {});
  }
}
