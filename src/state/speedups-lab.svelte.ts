// The numbers of the lab "Three speed-ups": stacks run and compared, measured gains beside predicted ones, errors of restricted
// attention, and what switching heads off does to a sentence's embedding. Comparisons have names, so that each panel keeps its numbers.
import type { BackendKind } from '../contract/engine.ts';
import type {
  HeadAblation,
  HeadSwitches,
  LocalErrorRequest,
  LocalErrors,
  StackComparison,
  StackGap,
  StackMeasurement,
  StackRun,
  StackShape,
} from '../contract/stack.ts';
import type { Workbench } from '../contract/workbench.ts';
import { predictedGain, stackMacs, type StackGain } from '../theory/stack-cost.ts';
import { quartiles, workTimes, type Quartiles, type WorkClock } from '../theory/statistics.ts';
import { LabJobs, LatestRun } from './lab-jobs.svelte.ts';

export interface ComparisonState {
  comparison: StackComparison;
  measured: StackMeasurement[];
  gaps: StackGap[];
}

/** One bar beside the first of its comparison and backend. */
export interface GainRow {
  id: string;
  backend: BackendKind;
  measurement: StackMeasurement;
  clock: WorkClock;
  ms: Quartiles;
  /** Time of the first over time of this one: median over median, and what the quartiles allow. */
  measured: Quartiles;
  predicted: StackGain;
  /** measured / predicted by operations − 1. */
  deviation: number;
  /** Useful operations per second. */
  flopsPerSecond: number;
}

/** The issue's own bar: gains that agree within this are left without an explanation. */
export const GAIN_TOLERANCE = 0.3;

function timesOf(measurement: StackMeasurement): { ms: Quartiles; clock: WorkClock } {
  const { ms, clock } = workTimes(measurement);
  return { ms: quartiles(ms), clock };
}

/** Every head on. */
export function allHeads(heads: readonly number[]): HeadSwitches {
  return heads.map((count) => Array<boolean>(count).fill(true));
}

/** One set per head, in order of layers and heads, with that head off; all on first. */
export function eachHeadOff(heads: readonly number[]): HeadSwitches[] {
  const without = heads.flatMap((count, layer) =>
    Array.from({ length: count }, (_, head) => {
      const switches = allHeads(heads);
      switches[layer]![head] = false;
      return switches;
    }),
  );
  return [allHeads(heads), ...without];
}

export class SpeedupsLab {
  readonly #workbench: Workbench;
  /** Comparisons under their names, `errors` and `heads`. */
  readonly jobs = new LabJobs<string>();
  comparisons = $state.raw<Record<string, ComparisonState>>({});
  errors = $state.raw<LocalErrors | null>(null);
  heads = $state.raw<HeadAblation | null>(null);
  readonly once = new LatestRun<StackRun>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Runs a stack once; the newest request wins. */
  runOnce(shape: StackShape, backend: 'auto' | BackendKind): Promise<void> {
    return this.once.run(() => this.#workbench.labs.runStack(shape, backend, () => undefined));
  }

  /** Measures stacks in turns under a name; the first trial is what the others are compared with. */
  compare(name: string, comparison: StackComparison): Promise<void> {
    return this.jobs.run(name, async ({ isCurrent, report }) => {
      let state: ComparisonState = { comparison, measured: [], gaps: [] };
      this.comparisons = { ...this.comparisons, [name]: state };
      await this.#workbench.labs.compareStacks(comparison, (result, done) => {
        if (!isCurrent()) return;
        state =
          'code' in result
            ? { ...state, gaps: [...state.gaps, result] }
            : { ...state, measured: [...state.measured, result] };
        this.comparisons = { ...this.comparisons, [name]: state };
        report(done);
      });
    });
  }

  /** Error and time of restricted attention. */
  measureErrors(request: LocalErrorRequest): Promise<void> {
    return this.jobs.run('errors', async ({ isCurrent, report }) => {
      const errors = await this.#workbench.labs.localErrors(request, report);
      if (isCurrent()) this.errors = errors;
    });
  }

  /** Switches heads of the pretrained encoder off; `sets` of `eachHeadOff` for all of them one by one. */
  ablate(texts: string[], sets: HeadSwitches[], backend: 'auto' | BackendKind): Promise<void> {
    return this.jobs.run('heads', async ({ isCurrent, report }) => {
      const heads = await this.#workbench.labs.ablateHeads(texts, sets, backend, report);
      if (isCurrent()) this.heads = heads;
    });
  }

  forget(name: string): void {
    const { [name]: _gone, ...kept } = this.comparisons;
    this.comparisons = kept;
  }

  cancel(): void {
    if (this.jobs.running === null) return;
    for (const lane of ['measure', 'local', 'heads'] as const) void this.#workbench.cancel(lane);
  }

  /** The bars of a comparison in the order of its trials, each backend beside its own first. */
  gains(name: string): GainRow[] {
    const state = this.comparisons[name];
    if (!state) return [];
    const { trials, backends } = state.comparison;
    return backends.flatMap((backend) => {
      const ofBackend = (id: string) => state.measured.find((one) => one.id === id && one.backend === backend);
      const first = ofBackend(trials[0]?.id ?? '');
      if (!first) return [];
      const { ms: before } = timesOf(first);
      return trials.flatMap(({ id, shape }): GainRow[] => {
        const measurement = ofBackend(id);
        if (!measurement) return [];
        const { ms, clock } = timesOf(measurement);
        const measured = {
          lower: before.lower / ms.upper,
          median: before.median / ms.median,
          upper: before.upper / ms.lower,
        };
        const predicted = predictedGain(first.shape, shape);
        const deviation = measured.median / predicted.operations - 1;
        const flopsPerSecond = (2 * stackMacs(shape)) / (ms.median / 1000);
        return [{ id, backend, measurement, clock, ms, measured, predicted, deviation, flopsPerSecond }];
      });
    });
  }
}
