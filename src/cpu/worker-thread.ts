// A nested worker as a thread of the pool. It must answer a ping before it counts; a crash rejects its jobs and it is started once more.
import { AttentionError } from '../contract/errors.ts';
import type { CpuThread } from './cpu-thread.ts';
import type { Job, JobReply, ResidentData } from './jobs.ts';
import type { ThreadReply, ThreadRequest } from './thread.ts';

const PING_DEADLINE_MS = 1_500;
/** Jobs take some 10 ms; a worker that stays silent this long is gone (`terminate` and `close` raise no event). */
const SILENCE_DEADLINE_MS = 15_000;

interface PendingJob {
  resolve(reply: JobReply): void;
  reject(error: AttentionError): void;
}

export class WorkerThread implements CpuThread {
  readonly depth = 2;
  ready = false;
  dead = false;
  onChange = (): void => {};
  private worker: Worker | null = null;
  private restarts = 1;
  private nextId = 0;
  private readonly pending = new Map<number, PendingJob>();
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private readonly spawn: () => Worker;

  constructor(spawn: () => Worker) {
    this.spawn = spawn;
  }

  /** Resolves with whether a worker answered in time. */
  async start(): Promise<boolean> {
    const answered = await new Promise<boolean>((resolve) => {
      const deadline = setTimeout(() => resolve(false), PING_DEADLINE_MS);
      const settle = (answered: boolean) => {
        clearTimeout(deadline);
        resolve(answered);
      };
      try {
        const worker = this.spawn();
        this.worker = worker;
        worker.addEventListener('message', (event) => {
          const reply = event.data as ThreadReply;
          if (reply.type === 'pong') settle(true);
          else this.settleJob(reply);
        });
        const fail = (event: Event) => {
          event.preventDefault();
          settle(false);
          this.crash(worker);
        };
        worker.addEventListener('error', fail);
        worker.addEventListener('messageerror', fail);
        this.post({ type: 'ping' }, []);
      } catch {
        settle(false);
      }
    });
    if (answered && !this.dead) this.ready = true;
    else this.die();
    return this.ready;
  }

  hold(key: string, resident: ResidentData): void {
    this.post({ type: 'hold', key, resident }, [resident.data.buffer as ArrayBuffer]);
  }

  release(key: string): void {
    this.post({ type: 'release', key }, []);
  }

  perform(job: Job, transfer: Transferable[]): Promise<JobReply> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { resolve, reject });
      this.watch();
      this.post({ type: 'job', id, job }, transfer);
    });
  }

  dispose(): void {
    this.die();
    this.rejectPending(new AttentionError('disposed'));
  }

  private post(request: ThreadRequest, transfer: Transferable[]): void {
    this.worker?.postMessage(request, transfer);
  }

  private settleJob(reply: Exclude<ThreadReply, { type: 'pong' }>): void {
    const job = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    this.watch();
    if (reply.type === 'done') job?.resolve(reply.reply);
    else job?.reject(new AttentionError('internal', { reason: 'job-failed' }, reply.message));
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    const watched = this.worker;
    if (this.pending.size > 0 && watched !== null)
      this.watchdog = setTimeout(() => this.crash(watched), SILENCE_DEADLINE_MS);
  }

  /** The worker is of no more use: its jobs fail, and once in a life it is replaced. */
  private crash(worker: Worker): void {
    if (this.dead || worker !== this.worker || !this.ready) return;
    this.ready = false;
    worker.terminate();
    const again = this.restarts-- > 0;
    if (!again) this.die();
    this.rejectPending(new AttentionError('internal', { reason: 'thread-crashed' }, 'a CPU thread crashed'));
    this.onChange();
    if (again) void this.start().then(() => this.onChange());
  }

  private die(): void {
    this.dead = true;
    this.ready = false;
    clearTimeout(this.watchdog);
    this.worker?.terminate();
    this.worker = null;
  }

  private rejectPending(error: AttentionError): void {
    clearTimeout(this.watchdog);
    const jobs = [...this.pending.values()];
    this.pending.clear();
    for (const job of jobs) job.reject(error);
  }
}
