// Views of the charts of speed-ups: before and after, error over time; and of formulas.
import type { ComponentProps } from 'svelte';
import { quartiles } from '../../src/theory/statistics.ts';
import FrontierChart from '../../src/ui/charts/FrontierChart.svelte';
import GainBars from '../../src/ui/charts/GainBars.svelte';
import MathText from '../../src/ui/MathText.svelte';
import type { FrontierMask } from '../../src/viz/frontier-chart.ts';
import type { GainBarRow, GainResult } from '../../src/viz/gain-bars.ts';
import { view, type View } from './view.ts';

const SPREAD = [0.93, 1, 1.04, 1.15];

/** Made-up times, to show how they are drawn. */
function result(backend: 'cpu' | 'webgpu', beforeMs: number, ms: number): GainResult {
  const own = quartiles(SPREAD.map((factor) => factor * ms));
  const before = quartiles(SPREAD.map((factor) => factor * beforeMs));
  return {
    backend,
    ms: own,
    gain: {
      lower: before.lower / own.upper,
      median: before.median / own.median,
      upper: before.upper / own.lower,
    },
  };
}

const row = (id: string, name: string, predicted: number, ms: number | null, more: Partial<GainBarRow> = {}) => ({
  id,
  name,
  predicted,
  results: ms === null ? [] : [result('cpu', 340, ms)],
  ...more,
});

const LABELS = {
  measured: 'measured',
  predicted: 'predicted',
  alsoPredicted: 'single gains multiplied',
  share: 'share of the work before',
  time: 'time',
  before: 'before',
  name: 'speed-up',
  range: 'quartiles',
  gain: 'measured gain',
  deviation: 'measured over predicted',
};
const common = {
  labels: LABELS,
  backendNames: { webgpu: 'WebGPU', cpu: 'CPU' },
  summary: 'Speed-ups, measured beside predicted',
  tableHeading: 'As a table',
};

function gains(name: string, rows: GainBarRow[], more: Partial<ComponentProps<typeof GainBars>> = {}): View {
  return view(
    name,
    GainBars,
    { ...common, rows, ...more },
    {
      shows: [
        { role: 'list', name: common.summary },
        ...(more.onchoose ? [{ role: 'button', name: rows[1]!.name }] : []),
      ],
      texts: [
        'predicted ×2.00',
        rows.some(({ results }) => results.length > 0) ? 'before' : 'share of the work before',
      ],
    },
  );
}

const MEASURED: GainBarRow[] = [
  row('base', 'As it is', 1, 340),
  row('window', 'Window ±32', 1.54, 205, { color: 'var(--windowed)' }),
  row('half-layers', 'Half the layers', 2, 160),
  row('int8', 'Weights in 8 bits', 1, 410, { note: 'Slower here: every weight is turned back into a float.' }),
];

export const GAIN_VIEWS: View[] = [
  gains('Gains: measured beside predicted', MEASURED),
  gains(
    'Gains: two backends',
    MEASURED.map((one, n) => ({ ...one, results: [...one.results, result('webgpu', 90, 90 / (n + 1))] })),
    { onchoose: () => {}, chosen: 'window' },
  ),
  gains(
    'Gains: nothing measured yet',
    MEASURED.map((one) => ({ ...one, results: [] })),
    { pending: true },
  ),
  gains('Gains: together, with two predictions', [
    MEASURED[0]!,
    row('half', 'Half the layers', 2, 171),
    row('all', 'Together', 3.1, 121, { alsoPredicted: 2.8 }),
  ]),
];

const mask = (
  id: string,
  kind: FrontierMask['kind'],
  label: string,
  error: number,
  ms: number | null,
): FrontierMask => ({
  id,
  kind,
  label,
  error,
  ms: ms === null ? null : quartiles(SPREAD.map((factor) => factor * ms)),
});

function frontier(name: string, masks: FrontierMask[], shown: string): View {
  const props: ComponentProps<typeof FrontierChart> = {
    masks,
    kindNames: { full: 'full attention', plain: 'window', dilated: 'dilated', global: 'with a global token' },
    labels: {
      x: 'time',
      y: 'error',
      frontier: 'frontier',
      mask: 'mask',
      time: 'time',
      range: 'quartiles',
      error: 'error',
    },
    summary: 'Error over time',
    tableHeading: 'As a table',
    marked: 'w16',
  };
  return view(name, FrontierChart, props, { shows: [{ role: 'img', name: 'Error over time' }], texts: [shown] });
}

const MASKS = [
  mask('full', 'full', 'full', 0, 42),
  mask('w4', 'plain', '±4', 0.62, 1.1),
  mask('w16', 'plain', '±16', 0.41, 3.2),
  mask('w64', 'plain', '±64', 0.2, 11),
  mask('d16', 'dilated', '±64, every 4th', 0.35, 3.3),
  mask('g4', 'global', '±4 + 1', 0.31, 1.4),
];

export const FRONTIER_VIEWS: View[] = [
  frontier('Frontier: times far apart', MASKS, '±64'),
  frontier('Frontier: times close together', MASKS.map((one, n) => ({ ...one, ms: mask('', 'plain', '', 0, 10 - n).ms })), '±16'), // prettier-ignore
];

export const MATH_VIEWS: View[] = [
  view(
    'Formula',
    MathText,
    { formula: 'L ( 4 n d^2 + 2 n^2 d + 2 n d d_ff ) = 201,326,592' },
    { texts: ['201,326,592'] },
  ),
  view('Formula with a fraction and words', MathText, { formula: 'r < \\frac { m n } { m + n } = 64 "columns"' }, { texts: ['columns'] }), // prettier-ignore
];
