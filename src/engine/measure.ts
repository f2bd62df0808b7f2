// Repeated, interleaved runs of the chosen series at one length: A B C D, A B C D … so that a warming or busy machine
// bears on all alike. Kernel time and wall time are kept apart; upload and read-back are measured on their own.
import type { Backend, PreparedProblem, ResidentTensors } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import { AttentionError, isAborted, throwIfAborted } from '../contract/errors.ts';
import type { AttentionMask, ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import type { Measurement, MeasurementGap, MeasureOptions, Series } from '../contract/workbench.ts';
import { bytes, flops } from '../theory/attention-cost.ts';
import { pairProblems } from './attention-pair.ts';
import type { Cut } from './cut-source.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';

export const WARM_UPS = 2;
export const FEWEST_SAMPLES = 3;
const TRANSFERS = 3;
/** The first run may have to compile its shaders, which is no part of the budget for samples. */
export const COMPILE_ALLOWANCE_MS = 8000;

/** A series under way. */
interface Subject {
  readonly series: Series;
  readonly prepared: PreparedProblem;
  readonly result: Measurement;
  spentMs: number;
}

export type BackendOf = (series: Series) => Promise<Backend>;

function gap(series: Series, length: number, error: unknown): MeasurementGap {
  if (error instanceof AttentionError) return { series, length, code: error.code, detail: error.detail };
  const reason = error instanceof Error ? error.message : String(error);
  return { series, length, code: 'internal', detail: { reason } };
}

export function overBudget(series: Series, length: number, estimateMs: number, budgetMs: number): MeasurementGap {
  return { series, length, code: 'over-budget', detail: { numbers: { estimateMs, budgetMs } } };
}

/** A signal that fires with the outer one, or when the time is up; `isUp` tells which. */
export function deadline(outer: AbortSignal, afterMs: number) {
  const stop = new AbortController();
  let isUp = false;
  const end = () => stop.abort();
  const timer = setTimeout(() => ((isUp = true), end()), afterMs);
  outer.addEventListener('abort', end, { once: true });
  const clear = () => (clearTimeout(timer), outer.removeEventListener('abort', end));
  return { signal: stop.signal, isUp: () => isUp, clear };
}

/** Warms up and sizes the samples. A series that would not get its fewest samples in the budget is given up here. */
async function warmUp(subject: Subject, budgetMs: number, signal: AbortSignal): Promise<MeasurementGap | null> {
  const { series, prepared, result } = subject;
  const limit = deadline(signal, budgetMs + COMPILE_ALLOWANCE_MS);
  const startMs = performance.now();
  try {
    let last = await timedRun(prepared, 1, limit.signal);
    for (let run = 1; run < WARM_UPS; run++) {
      if (last.workMs * (WARM_UPS - run + FEWEST_SAMPLES) > budgetMs)
        return overBudget(series, result.length, last.workMs * (WARM_UPS + FEWEST_SAMPLES), budgetMs);
      last = await timedRun(prepared, 1, limit.signal);
    }
    result.timerResolution = last.timerResolution ?? null;
    result.runsPerSample = runsPerSample(last.kernelMs ?? last.wallMs, result.timerResolution);
    return null;
  } catch (error) {
    if (isAborted(error) && limit.isUp() && !signal.aborted)
      return overBudget(series, result.length, performance.now() - startMs, budgetMs);
    throw error;
  } finally {
    limit.clear();
  }
}

async function addSample({ prepared, result }: Subject, signal: AbortSignal): Promise<void> {
  const { wallMs, kernelMs } = await timedRun(prepared, result.runsPerSample, signal);
  result.wall.push(wallMs);
  if (kernelMs !== undefined) result.kernel.push(kernelMs);
}

async function addReadback({ prepared, result }: Subject, signal: AbortSignal): Promise<void> {
  const startMs = performance.now();
  const { timing } = await prepared.read({ signal });
  result.readback.push(timing.readback ?? performance.now() - startMs);
}

async function uploadTimed(backend: Backend, problem: ResolvedProblem, cut: Cut, signal: AbortSignal) {
  const startMs = performance.now();
  const resident = await backend.upload(problem, cut.tensors, { signal });
  return { resident, uploadMs: resident.timing.upload ?? performance.now() - startMs };
}

/** One length's worth of measuring: what is resident, and who is measured. */
class Session {
  readonly results: (Measurement | MeasurementGap)[] = [];
  readonly #subjects: Subject[] = [];
  readonly #residents = new Map<Backend, { resident: ResidentTensors; uploadMs: number[] }>();
  readonly #length: number;
  readonly #signal: AbortSignal;

  constructor(length: number, signal: AbortSignal) {
    this.#length = length;
    this.#signal = signal;
  }

  /** What goes wrong with one series is that series' gap; only being abandoned ends them all. */
  async #guard(series: Series, act: () => Promise<MeasurementGap | null>): Promise<boolean> {
    try {
      const missing = await act();
      if (missing) this.results.push(missing);
      return missing === null;
    } catch (error) {
      throwIfAborted(this.#signal);
      this.results.push(gap(series, this.#length, error));
      return false;
    }
  }

  async #residentOn(backend: Backend, problem: ResolvedProblem, cut: Cut) {
    const known = this.#residents.get(backend);
    if (known) return known;
    backend.requireRoom(problem);
    const uploadMs: number[] = [];
    for (let transfer = 1; transfer < TRANSFERS; transfer++) {
      const trial = await uploadTimed(backend, problem, cut, this.#signal);
      trial.resident.dispose();
      uploadMs.push(trial.uploadMs);
    }
    const last = await uploadTimed(backend, problem, cut, this.#signal);
    const entry = { resident: last.resident, uploadMs: [...uploadMs, last.uploadMs] };
    this.#residents.set(backend, entry);
    return entry;
  }

  async add(series: Series, backendOf: BackendOf, problem: ResolvedProblem, cut: Cut, budgetMs: number): Promise<void> {
    await this.#guard(series, async () => {
      const backend = await backendOf(series);
      const { resident, uploadMs } = await this.#residentOn(backend, problem, cut);
      const prepared = await backend.prepare(problem, resident);
      const result: Measurement = {
        series,
        length: this.#length,
        warmUps: WARM_UPS,
        wall: [],
        kernel: [],
        runsPerSample: 1,
        upload: uploadMs.slice(),
        readback: [],
        timerResolution: null,
        flops: flops(problem),
        bytes: bytes(problem),
        pairs: visiblePairs(problem),
        device: deviceName(backend.info),
      };
      const subject = { series, prepared, result, spentMs: 0 };
      this.#subjects.push(subject);
      const missing = await warmUp(subject, budgetMs, this.#signal).catch((error: unknown) => {
        this.#drop(subject);
        throw error;
      });
      if (missing) this.#drop(subject);
      return missing;
    });
  }

  #drop(subject: Subject): void {
    this.#subjects.splice(this.#subjects.indexOf(subject), 1);
    subject.prepared.dispose();
  }

  /** Round after round over all series, then the read-backs. */
  async sample({ samples, budgetMs }: MeasureOptions): Promise<void> {
    const rounds = Math.max(FEWEST_SAMPLES, samples);
    for (let round = 0; round < rounds + TRANSFERS; round++) {
      for (const subject of [...this.#subjects]) {
        if (round >= FEWEST_SAMPLES && round < rounds && subject.spentMs > budgetMs) continue;
        const startMs = performance.now();
        const act = round < rounds ? addSample : addReadback;
        const isWell = await this.#guard(subject.series, () => act(subject, this.#signal).then(() => null));
        subject.spentMs += performance.now() - startMs;
        if (!isWell) this.#drop(subject);
      }
    }
    for (const { result } of this.#subjects) this.results.push(result);
  }

  free(): void {
    for (const { prepared } of this.#subjects) prepared.dispose();
    for (const { resident } of this.#residents.values()) resident.dispose();
  }
}

/** Measures `series` at one length. Gaps take the place of what could not be measured. */
export async function measureLength(
  cut: Cut,
  mask: AttentionMask,
  series: Series[],
  options: MeasureOptions,
  backendOf: BackendOf,
  signal: AbortSignal,
): Promise<(Measurement | MeasurementGap)[]> {
  const problems = pairProblems(cut, mask);
  const session = new Session(cut.shape.queryLength, signal);
  try {
    for (const each of series) {
      const problem = each.endsWith('full') ? problems.full : problems.windowed;
      await session.add(each, backendOf, problem, cut, options.budgetMs);
    }
    await session.sample(options);
    return session.results;
  } finally {
    session.free();
  }
}
