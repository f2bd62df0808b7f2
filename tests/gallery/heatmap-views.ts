// Views of the heatmap under every mask and scale, alone and with its axes.
import type { ComponentProps } from 'svelte';
import { textIn, type Text } from '../../src/i18n/text.ts';
import Heatmap from '../../src/ui/Heatmap.svelte';
import { cellStates } from '../../src/viz/cell-states.ts';
import { ramp, type RampName, type WeightRamp } from '../../src/viz/color-ramp.ts';
import { largestOf, type ScaleKind } from '../../src/viz/color-scale.ts';
import { formatCount } from '../../src/viz/format.ts';
import { differenceOf, paintDifference, paintWeights } from '../../src/viz/heatmap-pixels.ts';
import { hiddenRegions } from '../../src/viz/hidden-regions.ts';
import LabelledHeatmap from './LabelledHeatmap.svelte';
import { attentionOver, CHARACTERS, pairsOf, weightsOf, WORDS, type Attention } from './sentence.ts';
import { view, type Probe, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const N = WORDS.length;

type HeatmapProps = ComponentProps<typeof Heatmap>;
const color = (name: RampName, entry: number): [number, number, number] => {
  const [r, g, b] = ramp(name).subarray(3 * entry, 3 * entry + 3);
  return [r!, g!, b!];
};
const placeOfLargest = (weights: Float32Array, size: number) => {
  const at = weights.indexOf(largestOf(weights));
  return { row: Math.floor(at / size), column: at % size };
};

interface Picture {
  size?: number;
  scale?: ScaleKind;
  cmap?: WeightRamp;
  head?: number;
}

/** A heatmap's props from real weights; `more` are props that do not follow from them. */
function heatmapOf(attention: Attention, { size = N, scale = 'linear', cmap = 'viridis', head = 0 }: Picture = {}) {
  const weights = weightsOf(attention, head, size);
  const { queryLength, keyLength, mask } = attention.problem;
  const viewport = { rows: [0, queryLength] as [number, number], columns: [0, keyLength] as [number, number] };
  const states = cellStates(attention.problem, { ...viewport, height: size, width: size });
  const regions = hiddenRegions(attention.problem, { ...viewport, height: size, width: size });
  const isFull = mask.left === Infinity && mask.right === Infinity && mask.dilation === 1;
  const props: HeatmapProps = {
    title: isFull ? en.picture_full() : en.picture_windowed(),
    note: en.pairs_note({ pairs: formatCount(pairsOf(attention), 'en') }),
    variant: isFull ? 'full' : 'windowed',
    pixels: paintWeights(weights, { height: size, width: size }, { ramp: ramp(cmap), scale, states }),
    width: size,
    height: size,
    viewport,
    cursor: null,
    pinned: null,
    pooledNote: '',
    stale: false,
    causalPath: regions.causal,
    outsidePath: regions.outside,
  };
  return { props, top: { ...placeOfLargest(weights, size), color: color(cmap, 255) } satisfies Probe, weights };
}

const picture = (
  name: string,
  attention: Attention,
  options: Picture,
  hidden: readonly [number, number][],
  more = {},
) => {
  const { props, top } = heatmapOf(attention, options);
  const probes = [top, ...hidden.map(([row, column]) => ({ row, column, color: 'transparent' as const }))];
  return view(name, Heatmap, { ...props, ...more }, { shows: [{ role: 'figure', name: props.title }], probes });
};

const full = attentionOver(N);
const causal = attentionOver(N, { mask: { causal: true } });
const windowed = attentionOver(N, { mask: { window: { left: 3, right: 3 } } });
const causalWindow = attentionOver(N, { mask: { causal: true, window: { left: 4, right: 0 }, globalTokens: 2 } });
const dilated = attentionOver(N, { mask: { window: { left: 8, right: 8 }, dilation: 4 } });
const sharp = attentionOver(N, { scale: 12 });
const long = attentionOver(96, { mask: { window: { left: 12, right: 12 } } });
const cell = { query: 9, key: 6 };

/** Windowed minus full, on the ramp made for a ground. */
function difference(theme: 'light' | 'dark'): View {
  const change = differenceOf(heatmapOf(windowed).weights, heatmapOf(full).weights);
  const name = `difference-${theme}` as const;
  const { props } = heatmapOf(full);
  const isEqual = change.indexOf(0);
  const largest = placeOfLargest(change, N);
  const isLimit = Math.max(...change) >= -Math.min(...change);
  const probes: Probe[] = isLimit
    ? [{ ...largest, color: color(name, 255) }]
    : [
        {
          ...placeOfLargest(
            change.map((x) => -x),
            N,
          ),
          color: color(name, 0),
        },
      ];
  if (isEqual >= 0) probes.push({ row: Math.floor(isEqual / N), column: isEqual % N, color: color(name, 128) });
  return view(
    `Heatmap: difference on a ${theme} ground`,
    Heatmap,
    {
      ...props,
      title: en.picture_difference(),
      note: '',
      variant: 'difference',
      pixels: paintDifference(change, { height: N, width: N }, { ramp: ramp(name) }),
    },
    { theme, shows: [{ role: 'figure', name: 'Windowed − full' }], probes },
  );
}

/** Nothing but exact zeros, as a ready matrix may hold. */
const zeros = view(
  'Heatmap: all weights zero',
  Heatmap,
  {
    ...heatmapOf(full).props,
    pixels: paintWeights(new Float32Array(N * N), { height: N, width: N }, { ramp: ramp('viridis'), scale: 'linear' }),
  },
  {
    shows: [{ role: 'figure', name: 'Full attention' }],
    probes: [
      { row: 0, column: 0, color: color('viridis', 0) },
      { row: 23, column: 23, color: color('viridis', 0) },
    ],
  },
);

function labelled(name: string, text: Text, tokens: readonly string[] | null, attention: Attention): View {
  const { props, top } = heatmapOf(attention, attention === long ? { size: 48 } : {});
  const title = attention.problem.mask.left < Infinity ? text.picture_windowed() : text.picture_full();
  const pooledNote = attention === long ? text.pooled_max({ rows: '2', columns: '2' }) : '';
  return view(
    name,
    LabelledHeatmap,
    {
      heatmap: { ...props, title, pooledNote, note: '', cursor: cell, pinned: { query: 17, key: 15 } },
      tokens,
      names: { query: text.word_query(), key: text.word_key(), grid: text.grid_name() },
      cellName: (query: number, key: number) => text.cell_place({ query: String(query), key: String(key) }),
    },
    {
      shows: [
        { role: 'figure', name: title },
        { role: 'grid', name: text.grid_name() },
        { role: 'gridcell', name: text.cell_place({ query: '9', key: '6' }) },
      ],
      texts: [`${text.word_query()} ↓`, `${text.word_key()} →`],
      probes: [top],
    },
  );
}

export const HEATMAP_VIEWS: View[] = [
  picture('Heatmap: full', full, {}, []),
  picture('Heatmap: causal', causal, {}, [
    [0, 1],
    [10, 23],
  ]),
  picture('Heatmap: window', windowed, {}, [
    [0, 4],
    [23, 0],
  ]),
  picture('Heatmap: causal window with global tokens', causalWindow, {}, [
    [3, 4],
    [20, 10],
  ]),
  picture('Heatmap: dilated window', dilated, {}, [
    [8, 9],
    [8, 17],
  ]),
  picture(
    'Heatmap: pooled, magma',
    long,
    { size: 24, cmap: 'magma' },
    [
      [0, 23],
      [23, 0],
    ],
    { pooledNote: 'max of 4 × 4' },
  ),
  picture('Heatmap: sharp weights, logarithmic', sharp, { scale: 'log' }, []),
  picture('Heatmap: each row on its own scale, greys', causal, { scale: 'row', cmap: 'greys' }, [[5, 6]]),
  picture('Heatmap: cursor, pinned cell, cividis', windowed, { cmap: 'cividis' }, [[0, 10]], {
    cursor: cell,
    pinned: { query: 2, key: 2 },
  }),
  picture('Heatmap: of an earlier setting', full, {}, [], { stale: true }),
  zeros,
  view(
    'Heatmap: before the first answer',
    Heatmap,
    { ...heatmapOf(full).props, pixels: null, note: '' },
    { shows: [{ role: 'figure', name: 'Full attention' }] },
  ),
  difference('light'),
  difference('dark'),
  labelled('Heatmap with words', en, WORDS, full),
  labelled('Heatmap with characters, Chinese', zh, CHARACTERS, windowed),
  labelled('Heatmap with numbers, pooled', en, null, long),
];
