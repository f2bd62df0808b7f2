// Before and after as blocks of a figure: bars of time with their quartiles and predictions, and error over time. Same geometry as
// `ui/charts/GainBars.svelte` and `FrontierChart.svelte`; draws only what it is given.
import type { BackendKind } from '../../contract/engine.ts';
import {
  formatDurationTick,
  formatGain,
  formatGainSpread,
  formatShare,
  formatSpread,
  type FormatLocale,
} from '../format.ts';
import { FRONTIER_KINDS, frontierGeometry, type FrontierKind, type FrontierMask } from '../frontier-chart.ts';
import { gainBars, type GainBarRow } from '../gain-bars.ts';
import type { Block } from './figure.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { fitText, wrapText } from './text-lines.ts';

const WIDTH = 560;
const BAR = 14;
const LINE = 16;
const PX = 11;
/** Colours of rows are the page's variables: here they become the palette's. */
const VARIABLES: Record<string, keyof Palette> = { '--full': 'full', '--windowed': 'windowed', '--ink': 'ink' };
function colorOf(color: string | undefined, palette: Palette): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color ?? '')?.[1];
  return palette[VARIABLES[name ?? ''] ?? 'ink'];
}

export interface GainFigure {
  heading: string;
  rows: readonly GainBarRow[];
  labels: { predicted: string; alsoPredicted: string; before: string; time: string; share: string };
  backendNames: Readonly<Record<BackendKind, string>>;
  locale: FormatLocale;
  palette: Palette;
}

export function gainBlock({ heading, rows, labels, backendNames, locale, palette }: GainFigure): Block {
  const geometry = gainBars(rows, WIDTH - 8);
  const backends = new Set(rows.flatMap(({ results }) => results.map(({ backend }) => backend)));
  let y = 30;
  let drawn = textElement(heading, { x: 0, y: 13, 'font-size': 13, 'font-weight': 600 });
  rows.forEach((row, place) => {
    const color = colorOf(row.color, palette);
    const said = row.results.map(({ backend, ms, gain }) => {
      const name = backends.size > 1 ? `${backendNames[backend]} ` : '';
      return name + (place === 0 ? formatSpread(ms, locale).median : formatGainSpread(gain, locale));
    });
    const numbers = place === 0 ? [...said, labels.before] : [...said, `${labels.predicted} ${formatGain(row.predicted, locale)}`]; // prettier-ignore
    drawn += textElement(fitText(row.name, PX, WIDTH * 0.55), { x: 0, y: y + 10, fill: color, 'font-weight': 600 });
    drawn += textElement(numbers.join('   '), { x: WIDTH, y: y + 10, 'text-anchor': 'end', fill: palette.ink });
    y += LINE;
    for (const bar of geometry.rows[place]?.bars ?? []) {
      const isHere = row.results.some(({ backend }) => backend === bar.backend);
      const isCpu = bar.backend === 'cpu';
      drawn += isHere
        ? element('rect', {
            x: 0.75,
            y: y + 0.75,
            width: Math.max(1, bar.bar - 1.5),
            height: BAR - 1.5,
            fill: isCpu ? 'none' : color,
            stroke: color,
            'stroke-width': 1.5,
            'stroke-dasharray': isCpu ? '4 2.5' : undefined,
          })
        : element('rect', { x: 1, y, width: Math.max(1, bar.predicted - 1), height: BAR, fill: palette.sunken });
      const [lower, upper] = bar.whisker;
      if (isHere)
        drawn += element('path', {
          d: `M${lower} ${y + 7}H${upper}M${lower} ${y + 3.5}V${y + 10.5}M${upper} ${y + 3.5}V${y + 10.5}`,
          stroke: palette.ink,
          fill: 'none',
        });
      drawn += element('path', { d: `M${bar.predicted} ${y - 3}V${y + BAR + 3}`, stroke: palette.ink, 'stroke-width': 2, 'stroke-dasharray': '3 2' }); // prettier-ignore
      if (bar.alsoPredicted !== null)
        drawn += element('path', {
          d: `M${bar.alsoPredicted} ${y + 1}l4.5 6-4.5 6-4.5-6z`,
          fill: palette.surface,
          stroke: palette.ink,
        });
      y += BAR + 8;
    }
    const note = row.note ? wrapText(row.note, 10, WIDTH) : [];
    note.forEach((line, n) => (drawn += textElement(line, { x: 0, y: y + 7 + n * 13, 'font-size': 10, fill: palette.muted }))); // prettier-ignore
    y += note.length * 13 + 4;
  });
  const isMeasured = geometry.unit === 'ms';
  geometry.ticks.forEach(({ x, value }, n) => {
    const words = isMeasured ? formatDurationTick(value, locale) : formatShare(value, locale);
    drawn += textElement(words, { x, y: y + 10, fill: palette.muted, 'text-anchor': n === 0 ? 'start' : 'middle' });
  });
  const legend = [`┊ ${labels.predicted}`, ...(labels.alsoPredicted ? [`◇ ${labels.alsoPredicted}`] : [])].join('   ');
  drawn += textElement(legend, { x: 0, y: y + 27, fill: palette.muted });
  drawn += textElement(isMeasured ? labels.time : labels.share, { x: WIDTH, y: y + 27, 'text-anchor': 'end' });
  return { width: WIDTH, height: y + 34, below: '', rasters: [], above: drawn, definitions: '' };
}

