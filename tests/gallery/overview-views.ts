// Views of what stands around the pictures: axes, the keyboard grid, and the wall of heads.
import type { ComponentProps } from 'svelte';
import { textIn, type Text } from '../../src/i18n/text.ts';
import HeadWall from '../../src/ui/HeadWall.svelte';
import TokenAxis from '../../src/ui/TokenAxis.svelte';
import WeightsGrid from '../../src/ui/WeightsGrid.svelte';
import { indexLabels, labelAt, tokenLabels } from '../../src/viz/axis-labels.ts';
import { ramp } from '../../src/viz/color-ramp.ts';
import { formatCount, formatNumber } from '../../src/viz/format.ts';
import { paintWeights } from '../../src/viz/heatmap-pixels.ts';
import { attentionOver, CHARACTERS, headNumbers, weightsOf, WORDS } from './sentence.ts';
import { view, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const N = WORDS.length;
const nothing = () => {};
const sentence = attentionOver(N);

const GRID = {
  name: en.grid_name(),
  rows: N,
  columns: N,
  queryName: (query: number) => WORDS[query]!,
  keyName: (key: number) => WORDS[key]!,
  corner: en.word_query(),
  wordsLang: 'en',
  cellName: (query: number, key: number) => `query ${query} ${WORDS[query]}, key ${key} ${WORDS[key]}`,
  stamp: null,
  ondismiss: nothing,
  onmove: nothing,
  onpin: nothing,
  onzoom: nothing,
  onleave: nothing,
};
export const GRID_VIEWS: View[] = [
  view(
    'Keyboard grid: in the middle',
    WeightsGrid,
    { ...GRID, cursor: { query: 9, key: 6 } },
    {
      frame: 'plot',
      shows: [
        { role: 'grid', name: 'Attention weights' },
        { role: 'row', name: '', count: N + 1 },
        { role: 'columnheader', name: '', count: N + 1 },
        { role: 'rowheader', name: 'because', count: 1 },
        { role: 'gridcell', name: '', count: N * N },
        { role: 'gridcell', name: 'query 9 ▁door, key 6 ▁mat', count: 1 },
      ],
    },
  ),
  view(
    'Keyboard grid: a corner of 512 × 512',
    WeightsGrid,
    {
      ...GRID,
      rows: 512,
      columns: 512,
      queryName: String,
      keyName: String,
      cellName: (query: number, key: number) => `query ${query}, key ${key}`,
      cursor: { query: 0, key: 511 },
    },
    {
      frame: 'plot',
      shows: [
        { role: 'grid', name: 'Attention weights' },
        { role: 'gridcell', name: '', count: 32 * 32 },
        { role: 'gridcell', name: 'query 0, key 511', count: 1 },
      ],
    },
  ),
];

const AXIS_PX = 264;
const axis = (name: string, props: Partial<ComponentProps<typeof TokenAxis>>, texts: string[]) =>
  view(
    name,
    TokenAxis,
    {
      side: 'bottom',
      labels: [],
      active: null,
      size: AXIS_PX,
      name: 'key',
      words: true,
      color: 'var(--muted)',
      ...props,
    },
    { texts },
  );
const range: [number, number] = [0, N];
export const AXIS_VIEWS: View[] = [
  axis('Axis below: words', { labels: tokenLabels(WORDS, range, AXIS_PX, 11) }, ['The', 'mat', 'key →']),
  axis(
    'Axis below: words, one pointed at',
    { labels: tokenLabels(WORDS, range, AXIS_PX, 11), active: labelAt(9, 'door', range, AXIS_PX) },
    ['door'],
  ),
  axis(
    'Axis below: characters, Chinese',
    { labels: tokenLabels(CHARACTERS, range, AXIS_PX, 11), name: zh.word_key() },
    ['猫', '键 →'],
  ),
  axis(
    'Axis below: numbers',
    {
      words: false,
      labels: indexLabels([0, 16384], AXIS_PX, 56, (n) => formatCount(n, 'en')),
      active: labelAt(16383, '16,383', [0, 16384], AXIS_PX),
    },
    ['16,383'],
  ),
  axis('Axis at the left: words', { side: 'left', name: 'query', labels: tokenLabels(WORDS, range, AXIS_PX, 11) }, [
    'because',
    'query ↓',
  ]),
  axis(
    'Axis at the left: numbers',
    { side: 'left', name: 'query', words: false, labels: indexLabels([100, 1124], AXIS_PX, 28) },
    ['200'],
  ),
];

const numbers = headNumbers(sentence);
function wall(name: string, heads: number, drawn: number, text: Text, locale: 'en' | 'zh-Hans'): View {
  const SIZE = 24;
  const thumbnails = Array.from({ length: drawn }, (_, head) => ({
    head,
    size: SIZE,
    pixels: paintWeights(
      weightsOf(sentence, head, SIZE),
      { height: SIZE, width: SIZE },
      { ramp: ramp('viridis'), scale: 'row' },
    ),
    entropy: text.entropy_short({ value: formatNumber(numbers[head]!.entropy, locale) }),
    distance: text.distance_short({ value: formatNumber(numbers[head]!.distance, locale) }),
  }));
  const headName = (head: number) => text.head_name({ number: String(head + 1) });
  return view(
    name,
    HeadWall,
    {
      name: 'Heads overview',
      heads,
      thumbnails,
      locked: Math.min(1, heads - 1),
      entropyLabel: text.entropy_explained(),
      distanceLabel: text.distance_explained(),
      headName,
      describe: (one: { head: number; entropy: string; distance: string }) =>
        text.head_described({ number: String(one.head + 1), entropy: one.entropy, distance: one.distance }),
      onpreview: nothing,
      onlock: nothing,
    },
    { shows: [{ role: 'button', name: headName(0).slice(0, -1), count: heads }], texts: [headName(heads - 1)] },
  );
}
export const WALL_VIEWS: View[] = [
  wall('Heads: one', 1, 1, en, 'en'),
  wall('Heads: four', 4, 4, en, 'en'),
  wall('Heads: twelve, Chinese', 12, 12, zh, 'zh-Hans'),
  wall('Heads: twelve, seven still to come', 12, 5, en, 'en'),
];
