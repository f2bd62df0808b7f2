// The lab's settings turned into stacks, and what was measured of them turned into rows of its charts. Computes nothing that takes time.
import type { BackendKind } from '../../contract/engine.ts';
import type { StackShape, StackTrial } from '../../contract/stack.ts';
import type { LabValues } from '../../params/schema.ts';
import type { Machine } from '../../state/machine.svelte.ts';
import type { GainRow, SpeedupsLab } from '../../state/speedups-lab.svelte.ts';
import { stacksInTurns, type SpeedUpTargets } from '../../theory/lab-defaults.ts';
import { predictedGain } from '../../theory/stack-cost.ts';
import type { GainBarRow } from '../../viz/gain-bars.ts';
import { baseShape, defaultSizes, measuringBackend, targetsOf } from './sizes.ts';

/** How the trials of one experiment are put in words and colours. */
export interface RowWords {
  nameOf(trial: StackTrial): string;
  colorOf?(trial: StackTrial): string | undefined;
  /** A second prediction: what a wrong sentence would need, or single gains multiplied. */
  alsoPredicted?(trial: StackTrial): number | undefined;
  /** What explains a row, given what was measured of it. */
  noteOf?(trial: StackTrial, gain: GainRow | undefined): string | undefined;
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export class SpeedupsView {
  readonly lab: SpeedupsLab;
  readonly #values: () => LabValues;
  readonly #machine: Machine;

  constructor(lab: SpeedupsLab, machine: Machine, values: () => LabValues) {
    this.lab = lab;
    this.#machine = machine;
    this.#values = values;
  }

  get values(): LabValues {
    return this.#values();
  }
  /** What measures. */
  readonly kind: BackendKind = $derived.by(() => measuringBackend(this.#values().backend, this.#machine.backends));
  readonly sizes: { length: number; width: number } = $derived.by(() =>
    defaultSizes(this.kind, this.#machine.backends),
  );
  /** The stack before any speed-up. */
  readonly base: StackShape = $derived.by(() => baseShape(this.#values(), this.sizes));
  readonly targets: Required<SpeedUpTargets> = $derived.by(() => targetsOf(this.#values(), this.base));

  get canStart(): boolean {
    return this.#machine.backends !== null && this.lab.jobs.running === null;
  }

  measure(name: string, trials: StackTrial[]): Promise<void> {
    return this.lab.compare(name, stacksInTurns(trials, [this.kind]));
  }

  /** Was exactly this measured, on the backend that is set? */
  isCurrent(name: string, trials: readonly StackTrial[]): boolean {
    const measured = this.lab.comparisons[name]?.comparison;
    return measured !== undefined && isSame(measured.trials, trials) && isSame(measured.backends, [this.kind]);
  }

  /** What was measured of these trials; nothing when a setting has changed since. */
  gainsOf(name: string, trials: readonly StackTrial[]): GainRow[] {
    return this.isCurrent(name, trials) ? this.lab.gains(name) : [];
  }

  rowsOf(name: string, trials: readonly StackTrial[], words: RowWords): GainBarRow[] {
    const gains = this.gainsOf(name, trials);
    const first = trials[0]?.shape ?? this.base;
    return trials.map((trial) => {
      const own = gains.filter(({ id }) => id === trial.id);
      const color = words.colorOf?.(trial);
      const alsoPredicted = words.alsoPredicted?.(trial);
      const note = words.noteOf?.(trial, own[0]);
      return {
        id: trial.id,
        name: words.nameOf(trial),
        predicted: predictedGain(first, trial.shape).operations,
        results: own.map(({ backend, ms, measured }) => ({ backend, ms, gain: measured })),
        ...(color === undefined ? {} : { color }),
        ...(alsoPredicted === undefined ? {} : { alsoPredicted }),
        ...(note === undefined ? {} : { note }),
      };
    });
  }
}
