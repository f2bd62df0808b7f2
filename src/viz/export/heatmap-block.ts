// The pictures of weights as a block of a figure: both beside one token axis, the legend with its numbers, and below them the difference
// with its own. Looks like `ui/ColorLegend`; draws only what it is given.
import type { AxisLabel } from '../axis-labels.ts';
import { isDifferenceRamp, ramp, RAMP_ENTRIES, type DifferenceRamp, type WeightRamp } from '../color-ramp.ts';
import { LEAST_POSITIVE_ENTRY } from '../color-scale.ts';
import { placeStops, type LegendStopText } from '../legend-labels.ts';
import { stripBars } from '../strip-bars.ts';
import { drawFigure, type Block, type Drawing, type Figure } from './figure.ts';
import {
  axisDepth,
  drawPanel,
  hatchPattern,
  HEAD,
  hex,
  LABEL_PX,
  leftAxis,
  panelRaster,
  type Panel,
  type PanelScene,
} from './heatmap-panel.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { textWidth, wrapText } from './text-lines.ts';

/** Windowed minus full, below the pictures, with a legend of its own. */
export interface DifferenceFigure {
  panel: Panel;
  ramp: DifferenceRamp;
  legend: { title: string; pooling: string; stops: readonly LegendStopText[] };
  /** What it says, a paragraph each. */
  remarks: readonly string[];
  /** The output's error of each query as bars, with what stands below them; null where there is none. */
  error: { perRow: Float32Array; ends: readonly [string, string]; label: string } | null;
}

export interface HeatmapFigure extends PanelScene {
  panels: readonly Panel[];
  /** Labels along an axis of so many pixels. */
  labels: (side: 'left' | 'bottom', lengthPx: number) => readonly AxisLabel[];
  pinned: { query: number; key: number; words: string } | null;
  legend: {
    ramp: WeightRamp;
    title: string;
    pooling: string;
    stops: readonly LegendStopText[];
    swatches: { zero: string; tiny: string; masked: string; outside: string };
  };
  difference: DifferenceFigure | null;
}

const GAP = 28;
/** Sides of a picture: of few tokens, of as many as get a label each, and the smallest where a figure has to be made to fit. */
const USUAL_SIDE = 340;
const MOST_SIDE = 470;
const LEAST_SIDE = 300;
const LEGEND_WIDTH = 420;

function rampGradient(id: string, name: WeightRamp | DifferenceRamp): string {
  const bytes = ramp(name);
  const stop = (offset: number, entry: number) =>
    element('stop', { offset: offset / (RAMP_ENTRIES - 1), 'stop-color': hex(bytes, 3 * entry) });
  // A weight of zero has a colour of its own; a difference goes through its middle without a step.
  const first = isDifferenceRamp(name) ? 0 : LEAST_POSITIVE_ENTRY;
  const stops = first > 0 ? [stop(0, 0), stop(first, 0)] : [];
  for (let entry = first; entry < RAMP_ENTRIES; entry += 7) stops.push(stop(entry, entry));
  return element('linearGradient', { id }, ...stops);
}

/** A ramp under its title, with its numbers. */
function rampScale(
  id: string,
  { title, stops }: { title: string; stops: readonly LegendStopText[] },
  width: number,
  palette: Palette,
  isSigned = false,
): { svg: string; height: number } {
  const ticks = placeStops(stops, width, { isSigned, letterPx: 6.6 }).map(({ x, textX, text, anchor, isShown }) => {
    const tick = Math.max(0.5, Math.min(width - 0.5, x));
    const end = anchor === 'start' ? 0 : width;
    return (
      element('line', { x1: tick, x2: tick, y1: 32, y2: isShown ? 36 : 34.5, stroke: palette.ruleStrong }) +
      (isShown ? textElement(text, { x: anchor === 'middle' ? textX : end, y: 47, 'text-anchor': anchor }) : '')
    );
  });
  const lines = wrapText(title, 12, width);
  const shift = (lines.length - 1) * 16;
  const bar = { x: 0.5, y: 19.5, width: width - 1, height: 12, fill: `url(#${id})`, stroke: palette.ruleStrong };
  return {
    svg:
      lines.map((line, n) => textElement(line, { x: 0, y: 11 + n * 16, 'font-size': 12 })).join('') +
      element('g', { transform: `translate(0 ${shift})` }, element('rect', bar), ...ticks),
    height: 50 + shift,
  };
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
  const scale = rampScale('ramp', words, rampWidth, palette);
  const sideX = isWide ? rampWidth + 32 : 0;
  const sideWidth = isWide ? width - sideX : width;
  const looks = swatches(figure, sideX, sideWidth);
  const remarks = [words.pooling, ...(pinned ? [pinned.words] : [])].flatMap((one) =>
    wrapText(one, LABEL_PX, sideWidth),
  );
  const sideY = isWide ? 0 : scale.height + 8;
  const remarksY = sideY + (looks.height > 0 ? looks.height + 16 : 11);
  const side =
    element('g', { transform: `translate(0 ${sideY})` }, looks.svg) +
    remarks.map((line, n) => textElement(line, { x: sideX, y: remarksY + n * 15, fill: palette.muted })).join('');
  const sideEnd = remarksY + (remarks.length - 1) * 15 + 4;
  return { svg: scale.svg + side, height: Math.max(scale.height, sideEnd) };
}

