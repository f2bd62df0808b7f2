// Views of what is measured of a device: its roofline, the plans a tuning tried, the benchmark's rows.
import type { ComponentProps } from 'svelte';
import type { BenchmarkRow } from '../../src/contract/benchmark.ts';
import type { DevicePeak } from '../../src/contract/device-peak.ts';
import type { PlanTrial } from '../../src/contract/tuning.ts';
import { SERIES, type Series } from '../../src/contract/workbench.ts';
import { textIn, type Text } from '../../src/i18n/text.ts';
import { pictureTrials } from '../../src/labs/attention/picture-trials.ts';
import BenchmarkTable from '../../src/ui/charts/BenchmarkTable.svelte';
import RooflineChart from '../../src/ui/charts/RooflineChart.svelte';
import TrialsTable from '../../src/ui/charts/TrialsTable.svelte';
import { benchmarkLines } from '../../src/viz/benchmark-rows.ts';
import { seriesShares } from '../../src/viz/roofline-chart.ts';
import { measurement } from './timing-numbers.ts';
import { view, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const localeOf = (text: Text) => (text === zh ? 'zh-Hans' : 'en');

/** Made-up limits, to show how they are drawn. */
function peak(backend: 'webgpu' | 'cpu', flops: number, bytes: number): DevicePeak {
  const around = (rate: number) => ({ samples: [0.98, 1, 1.01].map((x) => x * rate), warmUps: 2, sampleMs: 30 });
  const device = backend === 'cpu' ? 'CPU, 2 threads' : 'a GPU';
  const clock = backend === 'cpu' ? ('wall' as const) : ('kernel' as const);
  return { backend, device, clock, timerResolutionMs: null, flops: around(flops), bytes: around(bytes) };
}

const GPU = peak('webgpu', 8e12, 4e11);
const CPU = peak('cpu', 1.5e10, 4e10);

function roofline(name: string, peaks: DevicePeak[], series: readonly Series[], text: Text = en): View {
  const shares = seriesShares(
    series.map((one) => measurement(one, 1024)),
    peaks,
  );
  const props: ComponentProps<typeof RooflineChart> = {
    peaks,
    shares,
    names: {
      'gpu-full': text.series_gpu_full(),
      'gpu-windowed': text.series_gpu_windowed(),
      'cpu-full': text.series_cpu_full(),
      'cpu-windowed': text.series_cpu_windowed(),
    },
    backendNames: { webgpu: text.backend_webgpu(), cpu: text.backend_cpu() },
    labels: {
      x: text.limits_x(),
      y: text.limits_y(),
      compute: text.limits_compute(),
      copy: text.limits_copy(),
      ridge: text.limits_ridge(),
      intensity: text.limits_intensity(),
      rate: text.phase_rate(),
      share: text.limits_share(),
      bound: text.limits_bound(),
    },
    boundNames: { compute: text.limits_by_compute(), memory: text.limits_by_memory() },
    summary: text.limits_chart(),
    tableCaption: text.timing_table(),
    locale: localeOf(text),
  };
  return view(name, RooflineChart, props, {
    shows: [{ role: 'img', name: text.limits_chart() }],
    texts: [text.limits_x(), text.limits_y()],
  });
}

export const ROOFLINE_VIEWS: View[] = [
  roofline('Roofline: two devices, four series', [GPU, CPU], SERIES),
  roofline('Roofline: two devices, four series, Chinese', [GPU, CPU], SERIES, zh),
  roofline('Roofline: a device before anything was timed', [CPU], []),
];

const TRIALS: PlanTrial[] = [
  { plan: 'rows 8×1', samples: [5.2, 5.1, 5.4], clock: 'kernel', verdict: 'slower', errorShare: 0.02 },
  { plan: 'rows 8×4', samples: [3.1, 3, 3.2], clock: 'kernel', verdict: 'chosen', errorShare: 0.02 },
  { plan: 'tiles 32×16, subgroups', samples: [], clock: 'kernel', verdict: 'wrong', errorShare: 41 },
  { plan: 'tiles 64×16', samples: [], clock: 'kernel', verdict: 'failed', errorShare: null, reason: 'no room' },
];

const verdictNames = (text: Text) => ({
  chosen: text.verdict_chosen(),
  slower: text.verdict_slower(),
  wrong: text.verdict_wrong(),
  failed: text.verdict_failed(),
});

function trialTable(name: string, text: Text, caption: string, rows: PlanTrial[]): View {
  const verdicts = verdictNames(text);
  const labels = { plan: text.trial_plan(), time: text.trial_time(), verdict: text.trial_verdict() };
  const props = { trials: rows, caption, labels, verdicts, locale: localeOf(text) } as const;
  return view(name, TrialsTable, props, {
    shows: [{ role: 'table', name: caption }],
    texts: rows.flatMap(({ plan, verdict }) => [plan, verdicts[verdict]]),
  });
}

const trials = (name: string, text: Text) => trialTable(name, text, text.plans_tried(), TRIALS);

function pictures(name: string, text: Text): View {
  const trial = { blockKeys: 16, afterMs: [38, 41, 40], passingMs: [29, 30, 33], errorShare: 0.1 };
  const names = { after: text.trial_picture_after(), passing: text.trial_picture_passing() };
  const rows = pictureTrials({ ...trial, verdict: 'chosen' }, names);
  return trialTable(name, text, text.plans_picture({ keys: '16' }), rows);
}

export const TRIAL_VIEWS: View[] = [
  trials('Plans tried', en),
  trials('Plans tried, Chinese', zh),
  pictures('A picture made in passing', en),
  pictures('A picture made in passing, Chinese', zh),
];

function row(name: string, more: Partial<BenchmarkRow>): BenchmarkRow {
  return {
    case: name,
    family: 'full, 1 × 64',
    backend: 'cpu',
    device: 'CPU, 2 threads',
    plan: null,
    heads: 1,
    queryLength: 1024,
    headDim: 64,
    storage: 'f32',
    pairs: 1024 * 1024,
    kernelMs: [20, 21, 23],
    wallMs: [22, 22, 25],
    uploadMs: [0.6],
    readbackMs: [0.2],
    pictureMs: [11],
    warmUps: 2,
    runsPerSample: 1,
    timerResolutionMs: null,
    flops: 2.7e8,
    bytes: 1e6,
    rooflineShare: 0.86,
    boundBy: 'compute',
    largestError: 3e-9,
    ...more,
  };
}

const ROWS = [
  row('full, 1 × 64, n 1024', {}),
  row('full, 1 × 64, n 1024', {
    backend: 'webgpu',
    plan: 'tiles 64×16',
    kernelMs: [0.21, 0.22, 0.22],
    rooflineShare: 0.53,
  }),
  row('window ±64, 1 × 64, n 4096', { rooflineShare: null, boundBy: null, kernelMs: [] }),
];

function rows(name: string, text: Text): View {
  const labels = {
    case: text.benchmark_case(),
    backend: text.benchmark_backend(),
    plan: text.trial_plan(),
    time: text.benchmark_time(),
    rate: text.benchmark_rate(),
    share: text.limits_share(),
    error: text.benchmark_error(),
  };
  const props = {
    rows: benchmarkLines(ROWS, localeOf(text)),
    caption: text.benchmark_rows(),
    labels,
    backendNames: { webgpu: text.backend_webgpu(), cpu: text.backend_cpu() },
    clockNames: { kernel: text.phase_kernel(), wall: text.phase_wall() },
  };
  return view(name, BenchmarkTable, props, {
    shows: [{ role: 'table', name: text.benchmark_rows() }],
    texts: ['tiles 64×16', ...props.rows.map(({ timeText }) => timeText)],
  });
}

export const BENCHMARK_VIEWS: View[] = [rows('Benchmark rows', en), rows('Benchmark rows, Chinese', zh)];
