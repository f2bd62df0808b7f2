// Times chains of operations in turns: A B C, A B C … so that a warming or busy machine bears on all alike. What is known of a chain's
// speed tells which others would not fit their budget or the time that is left: those are left out without running.
import type { Backend } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import type { BackendKind } from '../contract/engine.ts';
import {
  AttentionError,
  isAborted,
  throwIfAborted,
  type AttentionErrorCode,
  type AttentionErrorDetail,
} from '../contract/errors.ts';
import type { ScanPlan } from '../contract/mixers.ts';
import { COMPILE_ALLOWANCE_MS, deadline, FEWEST_SAMPLES, WARM_UPS } from './measure.ts';
import type { ResidentChain } from './mixer-chain.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';

/** The first of a name warms up longer: its code is compiled while it runs, and the shortest come first. */
const FIRST_WARM_MS = 300;
const MOST_WARM_UPS = 100;

export interface ChainTimes {
  device: string;
  scanPlan: ScanPlan | null;
  warmUps: number;
  wall: number[];
  kernel: number[];
  processor: number[];
  runsPerSample: number;
  timerResolution: number | null;
}

export interface ChainGap {
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

export interface Candidate {
  readonly backend: BackendKind;
  /** Candidates of one name take time in proportion to their MACs, roughly. */
  readonly rateKey: string;
  readonly macs: number;
  prepare(backend: Backend, signal: AbortSignal): Promise<ResidentChain>;
  /** Called once, with what was measured or why nothing was. */
  answer(result: ChainTimes | ChainGap): void;
}

export interface ChainPace {
  readonly samples: number;
  /** Of one candidate's runs, milliseconds. */
  readonly budgetMs: number;
  /** Of everything, from the bench's making on. */
  readonly totalMs: number;
}

interface Subject {
  readonly candidate: Candidate;
  readonly resident: ResidentChain;
  readonly times: ChainTimes;
  spentMs: number;
}

export class ChainBench {
  readonly #pace: ChainPace;
  readonly #backendOf: (kind: BackendKind) => Promise<Backend>;
  readonly #signal: AbortSignal;
  readonly #endMs: number;
  /** Milliseconds per MAC of the last candidate of a name that ran. */
  readonly #rates = new Map<string, number>();

  constructor(pace: ChainPace, backendOf: (kind: BackendKind) => Promise<Backend>, signal: AbortSignal) {
    this.#pace = { ...pace, samples: Math.max(FEWEST_SAMPLES, Math.floor(pace.samples)) };
    this.#backendOf = backendOf;
    this.#signal = signal;
    this.#endMs = performance.now() + pace.totalMs;
  }

  get #leftMs(): number {
    return this.#endMs - performance.now();
  }

  /** Measures a group in turns; answers each candidate. Rejects only with `aborted`. Warming one up counts as a sample. */
  async measure(group: readonly Candidate[], onProgress: (done: number) => void = () => undefined): Promise<void> {
    const subjects: Subject[] = [];
    const steps = group.length * (1 + this.#pace.samples);
    try {
      for (const [index, candidate] of group.entries()) {
        // Those still to come get their share of what is left; a group never takes all of it.
        const share = this.#leftMs / (group.length - index);
        const subject = await this.#begin(candidate, Math.min(this.#pace.budgetMs, share));
        if (subject) subjects.push(subject);
        onProgress((index + 1) / steps);
      }
      await this.#sample(subjects, (share) => onProgress((group.length + share * (steps - group.length)) / steps));
    } finally {
      for (const { resident } of subjects) resident.dispose();
    }
  }

  /** Warms up and sizes the samples. Null, and answered, where there will be none. */
  async #begin(candidate: Candidate, budgetMs: number): Promise<Subject | null> {
    throwIfAborted(this.#signal);
    const overBudget = (estimateMs: number) =>
      candidate.answer({ code: 'over-budget', detail: { numbers: { estimateMs, budgetMs } } });
    const estimateMs = (this.#rates.get(candidate.rateKey) ?? 0) * candidate.macs * (WARM_UPS + FEWEST_SAMPLES);
    if (estimateMs > budgetMs || budgetMs <= 0) return (overBudget(estimateMs), null);
    const limit = deadline(this.#signal, Math.min(budgetMs + COMPILE_ALLOWANCE_MS, Math.max(0, this.#leftMs)));
    const startMs = performance.now();
    let resident: ResidentChain | null = null;
    try {
      const backend = await this.#backendOf(candidate.backend);
      resident = await candidate.prepare(backend, limit.signal);
      let last = await timedRun(resident.chain, 1, limit.signal);
      const warmMs = this.#rates.has(candidate.rateKey) ? 0 : Math.min(FIRST_WARM_MS, budgetMs / 4);
      let warmUps = 1;
      while (warmUps < WARM_UPS || (performance.now() - startMs < warmMs && warmUps < MOST_WARM_UPS)) {
        last = await timedRun(resident.chain, 1, limit.signal);
        warmUps++;
      }
      this.#rates.set(candidate.rateKey, last.workMs / candidate.macs);
      const needMs = last.workMs * FEWEST_SAMPLES;
      if (needMs > Math.min(budgetMs, this.#leftMs)) {
        resident.dispose();
        return (overBudget(needMs), null);
      }
      const times: ChainTimes = {
        device: deviceName(backend.info),
        scanPlan: resident.scanPlan,
        warmUps,
        wall: [],
        kernel: [],
        processor: [],
        runsPerSample: runsPerSample(last.kernelMs ?? last.wallMs, last.timerResolution ?? null),
        timerResolution: last.timerResolution ?? null,
      };
      return { candidate, resident, times, spentMs: 0 };
    } catch (error) {
      resident?.dispose();
      throwIfAborted(this.#signal);
      if (isAborted(error) && limit.isUp()) overBudget(performance.now() - startMs);
      else candidate.answer(gapOf(error));
      return null;
    } finally {
      limit.clear();
    }
  }

  async #sample(subjects: readonly Subject[], onProgress: (done: number) => void): Promise<void> {
    const failed = new Set<Subject>();
    for (let round = 0; round < this.#pace.samples; round++)
      for (const [index, subject] of subjects.entries()) {
        onProgress((round + index / subjects.length) / this.#pace.samples);
        const isEnough = round >= FEWEST_SAMPLES && (subject.spentMs > this.#pace.budgetMs || this.#leftMs <= 0);
        if (isEnough || failed.has(subject)) continue;
        const startMs = performance.now();
        try {
          const { chain } = subject.resident;
          const { wallMs, kernelMs, processorMs } = await timedRun(chain, subject.times.runsPerSample, this.#signal);
          subject.times.wall.push(wallMs);
          if (kernelMs !== undefined) subject.times.kernel.push(kernelMs);
          if (processorMs !== undefined) subject.times.processor.push(processorMs);
        } catch (error) {
          throwIfAborted(this.#signal);
          failed.add(subject);
          subject.candidate.answer(gapOf(error));
        }
        subject.spentMs += performance.now() - startMs;
      }
    for (const subject of subjects) if (!failed.has(subject)) subject.candidate.answer(subject.times);
  }
}

function gapOf(error: unknown): ChainGap {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) } };
}
