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
import { isAborted } from '../contract/errors.ts';
import { labFailure, LabJobs, LatestRun, type LabFailure } from './lab-jobs.svelte.ts';

export interface MeasuredErrors {
  request: LocalErrorRequest;
  errors: LocalErrors | null;
  failure: LabFailure | null;
}

/** A head of the pretrained encoder, both counted from 0. */
export interface HeadPlace {
  layer: number;
  head: number;
}

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

/** All heads but these. */
export function withoutHeads(heads: readonly number[], off: readonly HeadPlace[]): HeadSwitches {
  const switches = allHeads(heads);
  for (const { layer, head } of off) if (switches[layer]?.[head] !== undefined) switches[layer][head] = false;
  return switches;
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
  /** Of each source under its name, with what was asked. */
  errors = $state.raw<Record<string, MeasuredErrors>>({});
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
      const keep = (result: StackMeasurement | StackGap) => {
        if (!isCurrent()) return;
        state =
          'code' in result
            ? { ...state, gaps: [...state.gaps, result] }
            : { ...state, measured: [...state.measured, result] };
        this.comparisons = { ...this.comparisons, [name]: state };
      };
      await this.#workbench.labs.compareStacks(comparison, keep, report);
    });
  }

  /** Error and time of restricted attention on several sources, one after another. One that fails is kept as a failure. */
  measureErrors(requests: Readonly<Record<string, LocalErrorRequest>>): Promise<void> {
    return this.jobs.run('errors', async ({ isCurrent, report }) => {
      const names = Object.keys(requests);
      for (const [index, name] of names.entries()) {
        const request = requests[name]!;
        const progress = (done: number) => report((index + done) / names.length);
        let outcome: MeasuredErrors;
        try {
          outcome = { request, errors: await this.#workbench.labs.localErrors(request, progress), failure: null };
        } catch (error) {
          if (isAborted(error)) throw error;
          outcome = { request, errors: null, failure: labFailure(error) };
        }
        if (!isCurrent()) return;
        this.errors = { ...this.errors, [name]: outcome };
      }
    });
  }

  /** Switches heads of the pretrained encoder off, these sets of them after each one by one. */
  ablate(texts: string[], more: readonly (readonly HeadPlace[])[], backend: 'auto' | BackendKind): Promise<void> {
    return this.jobs.run('heads', async ({ isCurrent, report }) => {
      const { labs } = this.#workbench;
      // How many heads there are, the encoder says.
      const { heads: counts } = await labs.ablateHeads(texts, [], backend, () => undefined);
      if (!isCurrent()) return;
      const sets = [...eachHeadOff(counts), ...more.map((off) => withoutHeads(counts, off))];
      const heads = await labs.ablateHeads(texts, sets, backend, report);
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
