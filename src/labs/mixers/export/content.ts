// What the lab shows, made ready for `saving/lab-file.ts`: its charts, Table 1 and every measured point. Loaded when first needed.
import { MIXER_KINDS, type MixerMeasurement } from '../../../contract/mixers.ts';
import type { PageLanguage } from '../../../state/lab-context.ts';
import { median, quartiles, workTimes } from '../../../theory/statistics.ts';
import type { ExportTable, LabContent } from '../../saving/lab-file.ts';
import { mixerName, wordsIn, type Words } from '../lab-words.ts';
import type { MixersView } from '../mixers-view.svelte.ts';

export interface ExportedLab {
  readonly view: MixersView;
  readonly language: PageLanguage;
  readonly siteUrl: string;
  readonly description: string;
  /** Holds the figures. */
  readonly root: Element | null;
}

function tableOne({ lab, setting }: MixersView, words: Words): ExportTable {
  return {
    name: words.say.mixers_table_heading(),
    columns: ['mixer', 'operations', 'macs', 'sequential', 'path', 'n', 'd', 'k', 'w', 'heads'],
    rows: lab
      .table(setting)
      .map(({ kind, operations, macs, stepCount, pathLength }) => [
        mixerName(words, kind),
        operations,
        macs,
        stepCount,
        pathLength === Infinity ? null : pathLength,
        setting.length,
        setting.width,
        setting.kernel,
        setting.window,
        setting.heads,
      ]),
  };
}

function measuredTable(name: string, measured: readonly MixerMeasurement[], words: Words): ExportTable {
  const columns = ['mixer', 'backend', 'device', 'n', 'd', 'heads', 'clock', 'median ms', 'lower ms', 'upper ms', 'wall ms', 'samples', 'runs per sample', 'scan']; // prettier-ignore
  const rows = measured.map((one) => {
    const { ms, clock } = workTimes(one);
    const { lower, median: middle, upper } = quartiles(ms);
    const { kind, length, width, heads } = one.problem;
    return [mixerName(words, kind), one.backend, one.device, length, width, heads, clock, middle, lower, upper, median(one.wall), ms.length, one.runsPerSample, one.scanPlan ?? '']; // prettier-ignore
  });
  return { name, columns, rows };
}

export function contentOf({ view, language, siteUrl, description, root }: ExportedLab): LabContent {
  const words = wordsIn(language);
  const { say } = words;
  const names = { now: say.mixers_table_heading(), length: say.mixers_over_n(), width: say.mixers_over_d(), gain: say.mixers_gain_heading() }; // prettier-ignore
  const shown = (['now', 'length', 'width', 'gain'] as const).filter((name) => view.isCurrent(name));
  const sweeps = shown.map((name) => ({ name, ...view.lab.sweeps[name]! }));
  const devices = [...new Set(sweeps.flatMap(({ measured }) => measured.map(({ device }) => device)))];
  const { length, width, heads, window, kernel, dilation, seed } = view.setting;
  return {
    name: 'table-1',
    title: words.text.lab_mixers(),
    subtitle: `n = ${length}, d = ${width}, h = ${heads}, w = ${window}, k = ${kernel}, seed = ${seed}`,
    description,
    source: [
      devices.length > 0 ? say.mixers_export_measured({ device: devices.join(', ') }) : say.mixers_export_unmeasured(),
      say.mixers_choice_clock(),
      say.mixers_source_vaswani(),
    ],
    pictures: [...(root?.querySelectorAll<SVGSVGElement>('[data-figure="length"] > .chart > svg, [data-figure="width"] > .chart > svg') ?? [])], // prettier-ignore
    tables: [tableOne(view, words), ...sweeps.map(({ name, measured }) => measuredTable(names[name], measured, words))],
    results: {
      setting: { length, width, heads, window, kernel, dilation, seed },
      tableOne: view.lab.table(view.setting),
      crossovers: view.lab.crossovers(view.setting),
      kinds: MIXER_KINDS,
      sweeps,
    },
    values: view.values,
    siteUrl,
  };
}
