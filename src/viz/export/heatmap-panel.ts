// One picture of weights in a figure: its pixels or vector cells, hidden regions as on the page, the pinned cell, title and axes. Looks like
// `ui/Heatmap.svelte` and `TokenAxis`; draws only what it is given. Called by the block of heatmaps; the block of steps shares axes and hatch.
import type { AxisLabel } from '../axis-labels.ts';
import type { Viewport } from '../viewport.ts';
import type { Raster } from './figure.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { fitText, textWidth } from './text-lines.ts';

export interface Panel {
  variant: 'full' | 'windowed' | 'difference';
  title: string;
  note: string;
  /** RGBA `[height, width, 4]`; hidden blocks are transparent. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Path data in cells of the viewport. */
  causalPath: string;
  outsidePath: string;
}

/** What all pictures of a figure share. */
export interface PanelScene {
  /** Blocks of a picture. */
  size: { height: number; width: number };
  viewport: Viewport;
  axis: { query: string; key: string; words: boolean };
  pooledNote: string;
  pinned: { query: number; key: number } | null;
  palette: Palette;
}

/** Where the square of cells stands in the block. */
export interface Place {
  x: number;
  y: number;
  side: number;
}

/** More cells than these along a side become an image. */
export const MOST_VECTOR_CELLS = 64;
export const LABEL_PX = 11;
/** The line of a panel's title, above its cells. */
export const HEAD = 26;

export const hex = (bytes: ArrayLike<number>, at: number) =>
  `#${[0, 1, 2].map((n) => bytes[at + n]!.toString(16).padStart(2, '0')).join('')}`;

/** A cell of one unit each, scaled to its place: every cell can be picked up in a drawing program. */
function vectorCells(pixels: Uint8ClampedArray, { height, width }: PanelScene['size'], { x, y, side }: Place): string {
  const cells: string[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = 4 * (row * width + column);
      if (pixels[at + 3] === 0) continue;
      cells.push(`<rect x="${column}" y="${row}" width="1" height="1" fill="${hex(pixels, at)}"/>`);
    }
  const transform = `translate(${x} ${y}) scale(${side / width} ${side / height})`;
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

export function leftAxis({ palette, axis }: PanelScene, labels: readonly AxisLabel[], side: number): string {
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

function overlay(scene: PanelScene, panel: Panel, side: number): string {
  const { palette, viewport, pinned, pooledNote } = scene;
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
        { id: `causal-${panel.variant}` },
        element('path', { d: scaledPath(panel.causalPath, cellWidth, cellHeight) }),
      ),
      element('rect', { width: side, height: side, fill: 'url(#hatch)', 'clip-path': `url(#causal-${panel.variant})` }),
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
  // A difference of maxima is no maximum; its legend says so.
  if (pooledNote && panel.variant !== 'difference') {
    const width = textWidth(pooledNote, LABEL_PX) + 12;
    parts.push(
      element('rect', { x: side - width, y: 0, width, height: 18, fill: palette.surface, stroke: palette.ruleStrong }),
      textElement(pooledNote, { x: side - width / 2, y: 13, 'font-size': LABEL_PX, 'text-anchor': 'middle' }),
    );
  }
  return parts.join('');
}

/** The variant's own colour; a difference has both. */
function mark({ full, windowed, ...palette }: Palette, variant: Panel['variant']): string {
  const box = { x: 0, y: 4, width: 10, height: 10 };
  if (variant !== 'difference')
    return element('rect', { ...box, rx: 2, fill: { ...palette, full, windowed }[variant] });
  return (
    element('rect', { ...box, width: 5, fill: full }) + element('rect', { ...box, x: 5, width: 5, fill: windowed })
  );
}

function panelHead({ palette }: PanelScene, { variant, title, note }: Panel, side: number): string {
  const noteX = 16 + textWidth(title, 13) + 10;
  return (
    mark(palette, variant) +
    textElement(title, { x: 16, y: 14, 'font-size': 13, 'font-weight': 600 }) +
    textElement(fitText(note, LABEL_PX, side - noteX), { x: side, y: 14, 'text-anchor': 'end', fill: palette.muted })
  );
}

export function panelRaster({ pixels }: Panel, { size, palette }: PanelScene, place: Place): Raster {
  const { x, y, side } = place;
  const isVector = size.height <= MOST_VECTOR_CELLS && size.width <= MOST_VECTOR_CELLS;
  return {
    pixels,
    rows: size.height,
    columns: size.width,
    x,
    y,
    width: side,
    height: side,
    ground: palette.sunken,
    cells: isVector ? vectorCells(pixels, size, place) : null,
  };
}

/** Everything about a panel but its cells: title, what lies over them, and the keys' axis of the given depth. */
export function drawPanel(
  panel: Panel,
  scene: PanelScene,
  { x, y, side }: Place,
  keys: { labels: readonly AxisLabel[]; depth: number },
): string {
  return element(
    'g',
    { transform: `translate(${x} ${y - HEAD})` },
    panelHead(scene, panel, side),
    element('g', { transform: `translate(0 ${HEAD})` }, overlay(scene, panel, side)),
    element('g', { transform: `translate(0 ${HEAD + side})` }, bottomAxis(scene, keys.labels, side, keys.depth)),
  );
}
