// One live worker (or the main thread standing in for one), with every call that waits for it. comlink never settles the
// calls of a worker that died (comlink issues 601, 655), so the pending ones are kept here and rejected here.
import { releaseProxy, type Remote } from 'comlink';
import { AttentionError } from '../contract/errors.ts';
import type { Door } from './door.ts';
import { valueOf, type Answer } from './protocol.ts';

export type RemoteDoor = Remote<Door>;

/** While calls wait, the worker is asked this often whether it lives … */
const HEARTBEAT_MS = 3_000;
/** … and given up after this many unanswered beats. Beats are counted, not time: a frozen page wakes without false alarm. */
const MISSED_BEATS = 5;
/**
 * Before the first answer beats come this often. In Firefox 153 on a busy machine 4 of 100 workers that started workers of their own slept
 * for good, with scripts of three lines too; no report of it is known. The reader waited 18 s for the next worker, now 5. Needless once
 * Firefox wakes them.
 */
const FIRST_HEARTBEAT_MS = 800;

export function workerGone(): AttentionError {
  return new AttentionError('internal', { reason: 'worker-gone' });
}

export const isWorkerGone = (error: unknown): boolean =>
  error instanceof AttentionError && error.detail.reason === 'worker-gone';

export interface Started {
  readonly door: RemoteDoor;
  /** Null on the main thread. */
  readonly worker: Worker | null;
  readonly rung: string;
}

export class Connection {
  readonly rung: string;
  readonly #door: RemoteDoor;
  readonly #worker: Worker | null;
  readonly #pending = new Set<(error: AttentionError) => void>();
  readonly #heartbeatMs: number;
  /** Between beats at present. */
  #beatMs: number;
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #missedBeats = 0;
  #nextCall = 1;
  #end: AttentionError | null = null;

  /** `isPatient`: not even at first are beats faster, so that a machine that is only slow keeps its second worker. */
  constructor({ door, worker, rung }: Started, heartbeatMs = HEARTBEAT_MS, isPatient = false) {
    this.rung = rung;
    this.#door = door;
    this.#worker = worker;
    this.#heartbeatMs = heartbeatMs;
    this.#beatMs = isPatient ? heartbeatMs : Math.min(heartbeatMs, FIRST_HEARTBEAT_MS);
    // A stray exception in the worker need not be its end: ask.
    worker?.addEventListener('error', this.#doubt);
    worker?.addEventListener('messageerror', this.#doubt);
  }

  get isDead(): boolean {
    return this.#end !== null;
  }

  /** Calls that wait for an answer. */
  get pendingCalls(): number {
    return this.#pending.size;
  }

  readonly #doubt = (event: Event) => {
    event.preventDefault();
    this.#beat();
  };

  /** Calls the door. Rejects when the call fails, when the signal fires, when the worker dies. */
  call<T>(act: (door: RemoteDoor, call: number) => Promise<Answer<T>>, signal?: AbortSignal): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    if (signal?.aborted) return Promise.reject(new AttentionError('aborted'));
    const call = this.#nextCall++;
    return new Promise<T>((resolve, reject) => {
      const abort = () => void this.#door.cancel(call);
      const settle = (act: () => void) => {
        signal?.removeEventListener('abort', abort);
        this.#pending.delete(fail);
        if (this.#pending.size === 0) this.#rest();
        act();
      };
      const fail = (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.add(fail);
      this.#watch();
      act(this.#door, call)
        .then(valueOf)
        .finally(() => this.#settleIn())
        .then((value) => settle(() => resolve(value)), fail);
    });
  }

  #watch(): void {
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#beatMs);
  }

  /** An answer came: from now on the usual beats. */
  #settleIn(): void {
    if (this.#beatMs === this.#heartbeatMs) return;
    this.#beatMs = this.#heartbeatMs;
    this.#rest();
    if (this.#pending.size > 0 && !this.#end) this.#watch();
  }

  #rest(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#missedBeats = 0;
  }

  #beat(): void {
    if (this.#end) return;
    if (++this.#missedBeats > MISSED_BEATS) return this.close(workerGone());
    void this.#door.ping().then(() => (this.#missedBeats = 0));
  }

  /** Ends the worker and every call that waits for it. */
  close(why: AttentionError = new AttentionError('disposed')): void {
    if (this.#end) return;
    this.#end = why;
    this.#rest();
    for (const fail of [...this.#pending]) fail(why);
    this.#door[releaseProxy]();
    this.#worker?.terminate();
  }
}
