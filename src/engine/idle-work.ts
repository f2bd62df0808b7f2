// Work that nobody asked for, done while nothing else runs and the page does not rest: finding the GPU, timing the backends, trying the GPU's
// plans for what is shown. Gives way to every call, and comes back. Owned by the workbench, which says when a call comes and goes.
import type { WorkbenchEvent } from '../contract/workbench.ts';
import type { Lanes } from './lanes.ts';
import { tuneMissing, untuned, type PairProblems } from './tuning.ts';
import type { BackendPair } from './workbench-backends.ts';

/** Long enough for a page to ask for its first pictures. */
const GPU_DELAY_MS = 400;
/** Long enough for the first pictures to be asked for before the backends are timed, and between two bouts of such work. */
const IDLE_DELAY_MS = 2000;

export interface IdleWorkOptions {
  /** Whether plans are tried too. */
  tunes: boolean;
  onEvent: (event: WorkbenchEvent) => void;
}

export class IdleWork {
  readonly #lanes: Lanes;
  readonly #shownProblems: () => PairProblems | null;
  /** Null before the beginning and after the end: there is nothing to do then. */
  #backends: BackendPair | null = null;
  #options: IdleWorkOptions = { tunes: false, onEvent: () => {} };
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Stops the bout that is under way. */
  #stop: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isResting = false;

  /** `shownProblems`: what plans are tried for; null where the GPU has computed nothing. */
  constructor(lanes: Lanes, shownProblems: () => PairProblems | null) {
    this.#lanes = lanes;
    this.#shownProblems = shownProblems;
  }

  begin(backends: BackendPair, options: IdleWorkOptions): void {
    this.#backends = backends;
    this.#options = options;
    this.#findGpuLater();
  }

  /** A call comes: what is under way stops. */
  makeWay(): void {
    this.#stop?.abort();
  }

  /** A call has gone, or a backend has come: times both backends, then tries plans, in bouts until nothing is left. */
  comeBack(): void {
    if (this.#timer !== null || this.#stop !== null || this.#isResting) return;
    if (!this.#backends?.needsCalibration && !this.#hasUntuned()) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#lanes.areIdle && !this.#isResting) this.#startBout();
      else this.comeBack();
    }, IDLE_DELAY_MS);
  }

  /** Resolves once what was under way has ended. */
  rest(): Promise<void> {
    this.#isResting = true;
    this.makeWay();
    return this.#ended;
  }

  wake(): void {
    this.#isResting = false;
    this.#findGpuLater();
    this.comeBack();
  }

  end(): void {
    this.#backends = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.makeWay();
  }

  /** The GPU waits for the first pictures. */
  #findGpuLater(): void {
    setTimeout(() => {
      if (this.#isResting) return;
      if (this.#lanes.areIdle) void this.#backends?.findGpu();
      else this.#findGpuLater();
    }, GPU_DELAY_MS);
  }

  #hasUntuned(): boolean {
    const gpu = this.#options.tunes ? this.#backends?.gpu : null;
    const problems = gpu ? this.#shownProblems() : null;
    return gpu != null && problems !== null && untuned(gpu, problems).length > 0;
  }

  #startBout(): void {
    const stop = (this.#stop = new AbortController());
    const end = (goesOn: boolean) => {
      this.#stop = null;
      if (goesOn) this.comeBack();
    };
    // Without an answer the choices stay as they were; a failure is not tried again before the next call.
    this.#ended = this.#work(stop.signal).then(
      () => end(true),
      () => end(stop.signal.aborted),
    );
  }

  async #work(signal: AbortSignal): Promise<void> {
    const backends = this.#backends;
    if (!backends) return;
    if (backends.needsCalibration) return backends.calibrate(signal);
    const { gpu } = backends;
    const problems = this.#shownProblems();
    if (!gpu || !problems || !(await tuneMissing(gpu, problems, signal))) return;
    backends.forgetSpeed(gpu);
    this.#options.onEvent({ type: 'tuned' });
  }
}
