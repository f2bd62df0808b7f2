// What the pool sees of a thread: it keeps resident data and does jobs in the order they are handed over.
// Two kinds: `local-thread.ts` works between turns of the calling thread, `worker-thread.ts` in a nested worker.
import type { Job, JobReply, ResidentData } from './jobs.ts';

export interface CpuThread {
  /** Jobs it may hold at once; two hide the way there and back. */
  readonly depth: number;
  /** False while a crashed worker restarts. */
  readonly ready: boolean;
  /** True when it will never work again. */
  readonly dead: boolean;
  /** Told when `ready` or `dead` changed; resident data is gone then. */
  onChange: () => void;
  hold(key: string, resident: ResidentData): void;
  release(key: string): void;
  perform(job: Job, transfer: Transferable[]): Promise<JobReply>;
  dispose(): void;
}
