// The timing panel's numbers: the live measurement of the current setting, and the sweep over sequence lengths.
// Measuring never runs beside the picture's own work: the lab asks for it when the session is idle.
import { AttentionError, isAborted } from '../contract/errors.ts';
import {
  SERIES,
  type Measurement,
  type MeasurementGap,
  type Series,
  type Setting,
  type Workbench,
} from '../contract/workbench.ts';

const LIVE = { samples: 7, budgetMs: 1500 };
const SWEEP = { samples: 5, budgetMs: 6000 };

export class Measurements {
  readonly #workbench: Workbench;
  /** Counts live measurements; results of an abandoned one are dropped. */
  #round = 0;
  /** Newest result of each series at the current setting. */
  live = $state.raw<Partial<Record<Series, Measurement | MeasurementGap>>>({});
  measuring = $state(false);
  sweep = $state.raw<Measurement[]>([]);
  sweepGaps = $state.raw<MeasurementGap[]>([]);
  sweeping = $state(false);
  sweepProgress = $state(0);
  failure = $state.raw<AttentionError | null>(null);

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Measures all four series at one setting; earlier numbers go. */
  async measure(setting: Setting, patient = false): Promise<void> {
    if (this.sweeping) return;
    const round = ++this.#round;
    this.live = {};
    this.measuring = true;
    try {
      await this.#workbench.measure(
        setting,
        [setting.length],
        { series: [...SERIES], samples: LIVE.samples, budgetMs: patient ? 60_000 : LIVE.budgetMs },
        (result) => {
          if (round === this.#round) this.live = { ...this.live, [result.series]: result };
        },
      );
    } catch (error) {
      if (!isAborted(error)) this.failure = error instanceof AttentionError ? error : new AttentionError('internal');
      // Abandoned for other timing: measured anew, whole, once that is over.
      else if (round === this.#round) this.live = {};
    } finally {
      this.measuring = false;
    }
  }

  /** Times every series at each length, shortest first. */
  async runSweep(setting: Setting, lengths: number[]): Promise<void> {
    this.sweep = [];
    this.sweepGaps = [];
    this.sweeping = true;
    this.sweepProgress = 0;
    try {
      await this.#workbench.measure(setting, lengths, { series: [...SERIES], ...SWEEP }, (result, done) => {
        this.sweepProgress = done;
        if ('code' in result) this.sweepGaps = [...this.sweepGaps, result];
        else this.sweep = [...this.sweep, result];
      });
    } catch (error) {
      if (!isAborted(error)) this.failure = error instanceof AttentionError ? error : new AttentionError('internal');
    } finally {
      this.sweeping = false;
    }
  }

  /** Old numbers no longer belong to what is shown. */
  forget(): void {
    this.#round++;
    this.live = {};
    if (this.measuring && !this.sweeping) this.cancel();
  }

  cancel(): void {
    void this.#workbench.cancel('measure');
  }
}
