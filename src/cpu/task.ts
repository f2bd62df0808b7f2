// One call's work for the pool: groups of units (the rows of one head), cut into jobs as threads ask for them.
// Cancelling a task is no longer handing out its jobs; what is under way is dropped when it arrives.
import type { PhaseTiming, RunControl } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { Job, JobKind, JobReply, ResidentData } from './jobs.ts';

/** Data a group's jobs need on the thread. `make` is called at most once per thread and gives a fresh copy to move there. */
export interface Holding {
  readonly key: string;
  /** Bytes of the packed panel on the thread. */
  readonly byteLength: number;
  make(): ResidentData;
}

/** Units that share resident data. */
export interface JobGroup {
  readonly holdings: Holding[];
  /** `[units]`: multiply-adds of each unit. */
  readonly costs: Float64Array;
  /** The job for units `[from, to)`; its arrays are fresh and move to the thread. */
  job(from: number, to: number): { job: Job; transfer: Transferable[] };
  absorb(arrays: Float32Array[], from: number, to: number): void;
}

export interface Slice {
  group: JobGroup;
  from: number;
  to: number;
  cost: number;
}

interface GroupProgress {
  group: JobGroup;
  next: number;
  left: number;
  /** Threads that have taken jobs of this group: a fresh thread prefers a group nobody works on. */
  takers: number;
}

/** Jobs are whole groups of four rows, so that no register block runs half empty. */
const ALIGNMENT = 4;

export class Task {
  readonly kind: JobKind;
  readonly totalCost: number;
  settled = false;
  /** Milliseconds spent posting resident data and jobs. */
  postMs = 0;
  /** Milliseconds spent putting results together. */
  absorbMs = 0;
  private doneCost = 0;
  private readonly groups: GroupProgress[];
  private readonly computeMs = new Map<unknown, number>();
  private readonly packMs = new Map<unknown, number>();
  private readonly control: RunControl;
  private readonly settle: { resolve(timing: PhaseTiming): void; reject(error: unknown): void };
  private readonly onAbort = () => this.fail(new AttentionError('aborted'));

  constructor(
    kind: JobKind,
    groups: JobGroup[],
    control: RunControl,
    settle: { resolve(timing: PhaseTiming): void; reject(error: unknown): void },
  ) {
    this.kind = kind;
    this.control = control;
    this.settle = settle;
    this.groups = groups.map((group) => ({
      group,
      next: 0,
      left: group.costs.reduce((sum, cost) => sum + cost, 0),
      takers: 0,
    }));
    this.totalCost = this.groups.reduce((sum, { left }) => sum + left, 0);
    control.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  hasWork(): boolean {
    return !this.settled && this.groups.some(({ group, next }) => next < group.costs.length);
  }

  /** Does a group with work left need nothing but what `holds` says is there? */
  hasWorkFor(holds: (key: string) => boolean): boolean {
    return this.groups.some((progress) => isOpen(progress) && isHeld(progress.group, holds));
  }

  /** The next slice of about `cost`, from a group the thread already holds, else from the one fewest threads work on. */
  take(cost: number, holds: (key: string) => boolean): Slice {
    const open = this.groups.filter(isOpen);
    const held = open.find(({ group }) => isHeld(group, holds));
    const chosen = held ?? open.reduce((best, other) => (isBetter(other, best) ? other : best));
    if (held === undefined) chosen.takers++;
    const { costs } = chosen.group;
    const from = chosen.next;
    let to = from;
    let sum = 0;
    while (to < costs.length && (sum < cost || (to - from) % ALIGNMENT !== 0)) sum += costs[to++]!;
    chosen.next = to;
    chosen.left -= sum;
    return { group: chosen.group, from, to, cost: sum };
  }

  absorb(slice: Slice, reply: JobReply, thread: unknown): void {
    const started = performance.now();
    slice.group.absorb(reply.arrays, slice.from, slice.to);
    this.absorbMs += performance.now() - started;
    this.computeMs.set(thread, (this.computeMs.get(thread) ?? 0) + reply.computeMs);
    this.packMs.set(thread, (this.packMs.get(thread) ?? 0) + reply.packMs);
    this.doneCost += slice.cost;
    const isComplete = this.doneCost >= this.totalCost;
    this.control.onProgress?.(isComplete ? 1 : this.doneCost / this.totalCost);
    if (isComplete) this.finish();
  }

  fail(error: unknown): void {
    if (this.close()) this.settle.reject(error);
  }

  private finish(): void {
    if (!this.close()) return;
    this.settle.resolve({
      kernel: Math.max(0, ...this.computeMs.values()),
      processor: [...this.computeMs.values()].reduce((sum, ms) => sum + ms, 0),
      upload: this.postMs + Math.max(0, ...this.packMs.values()),
      readback: this.absorbMs,
    });
  }

  private close(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.control.signal?.removeEventListener('abort', this.onAbort);
    return true;
  }
}

const isOpen = ({ group, next }: GroupProgress) => next < group.costs.length;
const isHeld = (group: JobGroup, holds: (key: string) => boolean) => group.holdings.every(({ key }) => holds(key));
const isBetter = (a: GroupProgress, b: GroupProgress) =>
  a.takers < b.takers || (a.takers === b.takers && a.left > b.left);
