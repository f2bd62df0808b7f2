// The numbers of the lab "Attention vs RNN vs convolution": what was run and measured, and what the book says of the same sizes, ready to
// be drawn. Sweeps have names (`length`, `width`, or a card's own), so that each chart keeps its numbers. The view owns the settings.
import type { BackendKind } from '../contract/engine.ts';
import {
  MIXER_KINDS,
  type MixerGap,
  type MixerKind,
  type MixerMeasurement,
  type MixerProblem,
  type MixerRun,
  type MixerSetting,
  type MixerSweep,
} from '../contract/mixers.ts';
import type { Workbench } from '../contract/workbench.ts';
import { measuredCrossing, type TimePoint } from '../theory/crossing.ts';
import { fitPowerLaw, type PowerLaw } from '../theory/fit.ts';
import { crossoverLength, predictedMixerExponent } from '../theory/mixer-cost.ts';
import { median, quartiles, quickest, workTimes, type Quartiles, type WorkClock } from '../theory/statistics.ts';
import { tableOneRow, type TableOneRow } from '../theory/table-one.ts';
import { LabJobs, LatestRun } from './lab-jobs.svelte.ts';

export interface SweepState {
  sweep: MixerSweep;
  measured: MixerMeasurement[];
  gaps: MixerGap[];
}

/** One line of a chart: a mixer on a backend, its points and how they grow. */
export interface MixerLine {
  kind: MixerKind;
  backend: BackendKind;
  clock: WorkClock;
  points: { x: number; ms: Quartiles; measurement: MixerMeasurement }[];
  /** Least squares on the logarithms of the quickest samples of the largest values; null with fewer than two points. */
  fit: PowerLaw | null;
  /** The smallest value that the fit uses. */
  fitFrom: number;
  /** The exponent of the operations alone over these very values; NaN for an axis other than length and width. */
  predicted: number;
}

export interface Crossover {
  attention: 'attention' | 'attention-core';
  rival: MixerKind;
  /** n below which attention needs fewer operations; 0 when it never does. */
  predicted: number;
  /** Where the measured lines cross on each backend; null where they do not within the sweep. */
  measured: Partial<Record<BackendKind, number | null>>;
}

/** The largest values decide a slope: at the small ones the fixed cost of a call hides how time grows. */
const FITTED_POINTS = 4;

export class MixersLab {
  readonly #workbench: Workbench;
  readonly jobs = new LabJobs<string>();
  sweeps = $state.raw<Record<string, SweepState>>({});
  readonly once = new LatestRun<MixerRun>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Runs a mixer once; the newest request wins. */
  runOnce(problem: MixerProblem, backend: 'auto' | BackendKind): Promise<void> {
    return this.once.run(() => this.#workbench.labs.runMixer(problem, backend, () => undefined));
  }

  /** Measures a sweep under a name; results appear as they come. An earlier sweep of that name goes. */
  startSweep(name: string, sweep: MixerSweep): Promise<void> {
    return this.jobs.run(name, async ({ isCurrent, report }) => {
      let state: SweepState = { sweep, measured: [], gaps: [] };
      this.sweeps = { ...this.sweeps, [name]: state };
      await this.#workbench.labs.sweepMixers(sweep, (result, done) => {
        if (!isCurrent()) return;
        state =
          'code' in result
            ? { ...state, gaps: [...state.gaps, result] }
            : { ...state, measured: [...state.measured, result] };
        this.sweeps = { ...this.sweeps, [name]: state };
        report(done);
      });
    });
  }

  /** Numbers of other settings than the shown ones are no longer of use. */
  forget(name: string): void {
    const { [name]: _gone, ...kept } = this.sweeps;
    this.sweeps = kept;
  }

  cancel(): void {
    if (this.jobs.running !== null) void this.#workbench.cancel('measure');
  }

  /** The lines of a sweep, in the order of the kinds asked for. */
  lines(name: string): MixerLine[] {
    const state = this.sweeps[name];
    if (!state) return [];
    const { kinds, backends, axis, base } = state.sweep;
    return kinds.flatMap((kind) =>
      backends.flatMap((backend): MixerLine[] => {
        const own = state.measured.filter((one) => one.problem.kind === kind && one.backend === backend);
        if (own.length === 0) return [];
        const points = own
          .map((measurement) => ({
            x: measurement.problem[axis],
            ms: quartiles(workTimes(measurement).ms),
            measurement,
          }))
          .sort((a, b) => a.x - b.x);
        const fitted = points.slice(-FITTED_POINTS);
        const values = fitted.map(({ x }) => x);
        const fit = fitPowerLaw(
          values,
          fitted.map(({ measurement }) => quickest(workTimes(measurement).ms)),
        );
        const isGrowing = axis === 'length' || axis === 'width';
        const predicted = isGrowing ? predictedMixerExponent({ ...base, kind }, axis, values) : NaN;
        return [{ kind, backend, clock: workTimes(own[0]!).clock, points, fit, fitFrom: values[0]!, predicted }];
      }),
    );
  }

  /** Table 1 at a setting, all kinds. */
  table(setting: MixerSetting): TableOneRow[] {
    return MIXER_KINDS.map((kind) => tableOneRow({ ...setting, kind }));
  }

  /** Both crossovers of attention with each rival: by the book, and in a sweep over the length if there is one. */
  crossovers(setting: MixerSetting, name = 'length'): Crossover[] {
    const lines = this.lines(name);
    const pointsOf = (kind: MixerKind, backend: BackendKind): TimePoint[] =>
      lines
        .filter((line) => line.kind === kind && line.backend === backend)
        .flatMap(({ points }) => points.map(({ x, ms }) => ({ x, ms: ms.median })));
    const backends = [...new Set(lines.map(({ backend }) => backend))];
    return (['attention-core', 'attention'] as const).flatMap((attention) =>
      (['elman', 'gru', 'lstm', 'convolution', 'separable'] as const).map((rival) => ({
        attention,
        rival,
        predicted: crossoverLength(attention, rival, setting),
        measured: Object.fromEntries(
          backends.map((backend) => [
            backend,
            measuredCrossing(pointsOf(attention, backend), pointsOf(rival, backend)),
          ]),
        ),
      })),
    );
  }

  /** CPU time over GPU time of each mixer at the largest value that both measured: what parallel hardware gains it. */
  gpuGains(name: string): { kind: MixerKind; x: number; gain: number }[] {
    const lines = this.lines(name);
    return lines
      .filter(({ backend }) => backend === 'cpu')
      .flatMap(({ kind, points }) => {
        const gpu = lines.find((line) => line.kind === kind && line.backend === 'webgpu');
        const both = points.filter(({ x }) => gpu?.points.some((other) => other.x === x));
        const last = both.at(-1);
        if (!gpu || !last) return [];
        const other = gpu.points.find(({ x }) => x === last.x)!;
        // Wall against wall: the two backends' own clocks are not one.
        const gain = median(last.measurement.wall) / median(other.measurement.wall);
        return [{ kind, x: last.x, gain }];
      });
  }
}
