// The pictures of weights as a block of a figure: both under one token axis, hidden regions as on the page, the pinned cell, and the
// legend with its numbers. Looks like `ui/Heatmap.svelte`, `TokenAxis` and `ColorLegend`; draws only what it is given.
import type { AxisLabel } from '../axis-labels.ts';
import { ramp, type WeightRamp } from '../color-ramp.ts';
import { LEAST_POSITIVE_ENTRY } from '../color-scale.ts';
import { placeStops, type LegendStopText } from '../legend-labels.ts';
import type { Viewport } from '../viewport.ts';
import type { Block, Raster } from './figure.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { fitText, textWidth, wrapText } from './text-lines.ts';

export interface Panel {
  variant: 'full' | 'windowed';
  title: string;
  note: string;
  /** RGBA `[height, width, 4]`; hidden blocks are transparent. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Path data in cells of the viewport. */
  causalPath: string;
  outsidePath: string;
}

export interface HeatmapFigure {
  panels: readonly Panel[];
  /** Blocks of a picture. */
  size: { height: number; width: number };
  viewport: Viewport;
  /** Labels along an axis of so many pixels. */
  labels: (side: 'left' | 'bottom', lengthPx: number) => readonly AxisLabel[];
  axis: { query: string; key: string; words: boolean };
  pooledNote: string;
  pinned: { query: number; key: number; words: string } | null;
  legend: {
    ramp: WeightRamp;
    title: string;
    pooling: string;
    stops: readonly LegendStopText[];
    swatches: { zero: string; tiny: string; masked: string; outside: string };
  };
  palette: Palette;
}

/** More cells than these along a side become an image. */
export const MOST_VECTOR_CELLS = 64;
const LABEL_PX = 11;
const GAP = 28;
const HEAD = 26;
const LEAST_SIDE = 340;
const MOST_SIDE = 470;
const LEGEND_WIDTH = 420;

const hex = (bytes: ArrayLike<number>, at: number) =>
  `#${[0, 1, 2].map((n) => bytes[at + n]!.toString(16).padStart(2, '0')).join('')}`;

/** A cell of one unit each, scaled to its place: every cell can be picked up in a drawing program. */
function vectorCells(
  pixels: Uint8ClampedArray,
  { height, width }: HeatmapFigure['size'],
  x: number,
  side: number,
): string {
  const cells: string[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = 4 * (row * width + column);
      if (pixels[at + 3] === 0) continue;
      cells.push(`<rect x="${column}" y="${row}" width="1" height="1" fill="${hex(pixels, at)}"/>`);
    }
  const transform = `translate(${x} ${HEAD}) scale(${side / width} ${side / height})`;
  return element('g', { transform, 'shape-rendering': 'crispEdges' }, ...cells);
}

export function hatchPattern(id: string, { sunken, hatch }: Palette): string {
  return element(
    'pattern',
    { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 5, height: 5, fill: sunken }),
    element('line', { x1: 0, y1: 0, x2: 0, y2: 5, stroke: hatch, 'stroke-width': 1.4 }),
  );
}

/** A word that hangs from its tick, a single character that stands. */
function bottomLabel({ at, text }: AxisLabel, words: boolean): string {
  if (!words || [...text].length === 1) return textElement(text, { x: at, y: 17, 'text-anchor': 'middle' });
  return textElement(text, {
    transform: `translate(${Math.round(at * 100) / 100} 8) rotate(-90)`,
    'text-anchor': 'end',
    dy: '0.32em',
  });
}

/** What the labels under a picture take: hanging words by their length. */
export function axisDepth(labels: readonly AxisLabel[], words: boolean): number {
  const isHanging = words && labels.some(({ text }) => [...text].length > 1);
  return isHanging ? Math.ceil(Math.max(...labels.map(({ text }) => textWidth(text, LABEL_PX)))) + 10 : 22;
}

export function bottomAxis(
  { palette, axis }: { palette: Palette; axis: { key: string; words: boolean } },
  labels: readonly AxisLabel[],
  side: number,
  depth: number,
): string {
  return element(
    'g',
    { 'font-size': LABEL_PX, fill: palette.muted },
    ...labels.map((label) => element('line', { x1: label.at, x2: label.at, y1: 0, y2: 4, stroke: palette.ruleStrong })),
    ...labels.map((label) => bottomLabel(label, axis.words)),
    textElement(`${axis.key} →`, { x: side, y: depth + 12, 'text-anchor': 'end', 'font-size': 10.5 }),
  );
}

function leftAxis({ palette, axis }: HeatmapFigure, labels: readonly AxisLabel[], side: number): string {
  return element(
    'g',
    { 'font-size': LABEL_PX, fill: palette.muted, 'text-anchor': 'end' },
    ...labels.map(({ at }) => element('line', { x1: -4, x2: 0, y1: at, y2: at, stroke: palette.ruleStrong })),
    ...labels.map(({ at, text }) => textElement(text, { x: -7, y: at, dy: '0.32em' })),
    textElement(`${axis.query} ↓`, { x: -7, y: side + 18, 'font-size': 10.5 }),
  );
}

