// The way to a living worker: starts one when first needed, and another, at most once a minute, after one has died.
// A new worker knows nothing of the old one's state; those who use the link open their things again.
import { AttentionError } from '../contract/errors.ts';
import { Connection, workerGone } from './connection.ts';
import { startLadder, type LadderOptions } from './start-ladder.ts';
import { workerScript } from './worker-script.ts';

const RESTART_PAUSE_MS = 60_000;
/** Unbundled modules take their time to load. */
const DEV_DEADLINE_MS = 30_000;

/** How this build's worker is started. */
export function ownWorker(): LadderOptions {
  const { url: workerUrl, text: workerText } = workerScript;
  if (!import.meta.env.DEV) return { workerUrl, workerText, type: 'classic' };
  return { workerUrl, type: 'module', firstDeadlineMs: DEV_DEADLINE_MS, deadlineMs: DEV_DEADLINE_MS };
}

export class Link {
  readonly #options: LadderOptions;
  readonly #heartbeatMs: number | undefined;
  #current: Promise<Connection> | null = null;
  #connection: Connection | null = null;
  #lastRestartMs = -Infinity;
  #isClosed = false;

  constructor(options: LadderOptions = ownWorker(), heartbeatMs?: number) {
    this.#options = options;
    this.#heartbeatMs = heartbeatMs;
  }

  /** The living connection. */
  async connection(): Promise<Connection> {
    if (this.#isClosed) throw new AttentionError('disposed');
    if (this.#connection?.isDead) this.#forgetDead();
    this.#current ??= this.#start();
    return this.#current;
  }

  #forgetDead(): void {
    const now = performance.now();
    if (now - this.#lastRestartMs < RESTART_PAUSE_MS) throw workerGone();
    this.#lastRestartMs = now;
    this.#connection = null;
    this.#current = null;
  }

  async #start(): Promise<Connection> {
    try {
      const isSecond = this.#lastRestartMs > -Infinity;
      const connection = new Connection(await startLadder(this.#options), this.#heartbeatMs, isSecond);
      if (this.#isClosed) connection.close();
      return (this.#connection = connection);
    } catch (error) {
      this.#current = null;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AttentionError('internal', { reason: 'no-worker' }, reason);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
  }
}