export interface FrontierFigure {
  heading: string;
  masks: readonly FrontierMask[];
  kindNames: Readonly<Record<FrontierKind, string>>;
  labels: { x: string; y: string };
  locale: FormatLocale;
  palette: Palette;
}

const SHAPES: Record<FrontierKind, string> = {
  full: 'l-5 5l5 5l5 -5z',
  plain: 'm-4 5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  dilated: 'l5 9h-10z',
  global: 'm-4 1h8v8h-8z',
};

/** Null without a measured time. */
export function frontierBlock({ heading, masks, kindNames, labels, locale, palette }: FrontierFigure): Block | null {
  const [left, top, height] = [48, 52, 240];
  const width = WIDTH - left - 16;
  const chart = frontierGeometry(masks, { width, height });
  if (!chart) return null;
  const color = (kind: FrontierKind) => (kind === 'full' ? palette.full : palette.windowed);
  const mark = (kind: FrontierKind, x: number, y: number) =>
    element('path', { d: `M${x} ${y - 5}${SHAPES[kind]}`, fill: color(kind) });
  let drawn = '';
  for (const { y, error } of chart.yTicks)
    drawn +=
      element('line', { x1: 0, x2: width, y1: y, y2: y, stroke: palette.rule }) +
      textElement(formatShare(error, locale), { x: -7, y: y + 4, 'text-anchor': 'end', fill: palette.muted });
  for (const { x, ms } of chart.xTicks)
    drawn += textElement(formatDurationTick(ms, locale), { x, y: height + 16, 'text-anchor': 'middle', fill: palette.muted }); // prettier-ignore
  drawn += element('line', { x1: 0, x2: width, y1: height, y2: height, stroke: palette.ruleStrong });
  for (const { path } of chart.lines)
    drawn += element('path', { d: path, fill: 'none', stroke: palette.windowed, 'stroke-opacity': 0.5 });
  drawn += element('path', { d: chart.frontier, fill: 'none', stroke: palette.ink, 'stroke-width': 1.4 });
  for (const point of chart.points) {
    drawn += mark(point.kind, point.x, point.y);
    if (point.isLabelled)
      drawn += textElement(point.label, {
        x: point.x + (point.x > width - 40 ? -9 : 9),
        y: point.y - 7,
        'text-anchor': point.x > width - 40 ? 'end' : 'start',
        fill: color(point.kind),
        'font-weight': 600,
        stroke: palette.page,
        'stroke-width': 3,
        'paint-order': 'stroke',
      });
  }
  const kinds = FRONTIER_KINDS.filter((kind) => masks.some((one) => one.kind === kind));
  const legend = kinds.map((kind, n) => mark(kind, 8 + n * 130, height + 32) + textElement(kindNames[kind], { x: 18 + n * 130, y: height + 36, fill: palette.muted })); // prettier-ignore
  const above =
    textElement(heading, { x: 0, y: 13, 'font-size': 13, 'font-weight': 600 }) +
    textElement(labels.y, { x: 0, y: top - 14 }) +
    element('g', { transform: `translate(${left} ${top})` }, drawn, ...legend) +
    textElement(labels.x, { x: WIDTH, y: top + height + 54, 'text-anchor': 'end' });
  return { width: WIDTH, height: top + height + 60, below: '', rasters: [], above, definitions: '' };
}

/** Blocks one below the other. */
export function stackBlocks(blocks: readonly Block[], gap = 28): Block {
  let y = 0;
  const placed = blocks.map((block) => {
    const drawn = element('g', { transform: `translate(0 ${y})` }, block.above);
    y += block.height + gap;
    return drawn;
  });
  const width = Math.max(0, ...blocks.map((block) => block.width));
  return { width, height: Math.max(0, y - gap), below: '', rasters: [], above: placed.join(''), definitions: '' };
}
