// The lab's settings turned into sweeps, and what was measured of them turned into lines, rows and crossings of exactly these settings.
// Numbers of other settings are not shown. Computes nothing that takes time.
import { isSoftware } from '../../contract/device-name.ts';
import type { BackendKind } from '../../contract/engine.ts';
import {
  MIXER_KINDS,
  type MixerGap,
  type MixerKind,
  type MixerSetting,
  type MixerSweep,
} from '../../contract/mixers.ts';
import type { LabValues } from '../../params/schema.ts';
import type { Machine } from '../../state/machine.svelte.ts';
import type { Crossover, MixerLine, MixersLab } from '../../state/mixers-lab.svelte.ts';
import { headsFor, lengthSweep, MIXER_DEFAULTS, SWEPT_KINDS, widthSweep } from '../../theory/lab-defaults.ts';
import { mixerMacs } from '../../theory/mixer-cost.ts';
import type { Quartiles } from '../../theory/statistics.ts';

/** Crossings lie below the lengths that decide a slope. */
const LENGTHS = { cpu: [32, 64, 128, 256, 512, 1024, 2048], webgpu: [64, 128, 256, 512, 1024, 2048, 4096] };
/** One CPU thread walks every step of a recurrence: wider or longer takes more than the 20 s. */
const WIDTH_LENGTH = { cpu: 256, webgpu: 1024 };
const GPU_LENGTH = 1024;
/** What is measured unasked after a change, all kinds together. */
const MOST_MACS = { cpu: 6e9, webgpu: 6e10 };

export type SweepName = 'length' | 'width' | 'now' | 'gain';

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export class MixersView {
  readonly lab: MixersLab;
  readonly #values: () => LabValues;
  readonly #machine: Machine;

  constructor(lab: MixersLab, machine: Machine, values: () => LabValues) {
    this.lab = lab;
    this.#machine = machine;
    this.#values = values;
  }

  get values(): LabValues {
    return this.#values();
  }
  /** There is a GPU, and it is one. */
  readonly hasRealGpu: boolean = $derived.by(() => {
    const gpu = this.#machine.backends?.gpu ?? null;
    return gpu !== null && !isSoftware(gpu);
  });
  readonly hasGpu: boolean = $derived.by(() => (this.#machine.backends?.gpu ?? null) !== null);
  /** What measures growth. */
  readonly kind: BackendKind = $derived.by(() => {
    const { backend } = this.#values();
    if (backend === 'cpu' || !this.hasGpu) return 'cpu';
    return backend === 'webgpu' || this.hasRealGpu ? 'webgpu' : 'cpu';
  });
  readonly setting: MixerSetting = $derived.by(() => {
    const { n, width, kernel, window, heads, dilation, seed } = this.#values();
    const wide = width ?? MIXER_DEFAULTS.width;
    return {
      length: n ?? (this.kind === 'webgpu' && this.hasRealGpu ? GPU_LENGTH : MIXER_DEFAULTS.length),
      width: wide,
      heads: headsFor([wide], heads),
      window: window ?? MIXER_DEFAULTS.window,
      kernel,
      // With neighbouring taps it would be the plain one.
      dilation: Math.max(MIXER_DEFAULTS.dilation, dilation),
      seed,
    };
  });
  readonly kinds: readonly MixerKind[] = $derived.by(() => {
    const { mixers } = this.#values();
    return mixers.length > 0 ? MIXER_KINDS.filter((kind) => mixers.includes(kind)) : SWEPT_KINDS;
  });

  readonly sweeps: Readonly<Record<SweepName, MixerSweep>> = $derived.by(() => {
    const { kind, setting, kinds } = this;
    // At the length in use the exponent over n says nothing; so n itself is left out of what has to be the same.
    const overLength = { ...setting, length: 1 };
    const length = { ...lengthSweep([kind], overLength), kinds: [...kinds], values: LENGTHS[kind] };
    const wide = widthSweep([kind]);
    const base = {
      ...setting,
      length: Math.min(setting.length, WIDTH_LENGTH[kind]),
      width: 1,
      heads: headsFor(wide.values, setting.heads),
    };
    return {
      length,
      width: { ...wide, kinds: [...kinds], base },
      now: {
        ...length,
        kinds: [...MIXER_KINDS],
        base: setting,
        values: [setting.length],
        budgetMs: 1200,
        totalMs: 9000,
      },
      gain: {
        ...length,
        kinds: [...SWEPT_KINDS],
        backends: ['webgpu', 'cpu'],
        base: setting,
        values: [Math.min(setting.length, this.hasRealGpu ? 4096 : 512)],
        samples: 3,
      },
    };
  });

  get canStart(): boolean {
    return this.#machine.backends !== null && this.lab.jobs.running === null;
  }
  readonly isSmall: boolean = $derived.by(() => {
    const macs = MIXER_KINDS.reduce((sum, kind) => sum + mixerMacs({ ...this.setting, kind }), 0);
    return macs <= MOST_MACS[this.kind];
  });

  /** Was exactly this measured? */
  isCurrent(name: SweepName): boolean {
    return isSame(this.lab.sweeps[name]?.sweep, this.sweeps[name]);
  }
  measure(name: SweepName): Promise<void> {
    return this.lab.startSweep(name, this.sweeps[name]);
  }
  /** Nothing when a setting has changed since. */
  lines(name: SweepName): MixerLine[] {
    return this.isCurrent(name) ? this.lab.lines(name) : [];
  }
  lineOf(name: SweepName, kind: MixerKind): MixerLine | null {
    return this.lines(name).find((line) => line.kind === kind) ?? null;
  }
  /** Time of one run at the sizes in use. */
  timeOf(kind: MixerKind): Quartiles | null {
    return this.lineOf('now', kind)?.points[0]?.ms ?? null;
  }
  /** Why there is no such time; null where there is one, or nothing was measured. */
  gapOf(kind: MixerKind): MixerGap | null {
    if (!this.isCurrent('now')) return null;
    return this.lab.sweeps['now']?.gaps.find(({ problem }) => problem.kind === kind) ?? null;
  }
  /** Of the mixers that are drawn. */
  readonly crossovers: readonly Crossover[] = $derived.by(() => {
    const isShown = this.isCurrent('length');
    return this.lab
      .crossovers(this.setting)
      .filter(({ attention, rival }) => this.kinds.includes(attention) && this.kinds.includes(rival))
      .map((one) => (isShown ? one : { ...one, measured: {} }));
  });
}
