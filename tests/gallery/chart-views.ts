// Views of the timing charts and of the marks they are drawn with.
import type { ComponentProps } from 'svelte';
import { textIn, type Text } from '../../src/i18n/text.ts';
import type { Series } from '../../src/contract/workbench.ts';
import PhaseMark from '../../src/ui/charts/PhaseMark.svelte';
import SweepChart from '../../src/ui/charts/SweepChart.svelte';
import TimingBars from '../../src/ui/charts/TimingBars.svelte';
import { PHASES, sweepSeries, timingRows } from '../../src/viz/timing-series.ts';
import { measurementsAt, sweepOf } from './timing-numbers.ts';
import { view, type View, type ViewOptions } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const localeOf = (text: Text) => (text === zh ? 'zh-Hans' : 'en');
const namesIn = (text: Text): Record<Series, string> => ({
  'gpu-full': text.series_gpu_full(),
  'gpu-windowed': text.series_gpu_windowed(),
  'cpu-full': text.series_cpu_full(),
  'cpu-windowed': text.series_cpu_windowed(),
});

function bars(
  name: string,
  length: number,
  series: readonly Series[],
  more: Partial<ComponentProps<typeof TimingBars>> = {},
  texts: readonly string[] = [],
  text: Text = en,
): View {
  const names = namesIn(text);
  const rows = timingRows(measurementsAt(length, series), localeOf(text));
  const options: ViewOptions = {
    shows: [{ role: 'img', name: text.timing_summary() }],
    texts: [...Object.values(names), text.timing_table(), ...rows.map(({ wallText }) => wallText), ...texts],
  };
  const labels = {
    kernel: text.phase_kernel(),
    wall: text.phase_wall(),
    upload: text.phase_upload(),
    readback: text.phase_readback(),
    rate: text.phase_rate(),
  };
  const words = {
    summary: text.timing_summary(),
    tableCaption: text.timing_table(),
    fastestLabel: text.timing_fastest(),
    locale: localeOf(text) as 'en' | 'zh-Hans',
  };
  return view(name, TimingBars, { rows, names, labels, ...words, ...more }, options);
}

const ALL: Series[] = ['gpu-full', 'gpu-windowed', 'cpu-full', 'cpu-windowed'];
const CPU: Series[] = ['cpu-full', 'cpu-windowed'];
export const BAR_VIEWS: View[] = [
  bars('Timing: four series', 1024, ALL, {}, ['fastest']),
  bars('Timing: four series, Chinese', 1024, ALL, {}, ['最快'], zh),
  bars('Timing: so far apart that the axis is logarithmic', 8192, ALL, {}, ['log₁₀']),
  bars('Timing: no GPU', 1024, CPU, { gaps: { 'gpu-full': 'no WebGPU', 'gpu-windowed': 'no WebGPU' } }, ['no WebGPU']),
  bars('Timing: two series still to come', 1024, CPU, { pending: true }, ['…']),
  bars('Timing: all still to come', 1024, [], { pending: true }, ['…']),
  bars('Timing: nothing measured', 1024, [], {}, ['–']),
];

function sweep(
  name: string,
  lengths: readonly number[],
  series: readonly Series[],
  shown: string,
  text: Text = en,
): View {
  const props = {
    series: sweepSeries(sweepOf(lengths, series)),
    names: namesIn(text),
    xLabel: text.sweep_x(),
    yLabel: text.sweep_y(),
    theoryLabel: text.sweep_theory(),
    gpuLosesLabel: text.sweep_gpu_loses(),
    summary: text.sweep_summary(),
    tableCaption: text.timing_table(),
    locale: localeOf(text) as 'en' | 'zh-Hans',
  };
  return view(name, SweepChart, props, { shows: [{ role: 'img', name: text.sweep_summary() }], texts: [shown] });
}
const LENGTHS = [128, 256, 512, 1024, 2048, 4096];
export const SWEEP_VIEWS: View[] = [
  sweep('Sweep: four series', LENGTHS, ALL, 'the GPU loses here'),
  sweep('Sweep: four series, Chinese', LENGTHS, ALL, '此处 GPU 落败', zh),
  sweep('Sweep: no GPU', LENGTHS, CPU, 'CPU window'),
  sweep('Sweep: one length so far', [512], ALL, 'GPU full'),
];

export const MARK_VIEWS: View[] = PHASES.map((phase) =>
  view(`Mark: ${phase}`, PhaseMark, { phase, x: 8, y: 8 }, { frame: 'svg' }),
);
