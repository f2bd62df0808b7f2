// Hands small jobs to threads as they ask. Tasks take turns, so a small one is answered while a long one runs.
// Owns the threads and what is resident on them; created and disposed by `cpu-backend.ts`.
import type { PhaseTiming, RunControl } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { CpuThread } from './cpu-thread.ts';
import type { JobKind } from './jobs.ts';
import { Residency } from './residency.ts';
import { Task, type JobGroup, type Slice } from './task.ts';

/** A job's length. Two are in flight per worker, so a cancelled pool is free again after about 20 ms. */
const TARGET_MS = 10;
const SHORTEST_MS = 1;
/** Multiply-adds per millisecond before anything was measured: pessimistic, so that first jobs are short. */
const FIRST_RATE = 3e5;
/** Packed panels of all threads together. */
const PANEL_BUDGET_BYTES = 512 * 2 ** 20;

interface Seat {
  thread: CpuThread;
  inFlight: number;
  residency: Residency;
}

export class Pool {
  private readonly seats: Seat[] = [];
  /** With jobs to hand out, in order of their turns. */
  private tasks: Task[] = [];
  private readonly unsettled = new Set<Task>();
  private readonly rates = new Map<JobKind, number>();
  private disposed = false;
  private readonly spare: () => CpuThread;

  /** `spare` makes the thread that takes over when all others are dead. */
  constructor(threads: CpuThread[], spare: () => CpuThread) {
    this.spare = spare;
    for (const thread of threads) this.seat(thread, PANEL_BUDGET_BYTES / threads.length);
  }

  get threads(): number {
    return this.seats.length;
  }

  /** Runs all groups; rejects with `aborted`, `disposed` or what a job threw. */
  run(kind: JobKind, groups: JobGroup[], control: RunControl): Promise<PhaseTiming> {
    return new Promise((resolve, reject) => {
      if (this.disposed) return reject(new AttentionError('disposed'));
      if (control.signal?.aborted) return reject(new AttentionError('aborted'));
      const task = new Task(kind, groups, control, { resolve, reject });
      this.unsettled.add(task);
      this.tasks.push(task);
      this.pump();
    });
  }

  /** Frees what one owner holds on the threads; its keys start with `prefix`. */
  release(prefix: string): void {
    for (const { thread, residency } of this.seats) for (const key of residency.remove(prefix)) thread.release(key);
  }

  dispose(): void {
    this.disposed = true;
    for (const task of this.unsettled) task.fail(new AttentionError('disposed'));
    this.unsettled.clear();
    this.tasks = [];
    for (const { thread } of this.seats) thread.dispose();
  }

  private seat(thread: CpuThread, budgetBytes: number): void {
    const seat: Seat = { thread, inFlight: 0, residency: new Residency(budgetBytes) };
    thread.onChange = () => this.reseat(seat);
    this.seats.push(seat);
  }

  /** A thread crashed, came back or died. */
  private reseat(seat: Seat): void {
    seat.residency.clear();
    if (seat.thread.dead) this.seats.splice(this.seats.indexOf(seat), 1);
    if (this.disposed) return;
    if (this.seats.length === 0) this.seat(this.spare(), PANEL_BUDGET_BYTES);
    this.pump();
  }

  /** Fills every free place, one job per task in turn. */
  private pump(): void {
    for (const task of this.unsettled) if (task.settled) this.unsettled.delete(task);
    for (;;) {
      this.tasks = this.tasks.filter((task) => task.hasWork());
      const task = this.tasks.shift();
      if (task === undefined) return;
      this.tasks.push(task);
      const free = this.seats.filter(({ thread, inFlight }) => thread.ready && inFlight < thread.depth);
      // The emptiest place; among equals one that holds the data already.
      const holding = free.filter(({ residency }) => task.hasWorkFor((key) => residency.holds(key)));
      const least = Math.min(...free.map(({ inFlight }) => inFlight));
      const seat =
        holding.find(({ inFlight }) => inFlight === least) ?? free.find(({ inFlight }) => inFlight === least);
      if (seat === undefined) return;
      try {
        this.dispatch(seat, task);
      } catch (error) {
        task.fail(error);
      }
    }
  }

  private jobCost(task: Task): number {
    const rate = this.rates.get(task.kind) ?? FIRST_RATE;
    const fairShare = task.totalCost / (2 * this.seats.length);
    return Math.min(TARGET_MS * rate, Math.max(SHORTEST_MS * rate, fairShare));
  }

  private dispatch(seat: Seat, task: Task): void {
    const started = performance.now();
    const slice = task.take(this.jobCost(task), (key) => seat.residency.holds(key));
    this.provide(seat, slice.group);
    const { job, transfer } = slice.group.job(slice.from, slice.to);
    const reply = seat.thread.perform(job, transfer);
    seat.inFlight++;
    task.postMs += performance.now() - started;
    reply
      .then(
        (answer) => {
          seat.inFlight--;
          this.learn(task, slice, answer.computeMs);
          if (!task.settled) task.absorb(slice, answer, seat);
        },
        (error: unknown) => {
          seat.inFlight--;
          throw error;
        },
      )
      .catch((error: unknown) => task.fail(error))
      .then(() => this.pump());
  }

  private provide({ thread, residency }: Seat, group: JobGroup): void {
    const needed = new Set(group.holdings.map(({ key }) => key));
    for (const { key, byteLength, make } of group.holdings) {
      if (residency.holds(key)) {
        residency.touch(key);
        continue;
      }
      for (const old of residency.add(key, byteLength, needed)) thread.release(old);
      thread.hold(key, make());
    }
  }

  /** Follows the speed of this machine under its present load. */
  private learn(task: Task, slice: Slice, computeMs: number): void {
    if (computeMs <= 0) return;
    const rate = slice.cost / computeMs;
    const before = this.rates.get(task.kind);
    this.rates.set(task.kind, before === undefined ? rate : before + 0.3 * (rate - before));
  }
}