/** Path data in cells, as `hidden-regions` writes it (M, H, V, Z), in pixels: not every renderer keeps a stroke when a group is scaled. */
export function scaledPath(path: string, cellWidth: number, cellHeight: number): string {
  const pixels = (value: string, size: number) => Math.round(Number(value) * size * 100) / 100;
  return path
    .replaceAll(/M([\d.]+) ([\d.]+)/g, (_, x: string, y: string) => `M${pixels(x, cellWidth)} ${pixels(y, cellHeight)}`)
    .replaceAll(
      /([HV])([\d.]+)/g,
      (_, way: string, at: string) => way + pixels(at, way === 'H' ? cellWidth : cellHeight),
    );
}

function overlay(figure: HeatmapFigure, panel: Panel, index: number, side: number): string {
  const { palette, viewport, pinned, pooledNote } = figure;
  const cellWidth = side / (viewport.columns[1] - viewport.columns[0]);
  const cellHeight = side / (viewport.rows[1] - viewport.rows[0]);
  const parts: string[] = [];
  if (panel.outsidePath)
    parts.push(
      element('path', {
        d: scaledPath(panel.outsidePath, cellWidth, cellHeight),
        fill: palette.page,
        'fill-rule': 'evenodd',
        stroke: palette.ruleStrong,
        'stroke-dasharray': '1.5 2.5',
      }),
    );
  if (panel.causalPath)
    parts.push(
      element(
        'clipPath',
        { id: `causal-${index}` },
        element('path', { d: scaledPath(panel.causalPath, cellWidth, cellHeight) }),
      ),
      element('rect', { width: side, height: side, fill: 'url(#hatch)', 'clip-path': `url(#causal-${index})` }),
    );
  if (pinned) {
    const at = {
      x: (pinned.key - viewport.columns[0]) * cellWidth,
      y: (pinned.query - viewport.rows[0]) * cellHeight,
      width: Math.max(cellWidth, 4),
      height: Math.max(cellHeight, 4),
    };
    const ring = (by: number, stroke: string) =>
      element('rect', {
        x: at.x - by,
        y: at.y - by,
        width: at.width + 2 * by,
        height: at.height + 2 * by,
        fill: 'none',
        stroke,
        'stroke-width': 1.5,
      });
    parts.push(ring(1.75, '#000'), ring(0.25, '#fff'));
  }
  parts.push(element('rect', { width: side, height: side, fill: 'none', stroke: palette.ruleStrong }));
  if (pooledNote) {
    const width = textWidth(pooledNote, LABEL_PX) + 12;
    parts.push(
      element('rect', { x: side - width, y: 0, width, height: 18, fill: palette.surface, stroke: palette.ruleStrong }),
      textElement(pooledNote, { x: side - width / 2, y: 13, 'font-size': LABEL_PX, 'text-anchor': 'middle' }),
    );
  }
  return parts.join('');
}

function panelHead({ palette }: HeatmapFigure, { variant, title, note }: Panel, side: number): string {
  const noteX = 16 + textWidth(title, 13) + 10;
  return (
    element('rect', { x: 0, y: 4, width: 10, height: 10, rx: 2, fill: palette[variant] }) +
    textElement(title, { x: 16, y: 14, 'font-size': 13, 'font-weight': 600 }) +
    textElement(fitText(note, LABEL_PX, side - noteX), { x: side, y: 14, 'text-anchor': 'end', fill: palette.muted })
  );
}

function rampGradient(name: WeightRamp): string {
  const bytes = ramp(name);
  const stop = (offset: number, entry: number) =>
    element('stop', { offset: offset / 255, 'stop-color': hex(bytes, 3 * entry) });
  const stops = [stop(0, 0), stop(LEAST_POSITIVE_ENTRY, 0)];
  for (let entry = LEAST_POSITIVE_ENTRY; entry <= 255; entry += 7) stops.push(stop(entry, entry));
  return element('linearGradient', { id: 'ramp' }, ...stops);
}

function swatches({ legend, palette }: HeatmapFigure, x: number, width: number): { svg: string; height: number } {
  const bytes = ramp(legend.ramp);
  const box = { width: 13, height: 13, stroke: palette.ruleStrong };
  const looks: [string, Record<string, string | number>][] = [
    [legend.swatches.zero, { fill: hex(bytes, 0) }],
    [legend.swatches.tiny, { fill: hex(bytes, 3 * LEAST_POSITIVE_ENTRY) }],
    [legend.swatches.masked, { fill: 'url(#hatch)' }],
    [legend.swatches.outside, { fill: palette.page, 'stroke-dasharray': '1.5 2' }],
  ];
  const parts: string[] = [];
  let at = { x, y: 0 };
  for (const [words, look] of looks) {
    if (words === '') continue;
    const step = 19 + textWidth(words, LABEL_PX) + 14;
    if (at.x > x && at.x + step - 14 > x + width) at = { x, y: at.y + 20 };
    parts.push(element('rect', { x: at.x + 0.5, y: at.y + 0.5, ...box, ...look }));
    parts.push(textElement(words, { x: at.x + 19, y: at.y + 11, fill: palette.muted }));
    at.x += step;
  }
  return { svg: parts.join(''), height: parts.length > 0 ? at.y + 14 : 0 };
}

