// The workbench's two backends: the CPU at once, the GPU once the first pictures are drawn or somebody needs it. Chooses one for a piece of
// work and runs it there, finds a new GPU after a loss (once per two minutes) and tells the page. Owns both.
import type { Backend } from '../contract/backend.ts';
import type { BackendKind, BackendReason } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { WorkbenchBackends, WorkbenchEvent } from '../contract/workbench.ts';
import { flops } from '../theory/attention-cost.ts';
import { ReacquireBudget, isDeviceLost } from './backend-keeper.ts';
import { calibrate, expectedMs, type BackendSpeed } from './calibrate.ts';
import { unavailableReason, type OpenBackend } from './choose-backend.ts';

/**
 * Until both backends have been timed, work this small goes to the CPU: a GPU's first run waits for its shaders to be compiled
 * (seconds on a software adapter), and the first picture should not.
 */
const QUICK_WORK_FLOPS = 1e9;

function isBackendsOwnFault(error: unknown): boolean {
  return !(error instanceof AttentionError) || error.code === 'internal' || error.code === 'too-large';
}

export class BackendPair {
  readonly cpu: Backend;
  readonly #open: OpenBackend;
  readonly #onEvent: (event: WorkbenchEvent) => void;
  readonly #budget = new ReacquireBudget();
  readonly #speeds = new Map<Backend, BackendSpeed>();
  #gpu: Backend | null = null;
  #gpuReason: BackendReason | null = null;
  /** Resolves when the search for a GPU that is under way has ended; null before the first. */
  #search: Promise<void> | null = null;
  #isDisposed = false;

  private constructor(cpu: Backend, open: OpenBackend, onEvent: (event: WorkbenchEvent) => void) {
    this.cpu = cpu;
    this.#open = open;
    this.#onEvent = onEvent;
  }

  /** Resolves with the CPU ready; the GPU is not looked for yet. */
  static async start(open: OpenBackend, onEvent: (event: WorkbenchEvent) => void): Promise<BackendPair> {
    return new BackendPair(await open('cpu'), open, onEvent);
  }

  /** Looks for a GPU, once. Setting one up costs processor time that the first pictures should have to themselves. */
  findGpu(): Promise<void> {
    return (this.#search ??= this.#findGpu());
  }

  /** The GPU, once it has been found. */
  get gpu(): Backend | null {
    return this.#gpu;
  }

  get described(): WorkbenchBackends {
    return { gpu: this.#gpu?.info ?? null, gpuReason: this.#gpuReason, cpu: this.cpu.info };
  }

  async #findGpu(): Promise<void> {
    if (this.#isDisposed) return;
    try {
      const gpu = await this.#open('webgpu');
      if (this.#isDisposed) return await gpu.dispose();
      this.#gpu = gpu;
      this.#gpuReason = null;
      void gpu.lost.then(() => this.#afterLoss(gpu));
    } catch (error) {
      this.#gpuReason = unavailableReason(error);
    }
    if (!this.#isDisposed) this.#onEvent({ type: 'backends', backends: this.described });
  }

  #afterLoss(lost: Backend): void {
    if (this.#gpu !== lost || this.#isDisposed) return;
    this.#gpu = null;
    this.#gpuReason = 'device-lost';
    this.#search = this.#recover(lost);
  }

  async #recover(lost: Backend): Promise<void> {
    await lost.dispose();
    if (this.#budget.spend()) await this.#findGpu();
    else this.#onEvent({ type: 'backends', backends: this.described });
    this.#onEvent({ type: 'device-lost', recovered: this.#gpu !== null });
  }

  /** After a call on `lost` died with its device: waits for the replacement, or for the knowledge that there is none. */
  async settleLoss(lost: Backend): Promise<void> {
    this.#afterLoss(lost);
    await this.findGpu();
  }

  /** `auto` takes what is there now and faster; insisting on the GPU waits for it. */
  async choose(choice: 'auto' | BackendKind, problems: ResolvedProblem[]): Promise<Backend> {
    if (choice === 'cpu') return this.cpu;
    const isQuick = problems.reduce((sum, problem) => sum + flops(problem), 0) < QUICK_WORK_FLOPS;
    if (choice === 'webgpu' || !isQuick) await this.findGpu();
    if (choice === 'auto') return this.#gpu && !this.#isCpuFaster(this.#gpu, problems) ? this.#gpu : this.cpu;
    if (this.#gpu) return this.#gpu;
    const detail = { field: 'backend', value: 'webgpu', reason: this.#gpuReason ?? 'no-adapter' };
    throw new AttentionError(this.#gpuReason === 'device-lost' ? 'device-lost' : 'backend-unavailable', detail);
  }

  /** Runs on the chosen backend, once more elsewhere when its device is lost meanwhile. */
  async run<T>(
    choice: 'auto' | BackendKind,
    problems: ResolvedProblem[],
    act: (backend: Backend) => Promise<T>,
  ): Promise<T> {
    const backend = await this.choose(choice, problems);
    try {
      return await act(backend);
    } catch (error) {
      if (isDeviceLost(error)) {
        await this.settleLoss(backend);
        return act(await this.choose(choice, problems));
      }
      // Left to choose, a GPU that has no room or cannot run this is no reason to show nothing.
      if (choice === 'auto' && backend !== this.cpu && isBackendsOwnFault(error)) return act(this.cpu);
      throw error;
    }
  }

  #isCpuFaster(gpu: Backend, problems: ResolvedProblem[]): boolean {
    const gpuSpeed = this.#speeds.get(gpu);
    const cpuSpeed = this.#speeds.get(this.cpu);
    const work = problems.map(flops);
    if (!gpuSpeed || !cpuSpeed) return work.reduce((sum, each) => sum + each, 0) < QUICK_WORK_FLOPS;
    const total = (speed: BackendSpeed) => work.reduce((sum, each) => sum + expectedMs(speed, each), 0);
    return total(cpuSpeed) < total(gpuSpeed);
  }

  /** True once there are two backends to compare and one is not known yet. */
  get needsCalibration(): boolean {
    return this.#gpu !== null && !(this.#speeds.has(this.#gpu) && this.#speeds.has(this.cpu));
  }

  /** A backend that has changed its ways is timed again. */
  forgetSpeed(backend: Backend): void {
    this.#speeds.delete(backend);
  }

  /** Times both, once each. Gives up silently: without it the GPU is taken when there is one. */
  async calibrate(signal: AbortSignal): Promise<void> {
    for (const backend of [this.cpu, this.#gpu]) {
      if (!backend || this.#speeds.has(backend)) continue;
      this.#speeds.set(backend, await calibrate(backend, signal));
    }
  }

  /** Frees the GPU until somebody needs it. Nothing may be running on it. */
  async giveBackGpu(): Promise<void> {
    await this.#search;
    const gpu = this.#gpu;
    if (!gpu) return;
    this.#gpu = null;
    this.#search = null;
    await gpu.dispose();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#search;
    await Promise.all([this.cpu.dispose(), this.#gpu?.dispose()]);
  }
}