/** Room for every label where it can be had: tokens want a line each. */
function sideOf({ panels, viewport, axis }: HeatmapFigure): number {
  const most = Math.max(viewport.rows[1] - viewport.rows[0], viewport.columns[1] - viewport.columns[0]);
  const usual = panels.length > 1 ? USUAL_SIDE : USUAL_SIDE + 80;
  return axis.words ? Math.round(Math.max(usual, Math.min(MOST_SIDE, most * LABEL_PX * 1.3))) : usual + 20;
}

const STRIP_HEIGHT = 44;

function errorStrip({ perRow, ends, label }: NonNullable<DifferenceFigure['error']>, width: number, palette: Palette) {
  const below = { y: STRIP_HEIGHT + 14, fill: palette.muted };
  const svg =
    element('rect', { width, height: STRIP_HEIGHT, fill: palette.sunken }) +
    element('path', { d: stripBars(perRow, null, width, STRIP_HEIGHT).path, fill: palette.windowed }) +
    textElement(ends[0], { x: 0, ...below }) +
    textElement(label, { x: width / 2, 'text-anchor': 'middle', ...below }) +
    textElement(ends[1], { x: width, 'text-anchor': 'end', ...below });
  return { svg, height: STRIP_HEIGHT + 18 };
}

interface Axes {
  leftWidth: number;
  side: number;
  queries: readonly AxisLabel[];
  keys: { labels: readonly AxisLabel[]; depth: number };
}

/** The difference under the first picture; its legend, words and the output's error under the second one. */
function differenceRow(
  figure: HeatmapFigure,
  { panel, ramp: name, legend: words, remarks, error }: DifferenceFigure,
  { leftWidth, side, queries, keys }: Axes,
  top: number,
) {
  const { palette } = figure;
  const place = { x: leftWidth, y: top + HEAD, side };
  const scale = rampScale('difference-ramp', words, side, palette, true);
  const lines = [words.pooling, ...remarks].filter((one) => one !== '').flatMap((one) => wrapText(one, LABEL_PX, side));
  const stripY = scale.height + 16 + lines.length * 15;
  const strip = error ? errorStrip(error, side, palette) : { svg: '', height: 0 };
  const beside =
    scale.svg +
    element('g', { transform: `translate(0 ${stripY})` }, strip.svg) +
    lines.map((line, n) => textElement(line, { x: 0, y: scale.height + 16 + n * 15, fill: palette.muted })).join('');
  return {
    raster: panelRaster(panel, figure, place),
    svg:
      drawPanel(panel, figure, place, keys) +
      element('g', { transform: `translate(${place.x} ${place.y})` }, leftAxis(figure, queries, side)) +
      element('g', { transform: `translate(${leftWidth + side + GAP} ${place.y})` }, beside),
    definitions: rampGradient('difference-ramp', name),
    end: Math.max(place.y + side + keys.depth + 16, place.y + stripY + strip.height),
  };
}

function heatmapBlock(figure: HeatmapFigure, side: number): Block {
  const { panels, palette, axis } = figure;
  const queries = figure.labels('left', side);
  const labels = figure.labels('bottom', side);
  const keys = { labels, depth: axisDepth(labels, axis.words) };
  const widest = Math.max(0, ...queries.map(({ text }) => textWidth(text, LABEL_PX)));
  const leftWidth = Math.ceil(Math.max(widest, textWidth(`${axis.query} ↓`, 10.5)) + 10);
  const width = leftWidth + panels.length * side + (panels.length - 1) * GAP;
  const legendY = HEAD + side + keys.depth + 30;
  const words = legend(figure, width);
  const legendEnd = legendY + words.height;
  const places = panels.map((_, index) => ({ x: leftWidth + index * (side + GAP), y: HEAD, side }));
  const axes = { leftWidth, side, queries, keys };
  const difference = figure.difference && differenceRow(figure, figure.difference, axes, legendEnd + 22);
  return {
    width,
    height: difference?.end ?? legendEnd,
    below: '',
    rasters: [
      ...panels.map((panel, index) => panelRaster(panel, figure, places[index]!)),
      ...(difference ? [difference.raster] : []),
    ],
    above:
      panels.map((panel, index) => drawPanel(panel, figure, places[index]!, keys)).join('') +
      element('g', { transform: `translate(${leftWidth} ${HEAD})` }, leftAxis(figure, queries, side)) +
      element('g', { transform: `translate(0 ${legendY})` }, words.svg) +
      (difference?.svg ?? ''),
    definitions:
      hatchPattern('hatch', palette) + rampGradient('ramp', figure.legend.ramp) + (difference?.definitions ?? ''),
  };
}

/**
 * The whole figure, its pictures as large as `mostArea` square pixels allow. With the smallest pictures it may still be larger: tokens and
 * addresses can be long.
 */
export function drawHeatmaps(frame: Omit<Figure, 'block'>, figure: HeatmapFigure, mostArea: number): Drawing {
  for (let side = sideOf(figure); ; side = Math.max(LEAST_SIDE, Math.floor(side * 0.92))) {
    const drawing = drawFigure({ ...frame, block: heatmapBlock(figure, side) });
    if (side <= LEAST_SIDE || drawing.width * drawing.height <= mostArea) return drawing;
  }
}
