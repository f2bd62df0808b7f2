// A prepared problem of the public engine: tensors stay on the backend between calls.
// After a lost device it uploads them again from the borrowed arrays on the next call.
import type { Backend, PreparedProblem, RunControl, ResidentTensors } from '../contract/backend.ts';
import type {
  AttentionResult,
  PreparedAttention,
  RunOptions,
  WeightsPicture,
  WeightsView,
} from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { AttentionTensors, ResolvedProblem } from '../contract/problem.ts';
import type { PhaseTiming } from '../contract/backend.ts';
import { callTiming } from './call-timing.ts';
import { requireView } from './validate.ts';

const MOST_RUNS = 100_000;

interface Residence {
  readonly backend: Backend;
  readonly tensors: ResidentTensors;
  readonly prepared: PreparedProblem;
}

/** What it needs of its engine: a backend to run on, under the engine's rules. */
interface Host {
  use<T>(options: RunOptions, act: (backend: Backend, control: RunControl) => Promise<T>): Promise<T>;
}

export class ResidentAttention implements PreparedAttention {
  readonly #host: Host;
  readonly #problem: ResolvedProblem;
  readonly #tensors: AttentionTensors;
  readonly #onDispose: () => void;
  #residence: Residence | null = null;
  #lastRun: PhaseTiming = {};
  #isDisposed = false;

  constructor(host: Host, problem: ResolvedProblem, tensors: AttentionTensors, onDispose: () => void) {
    this.#host = host;
    this.#problem = problem;
    this.#tensors = tensors;
    this.#onDispose = onDispose;
  }

  /** Uploads now, so that what does not fit rejects before the first run. */
  open(): Promise<void> {
    return this.#use(async () => {});
  }

  #use<T>(act: (residence: Residence, control: RunControl) => Promise<T>): Promise<T> {
    if (this.#isDisposed) return Promise.reject(new AttentionError('disposed'));
    return this.#host.use({}, async (backend, control) => act(await this.#residenceOn(backend, control), control));
  }

  async #residenceOn(backend: Backend, control: RunControl): Promise<Residence> {
    if (this.#residence?.backend === backend) return this.#residence;
    this.#free();
    backend.requireRoom(this.#problem);
    const tensors = await backend.upload(this.#problem, this.#tensors, control);
    try {
      const prepared = await backend.prepare(this.#problem, tensors);
      const residence = { backend, tensors, prepared };
      if (this.#isDisposed) {
        prepared.dispose();
        throw new AttentionError('disposed');
      }
      return (this.#residence = residence);
    } catch (error) {
      tensors.dispose();
      throw error;
    }
  }

  async submit(times = 1): Promise<void> {
    if (!Number.isInteger(times) || times < 1 || times > MOST_RUNS) {
      const allowed = `an integer from 1 to ${MOST_RUNS}`;
      throw new AttentionError('invalid-problem', { field: 'times', value: times, allowed });
    }
    await this.#use(async ({ prepared }, control) => {
      const ran = await prepared.run(times, control);
      // Without a clock of its own the backend gives no kernel time, and wall time must not stand in for it.
      this.#lastRun = { ...ran, ...(ran.kernel !== undefined && { kernel: ran.kernel / times }) };
    });
  }

  /** `kernel` is the time per run of the last `submit`. */
  read(): Promise<AttentionResult> {
    const startMs = performance.now();
    return this.#use(async ({ tensors, prepared }, control) => {
      const { output, logSumExp, timing } = await prepared.read(control);
      const wall = performance.now() - startMs;
      return { output, logSumExp, timing: callTiming(this.#problem, wall, [tensors.timing, this.#lastRun, timing]) };
    });
  }

  async weights(view: WeightsView): Promise<WeightsPicture> {
    const startMs = performance.now();
    const checked = requireView(this.#problem, view);
    return this.#use(async ({ prepared }, control) => {
      const { values, timing } = await prepared.weights(checked, control);
      const { height, width } = checked;
      return { values, height, width, timing: callTiming(this.#problem, performance.now() - startMs, [timing]) };
    });
  }

  #free(): void {
    this.#residence?.prepared.dispose();
    this.#residence?.tensors.dispose();
    this.#residence = null;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#free();
    this.#onDispose();
  }
}
