// The calling thread as a thread of the pool: one job, then a turn for everything else.
import type { CpuThread } from './cpu-thread.ts';
import { JobBench, type Job, type JobReply, type ResidentData } from './jobs.ts';
import { Turns } from './turns.ts';

export class LocalThread implements CpuThread {
  readonly depth = 1;
  readonly ready = true;
  readonly dead = false;
  onChange = (): void => {};
  private readonly bench = new JobBench();
  private readonly turns = new Turns();

  hold(key: string, resident: ResidentData): void {
    this.bench.hold(key, resident);
  }

  release(key: string): void {
    this.bench.release(key);
  }

  async perform(job: Job): Promise<JobReply> {
    await this.turns.next();
    // Packing happened inside `hold`, where the pool timed it already.
    return { ...this.bench.perform(job), packMs: 0 };
  }

  dispose(): void {
    this.turns.close();
  }
}
