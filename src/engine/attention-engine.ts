// The public engine over one backend: checks everything, runs, puts the timing together, survives a lost device.
// Runs where its backend runs (a worker, or the main thread in slices). Arrays passed in are read, never kept past the
// call, except by `prepare`, which borrows them until `dispose()` so that a lost device can be refilled.
import type { Backend, PreparedProblem, RunControl } from '../contract/backend.ts';
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
import {
  resolveProblem,
  type AttentionProblem,
  type AttentionTensors,
  type ResolvedProblem,
} from '../contract/problem.ts';
import { BackendKeeper } from './backend-keeper.ts';
import { callTiming } from './call-timing.ts';
import { CallScope } from './call-scope.ts';
import { chooseBackend, openBackendsFrom, type BackendSupply, type OpenBackend } from './choose-backend.ts';
import { requireEngineOptions } from './engine-options.ts';
import { ResidentAttention } from './resident-attention.ts';
import { tuneProblem } from './tuning.ts';
import { requireLogSumExp, requireTensors, requireView } from './validate.ts';

/** Uploads, prepares, acts and frees again, whatever happens. */
async function onBackend<T>(
  backend: Backend,
  problem: ResolvedProblem,
  tensors: AttentionTensors,
  control: RunControl,
  act: (prepared: PreparedProblem, uploaded: { upload?: number; compile?: number }) => Promise<T>,
): Promise<T> {
  backend.requireRoom(problem);
  const resident = await backend.upload(problem, tensors, control, false);
  try {
    const prepared = await backend.prepare(problem, resident);
    try {
      return await act(prepared, resident.timing);
    } finally {
      prepared.dispose();
    }
  } finally {
    resident.dispose();
  }
}

export class LocalEngine implements AttentionEngine {
  readonly #keeper: BackendKeeper;
  readonly #scope = new CallScope();
  readonly #residents = new Set<ResidentAttention>();

  /** Owns the keeper and its backends. */
  constructor(keeper: BackendKeeper) {
    this.#keeper = keeper;
  }

  get backend(): BackendInfo {
    return this.#keeper.info;
  }

  /** Runs `act` on the engine's backend, under its rules for lost devices and disposal: how an encoder shares the engine. */
  use<T>(options: RunOptions, act: (backend: Backend, control: RunControl) => Promise<T>): Promise<T> {
    return this.#scope.run(options, (control) => this.#keeper.use((backend) => act(backend, control)));
  }

  async attend(
    problem: AttentionProblem,
    tensors: AttentionTensors,
    options: RunOptions = {},
  ): Promise<AttentionResult> {
    const startMs = performance.now();
    this.#scope.requireOpen();
    const resolved = resolveProblem(problem);
    requireTensors(resolved, ['q', 'k', 'v'], tensors);
    return this.use(options, (backend, control) =>
      onBackend(backend, resolved, tensors, control, async (prepared, uploaded) => {
        const { output, logSumExp, timing } = await prepared.runAndRead(control);
        const wall = performance.now() - startMs;
        return { output, logSumExp, timing: callTiming(resolved, wall, [uploaded, timing]) };
      }),
    );
  }

  async weights(
    problem: AttentionProblem,
    tensors: { q: Float32Array; k: Float32Array; logSumExp?: Float32Array },
    view: WeightsView,
    options: RunOptions = {},
  ): Promise<WeightsPicture> {
    const startMs = performance.now();
    this.#scope.requireOpen();
    const resolved = resolveProblem(problem);
    const { q, k } = requireTensors(resolved, ['q', 'k'], tensors);
    const known = tensors.logSumExp;
    if (known !== undefined) requireLogSumExp(resolved, known);
    const checked = requireView(resolved, view);
    // The picture needs no V, but the pass that finds a log-sum-exp nobody gave carries one along; K has its shape.
    const carried = { q, k, v: k };
    return this.use(options, (backend, control) =>
      onBackend(backend, resolved, carried, control, async (prepared, uploaded) => {
        if (known !== undefined) prepared.adoptLogSumExp(known);
        const { values, timing } = await prepared.weights(checked, control);
        const wall = performance.now() - startMs;
        const { height, width } = checked;
        return { values, height, width, timing: callTiming(resolved, wall, [uploaded, timing]) };
      }),
    );
  }

  async prepare(problem: AttentionProblem, tensors: AttentionTensors): Promise<PreparedAttention> {
    this.#scope.requireOpen();
    const resolved = resolveProblem(problem);
    const borrowed = requireTensors(resolved, ['q', 'k', 'v'], tensors);
    const resident = new ResidentAttention(this, resolved, borrowed, () => this.#residents.delete(resident));
    await resident.open();
    this.#residents.add(resident);
    return resident;
  }

  async tune(problem: AttentionProblem, options: RunOptions = {}): Promise<TuneSummary> {
    this.#scope.requireOpen();
    const resolved = resolveProblem(problem);
    return this.use(options, (backend, control) => tuneProblem(backend, resolved, control));
  }

  async measurePeak(options: RunOptions = {}): Promise<DevicePeak> {
    this.#scope.requireOpen();
    return this.use(options, (backend, control) => backend.measurePeak(control));
  }

  async dispose(): Promise<void> {
    if (this.#scope.isClosed) return;
    await this.#scope.close();
    for (const resident of this.#residents) resident.dispose();
    await this.#keeper.dispose();
  }
}

/** An engine in the calling thread. `open` is the seam for tests; the default opens the real backends. */
export async function createLocalEngine(
  options: EngineOptions = {},
  supply: Pick<BackendSupply, 'spawn'> = {},
  onBackendChange: (info: BackendInfo) => void = () => {},
  open?: OpenBackend,
): Promise<LocalEngine> {
  const { backend: choice, threads } = requireEngineOptions(options);
  const opener = open ?? openBackendsFrom({ threads, spawn: supply.spawn });
  const first = await chooseBackend(choice, opener);
  return new LocalEngine(new BackendKeeper(choice, first, opener, onBackendChange));
}
