// The CPU backend: plain TypeScript on a pool of nested workers, or in slices of the calling thread where there are none.
// Created by the engine inside its worker; `spawn` (a nested worker running `serveCpuThread`) comes from the worker door.
import type { Backend, PreparedProblem, ResidentTensors, RunControl } from '../contract/backend.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendInfo, BackendReason } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { AttentionTensors, ResolvedProblem } from '../contract/problem.ts';
import type { BuildChain, OperationChain } from '../contract/sequence-operations.ts';
import { CpuChain } from './chain.ts';
import type { CpuThread } from './cpu-thread.ts';
import { LocalThread } from './local-thread.ts';
import { measurePeak } from './peak.ts';
import { Pool } from './pool.ts';
import { CpuPreparedProblem } from './prepared-problem.ts';
import { CpuResidentTensors } from './resident-tensors.ts';
import { requireRoom } from './room.ts';
import { CpuSequenceOperations } from './sequence-operations.ts';
import { WorkerThread } from './worker-thread.ts';

export interface CpuBackendOptions {
  /** Nested workers; 1 computes in the calling thread. Default: one per core but one, at most 4. */
  threads?: number;
  /** Starts one nested worker. Without it everything runs in the calling thread. */
  spawn?: () => Worker;
  /** Why the CPU was chosen, for `info`. */
  reason?: BackendReason;
}

const MOST_THREADS_BY_DEFAULT = 8;

/** One core is left to the page, but not when that would leave a single thread: the page mostly waits while threads work. */
function defaultThreads(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.min(Math.max(cores - 1, Math.min(cores, 2)), MOST_THREADS_BY_DEFAULT);
}

async function startThreads(count: number, spawn: (() => Worker) | undefined): Promise<CpuThread[]> {
  if (spawn === undefined || count < 2) return [new LocalThread()];
  const workers = Array.from({ length: count }, () => new WorkerThread(spawn));
  const answered = await Promise.all(workers.map((worker) => worker.start()));
  const started = workers.filter((_, index) => answered[index]);
  return started.length > 0 ? started : [new LocalThread()];
}

class CpuBackend implements Backend {
  readonly info: BackendInfo;
  readonly operations: CpuSequenceOperations;
  /** The blocks of the CPU kernels were chosen by measuring them in V8; there is nothing to choose at run time. */
  readonly tuner = null;
  readonly memory = null;
  /** The calling thread can always go on, so a CPU backend is never lost. */
  readonly lost = new Promise<{ reason: string }>(() => {});
  private readonly pool: Pool;
  private isDisposed = false;

  constructor(pool: Pool, reason: BackendReason | undefined) {
    this.pool = pool;
    this.operations = new CpuSequenceOperations(pool);
    this.info = { kind: 'cpu', features: [], threads: pool.threads, ...(reason && { reason }) };
  }

  requireRoom(problem: ResolvedProblem): void {
    requireRoom(problem, this.pool.threads);
  }

  async upload(problem: ResolvedProblem, tensors: AttentionTensors, control: RunControl): Promise<ResidentTensors> {
    this.requireAlive();
    throwIfAborted(control.signal);
    const started = performance.now();
    const resident = new CpuResidentTensors(this.pool, problem, tensors);
    resident.timing.upload = performance.now() - started;
    return resident;
  }

  async prepare(problem: ResolvedProblem, tensors: ResidentTensors): Promise<PreparedProblem> {
    this.requireAlive();
    if (!(tensors instanceof CpuResidentTensors))
      throw new AttentionError('internal', { field: 'tensors', allowed: 'tensors uploaded to this backend' });
    return new CpuPreparedProblem(this.pool, problem, tensors);
  }

  async chain(build: BuildChain): Promise<OperationChain> {
    this.requireAlive();
    return new CpuChain(this.pool, build);
  }

  measurePeak(control: RunControl): Promise<DevicePeak> {
    this.requireAlive();
    return measurePeak(this.pool, this.info, control);
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    this.pool.dispose();
  }

  private requireAlive(): void {
    if (this.isDisposed) throw new AttentionError('disposed');
  }
}

export async function createCpuBackend(options: CpuBackendOptions = {}): Promise<Backend> {
  const threads = Math.max(1, Math.floor(options.threads ?? defaultThreads()));
  const started = await startThreads(threads, options.spawn);
  return new CpuBackend(new Pool(started, () => new LocalThread()), options.reason);
}