/** Title, ramp with its numbers, how blocks stand for cells; beside it, or below, the special looks and the pinned cell. */
function legend(figure: HeatmapFigure, width: number): { svg: string; height: number } {
  const { legend: words, palette, pinned } = figure;
  const isWide = width >= 2 * LEGEND_WIDTH - 120;
  const rampWidth = Math.min(LEGEND_WIDTH, width);
  const placed = placeStops(words.stops, rampWidth, { isSigned: false, letterPx: 6.6 });
  const stops = placed.map(({ x, textX, text, anchor, isShown }) => {
    const tick = Math.max(0.5, Math.min(rampWidth - 0.5, x));
    const end = anchor === 'start' ? 0 : rampWidth;
    return (
      element('line', { x1: tick, x2: tick, y1: 32, y2: isShown ? 36 : 34.5, stroke: palette.ruleStrong }) +
      (isShown ? textElement(text, { x: anchor === 'middle' ? textX : end, y: 47, 'text-anchor': anchor }) : '')
    );
  });
  const titleLines = wrapText(words.title, 12, rampWidth);
  const shift = (titleLines.length - 1) * 16;
  const scale =
    titleLines.map((line, n) => textElement(line, { x: 0, y: 11 + n * 16, 'font-size': 12 })).join('') +
    element(
      'g',
      { transform: `translate(0 ${shift})` },
      element('rect', {
        x: 0.5,
        y: 19.5,
        width: rampWidth - 1,
        height: 12,
        fill: 'url(#ramp)',
        stroke: palette.ruleStrong,
      }),
      ...stops,
    );
  const sideX = isWide ? rampWidth + 32 : 0;
  const sideWidth = isWide ? width - sideX : width;
  const looks = swatches(figure, sideX, sideWidth);
  const remarks = [words.pooling, ...(pinned ? [pinned.words] : [])].flatMap((one) =>
    wrapText(one, LABEL_PX, sideWidth),
  );
  const sideY = isWide ? 0 : 58 + shift;
  const remarksY = sideY + (looks.height > 0 ? looks.height + 16 : 11);
  const side =
    element('g', { transform: `translate(0 ${sideY})` }, looks.svg) +
    remarks.map((line, n) => textElement(line, { x: sideX, y: remarksY + n * 15, fill: palette.muted })).join('');
  const sideEnd = remarksY + (remarks.length - 1) * 15 + 4;
  return { svg: scale + side, height: Math.max(50 + shift, sideEnd) };
}

/** Room for every label where it can be had: tokens want a line each. */
function sideOf({ panels, viewport, axis }: HeatmapFigure): number {
  const most = Math.max(viewport.rows[1] - viewport.rows[0], viewport.columns[1] - viewport.columns[0]);
  const least = panels.length > 1 ? LEAST_SIDE : LEAST_SIDE + 80;
  return axis.words ? Math.round(Math.max(least, Math.min(MOST_SIDE, most * LABEL_PX * 1.3))) : least + 20;
}

export function heatmapBlock(figure: HeatmapFigure): Block {
  const { panels, size, palette, axis } = figure;
  const side = sideOf(figure);
  const left = figure.labels('left', side);
  const bottom = figure.labels('bottom', side);
  const widest = (labels: readonly AxisLabel[]) => Math.max(0, ...labels.map(({ text }) => textWidth(text, LABEL_PX)));
  const leftWidth = Math.ceil(Math.max(widest(left), textWidth(`${axis.query} ↓`, 10.5)) + 10);
  const depth = axisDepth(bottom, axis.words);
  const width = leftWidth + panels.length * side + (panels.length - 1) * GAP;
  const bottomY = HEAD + side;
  const legendY = bottomY + depth + 30;
  const words = legend(figure, width);
  const isVector = size.height <= MOST_VECTOR_CELLS && size.width <= MOST_VECTOR_CELLS;
  const places = panels.map((_, index) => leftWidth + index * (side + GAP));
  const rasters = panels.map(({ pixels }, index): Raster => ({
    pixels,
    rows: size.height,
    columns: size.width,
    x: places[index]!,
    y: HEAD,
    width: side,
    height: side,
    ground: palette.sunken,
    cells: isVector ? vectorCells(pixels, size, places[index]!, side) : null,
  }));
  const above = panels.map((panel, index) =>
    element(
      'g',
      { transform: `translate(${places[index]!} 0)` },
      panelHead(figure, panel, side),
      element('g', { transform: `translate(0 ${HEAD})` }, overlay(figure, panel, index, side)),
      element('g', { transform: `translate(0 ${bottomY})` }, bottomAxis(figure, bottom, side, depth)),
      index === 0 ? element('g', { transform: `translate(0 ${HEAD})` }, leftAxis(figure, left, side)) : '',
    ),
  );
  return {
    width,
    height: legendY + words.height,
    below: '',
    rasters,
    above: above.join('') + element('g', { transform: `translate(0 ${legendY})` }, words.svg),
    definitions: hatchPattern('hatch', palette) + rampGradient(figure.legend.ramp),
  };
}
