// What the page finds out about the device: plans and their trials, limits, 16-bit storage and the benchmark. One job at a time,
// because timing beside timing measures neither. A failure or a cancel keeps what was known. Read by the timing panel's parts.
import type { BenchmarkOptions, BenchmarkReport } from '../contract/benchmark.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError, isAborted, type AttentionErrorCode, type AttentionErrorDetail } from '../contract/errors.ts';
import type { PlanTrial } from '../contract/tuning.ts';
import type { Setting, StorageComparison, TuningState, Workbench } from '../contract/workbench.ts';

export type DeviceJob = 'tune' | 'limits' | 'storage' | 'benchmark';

export interface DeviceFailure {
  code: AttentionErrorCode;
  detail: AttentionErrorDetail;
}

export class DeviceLab {
  readonly #workbench: Workbench;
  running = $state<DeviceJob | null>(null);
  /** Share done of the running job, 0…1; null when none runs. */
  progress = $state<number | null>(null);
  /** The plans in use at the shown setting; null without a GPU or before a source is open. */
  tuning = $state.raw<TuningState | null>(null);
  /** Trials of the last tuning that somebody asked for, as they came. */
  trials = $state.raw<PlanTrial[]>([]);
  peaks = $state.raw<DevicePeak[]>([]);
  storage = $state.raw<StorageComparison | null>(null);
  report = $state.raw<BenchmarkReport | null>(null);
  /** Why a job's last run ended early. */
  failures = $state.raw<Partial<Record<DeviceJob, DeviceFailure>>>({});

  #plansAsked = 0;
  /** The running job belongs to a setting that is no longer shown: its end is no news. */
  #isOutdated = false;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Asks which plans the GPU uses at a setting. */
  async showPlans(setting: Setting): Promise<void> {
    const asked = ++this.#plansAsked;
    const tuning = await this.#workbench.tuning(setting).catch(() => null);
    if (asked === this.#plansAsked) this.tuning = tuning;
  }

  tune(setting: Setting): Promise<void> {
    return this.#run('tune', async () => {
      this.trials = [];
      this.tuning = await this.#workbench.tune(setting, (trial, done) => {
        this.trials = [...this.trials, trial];
        this.progress = done;
      });
      this.#plansAsked++;
    });
  }

  /** Measures these backends' limits, one after another. */
  measureLimits(kinds: BackendKind[]): Promise<void> {
    return this.#run('limits', async () => {
      for (const [index, kind] of kinds.entries()) {
        const peak = await this.#workbench.measurePeak(kind, (done) => (this.progress = (index + done) / kinds.length));
        this.#keepPeaks([peak]);
      }
    });
  }

  compareStorage(setting: Setting): Promise<void> {
    return this.#run('storage', async () => {
      this.storage = await this.#workbench.compareStorage(setting, (done) => (this.progress = done));
    });
  }

  benchmark(options: BenchmarkOptions): Promise<void> {
    return this.#run('benchmark', async () => {
      this.report = null;
      await this.#workbench.benchmark(options, (report, done) => {
        this.report = report;
        this.progress = done;
        this.#keepPeaks(report.peaks);
      });
    });
  }

  /** What belongs to one setting goes when another is shown. */
  forgetSetting(): void {
    this.trials = [];
    this.storage = null;
    const { tune: _tune, storage: _storage, ...kept } = this.failures;
    this.failures = kept;
    if (this.running !== 'tune' && this.running !== 'storage') return;
    this.#isOutdated = true;
    this.cancel();
  }

  cancel(): void {
    if (this.running) void this.#workbench.cancel('measure');
  }

  #keepPeaks(fresh: DevicePeak[]): void {
    const isFresh = (old: DevicePeak) => fresh.some(({ backend }) => backend === old.backend);
    this.peaks = [...this.peaks.filter((old) => !isFresh(old)), ...fresh];
  }

  async #run(job: DeviceJob, act: () => Promise<void>): Promise<void> {
    if (this.running) return;
    this.running = job;
    this.progress = 0;
    this.#isOutdated = false;
    const { [job]: _before, ...others } = this.failures;
    this.failures = others;
    try {
      await act();
    } catch (error) {
      if (!(this.#isOutdated && isAborted(error))) this.failures = { ...this.failures, [job]: failureOf(error) };
    } finally {
      this.running = null;
      this.progress = null;
      if (this.#isOutdated) this.forgetSetting();
    }
  }
}

function failureOf(error: unknown): DeviceFailure {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) } };
}
