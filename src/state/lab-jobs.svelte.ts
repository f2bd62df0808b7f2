// The long jobs of a lab: one at a time, because timing beside timing measures neither; the newest wins and the one before is given up.
// A failure or a cancel keeps what was known. Used by the labs on mixers and speed-ups.
import { AttentionError, isAborted, type AttentionErrorCode, type AttentionErrorDetail } from '../contract/errors.ts';

export interface LabFailure {
  code: AttentionErrorCode;
  detail: AttentionErrorDetail;
}

export function labFailure(error: unknown): LabFailure {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) } };
}

/** What a job may still do: nothing once a newer one has begun. */
export interface JobTurn {
  readonly isCurrent: () => boolean;
  readonly report: (done: number) => void;
}

export class LabJobs<Name extends string> {
  running = $state<Name | null>(null);
  /** Share done of the running job, 0…1; null when none runs. */
  progress = $state<number | null>(null);
  /** Why a job's last run ended early; being given up is no failure. */
  failures = $state.raw<Partial<Record<Name, LabFailure>>>({});
  #round = 0;

  /** Resolves when the job has ended, however it ended. */
  async run(name: Name, act: (turn: JobTurn) => Promise<void>): Promise<void> {
    const round = ++this.#round;
    const isCurrent = () => round === this.#round;
    this.running = name;
    this.progress = 0;
    this.failures = { ...this.failures, [name]: undefined };
    try {
      await act({ isCurrent, report: (done) => isCurrent() && (this.progress = done) });
    } catch (error) {
      if (isCurrent() && !isAborted(error)) this.failures = { ...this.failures, [name]: labFailure(error) };
    } finally {
      if (isCurrent()) {
        this.running = null;
        this.progress = null;
      }
    }
  }
}

/** Something run once on request, outside the jobs: the newest request wins, and a failure keeps the last answer. */
export class LatestRun<Run> {
  /** The last answer: what the lab shows as "really executed". */
  answer = $state.raw<Run | null>(null);
  failure = $state.raw<LabFailure | null>(null);
  isRunning = $state(false);
  #asked = 0;

  async run(act: () => Promise<Run>): Promise<void> {
    const asked = ++this.#asked;
    this.isRunning = true;
    try {
      const answer = await act();
      if (asked !== this.#asked) return;
      this.answer = answer;
      this.failure = null;
    } catch (error) {
      if (asked === this.#asked && !isAborted(error)) this.failure = labFailure(error);
    } finally {
      if (asked === this.#asked) this.isRunning = false;
    }
  }
}
