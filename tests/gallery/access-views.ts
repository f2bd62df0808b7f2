// Views of what stands beside the heatmaps: arcs with their keyboard list, tables, the bar of choices, the live region.
import { textIn, type Text } from '../../src/i18n/text.ts';
import { Announcer } from '../../src/state/announcer.svelte.ts';
import Choices from '../../src/ui/Choices.svelte';
import LiveRegion from '../../src/ui/LiveRegion.svelte';
import NumberTable from '../../src/ui/NumberTable.svelte';
import ArcPicture from '../../src/ui/ArcPicture.svelte';
import QueryList from '../../src/ui/QueryList.svelte';
import WeightsTable from '../../src/ui/WeightsTable.svelte';
import { tokenLabels, tokenText } from '../../src/viz/axis-labels.ts';
import { formatCount, formatWeight } from '../../src/viz/format.ts';
import { strongestPairs } from '../../src/viz/strong-pairs.ts';
import { strongestRows } from '../../src/viz/weight-rows.ts';
import { attentionOver, weightsOf, WORDS } from './sentence.ts';
import { view, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const N = WORDS.length;
const nothing = () => {};
const full = attentionOver(N, { scale: 3 });
const windowed = attentionOver(N, { scale: 3, mask: { window: { left: 3, right: 3 } } });
const whole = { rows: [0, N] as [number, number], columns: [0, N] as [number, number] };
const HEIGHT_PX = 432;

function arcs(name: string, text: Text, variant: 'full' | 'windowed', active: number | null): View {
  const values = weightsOf(variant === 'full' ? full : windowed, 0, N);
  const labels = tokenLabels(WORDS, [0, N], HEIGHT_PX, 12);
  const title = text[`picture_${variant}`]();
  return view(
    name,
    ArcPicture,
    {
      title,
      variant,
      pairs: strongestPairs({ values, height: N, width: N, firstQuery: 0, firstKey: 0 }, { mass: 0.7, most: 12 }),
      strongest: 1,
      viewport: whole,
      height: HEIGHT_PX,
      queries: labels,
      keys: labels,
      active,
      activeLabel: active === null ? null : labels[active]!,
      names: { query: text.word_query(), key: text.word_key() },
      summary: 'Strongest link',
      wordsLang: 'en',
      stale: false,
      onhover: nothing,
      onpin: nothing,
    },
    {
      shows: [
        { role: 'figure', name: title },
        { role: 'img', name: 'Strongest link' },
      ],
      texts: ['because', 'tired', `${text.word_query()} ↓`],
    },
  );
}

const list = (name: string, count: number, active: number, options: number) =>
  view(
    name,
    QueryList,
    {
      name: en.arcs_queries(),
      count,
      range: [0, count],
      active,
      pinned: active,
      optionName: (query: number) => `query ${query}`,
      onmove: nothing,
      onpin: nothing,
      ondismiss: nothing,
      onleave: nothing,
    },
    {
      frame: 'plot',
      shows: [
        { role: 'listbox', name: en.arcs_queries() },
        { role: 'option', name: 'query', count: options },
      ],
    },
  );

const picture = {
  generation: 1,
  head: 0,
  ...whole,
  height: N,
  width: N,
  pooling: 'max' as const,
  wallMs: 0,
  full: weightsOf(full, 0, N),
  windowed: weightsOf(windowed, 0, N),
};
const problems = { full: full.problem, windowed: windowed.problem };
function table(
  name: string,
  text: Text,
  locale: 'en' | 'zh-Hans',
  most: number,
  act?: (target: Element) => void,
): View {
  const caption = text.table_caption({ head: '1', what: text.table_strongest({ count: String(most) }) });
  return view(
    name,
    WeightsTable,
    {
      caption,
      rows: strongestRows(picture, problems, most),
      names: {
        query: text.word_query(),
        key: text.word_key(),
        full: text.word_full(),
        windowed: text.word_windowed(),
        rank: text.column_rank(),
      },
      position: (_: string, index: number) => ({ number: String(index), token: tokenText(WORDS[index]!) }),
      wordsLang: 'en',
      weight: (value: number) => formatWeight(value, locale),
      count: (value: number) => formatCount(value, locale),
      hiddenText: { full: text.swatch_masked(), windowed: text.swatch_outside() },
      pager: {
        page: (from: string, to: string, of: string) => text.table_page({ from, to, of }),
        previous: text.table_previous(),
        next: text.table_next(),
      },
      marked: { query: 9, key: 6 },
    },
    {
      shows: [
        { role: 'table', name: caption },
        { role: 'columnheader', name: '', count: 5 },
        { role: 'rowheader', name: '', count: Math.min(100, N * most) },
      ],
      texts: [text.swatch_outside()],
      ...(act ? { act } : {}),
    },
  );
}

export const ARC_VIEWS: View[] = [
  arcs('Arcs: every query', en, 'full', null),
  arcs('Arcs: one query stands out', en, 'full', 11),
  arcs('Arcs: windowed, Chinese', zh, 'windowed', 11),
  list('Queries for the keyboard: all', 24, 11, 24),
  list('Queries for the keyboard: the end of 512', 512, 511, 32),
];
export const TABLE_VIEWS: View[] = [
  table('Table of weights', en, 'en', 3),
  table('Table of weights: Chinese, in pages', zh, 'zh-Hans', 5),
  table('Table of weights: sorted by the window', en, 'en', 3, (target) =>
    target.querySelectorAll<HTMLElement>('thead button')[3]!.click(),
  ),
  view(
    'Table twin of a small picture',
    NumberTable,
    {
      heading: en.table_heading(),
      caption: en.heads_heading(),
      columns: [en.column_head(), en.column_entropy(), en.column_distance()],
      rows: () =>
        [1.234, 0.5, 2.2].map((value, head) => ({
          name: String(head + 1),
          place: head,
          cells: [
            { text: String(value), value },
            { text: String(10 - head), value: 10 - head },
          ],
        })),
      open: true,
    },
    {
      shows: [
        { role: 'table', name: en.heads_heading() },
        { role: 'rowheader', name: '', count: 3 },
      ],
    },
  ),
];
export const CHOICE_VIEWS: View[] = [
  view(
    'Choices: views',
    Choices,
    {
      label: en.view_heading(),
      value: 'arcs',
      options: [
        { value: 'heatmap', text: en.view_heatmap() },
        { value: 'arcs', text: en.view_arcs() },
        { value: 'table', text: en.view_table() },
      ],
      onchange: nothing,
    },
    {
      shows: [
        { role: 'radiogroup', name: en.view_heading() },
        { role: 'radio', name: '', count: 3 },
      ],
    },
  ),
  view(
    'Choices: held',
    Choices,
    {
      label: zh.view_heading(),
      value: 'heatmap',
      held: zh.control_locked(),
      options: [
        { value: 'heatmap', text: zh.view_heatmap() },
        { value: 'arcs', text: zh.view_arcs() },
      ],
      onchange: nothing,
    },
    { shows: [{ role: 'radio', name: zh.view_heatmap() }], texts: [zh.control_locked()] },
  ),
  view('Live region', LiveRegion, { announcer: new Announcer() }, { shows: [{ role: 'status', name: '' }] }),
];
