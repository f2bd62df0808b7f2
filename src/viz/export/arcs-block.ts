// The strongest links as curves, a block of a figure: queries at the left, keys at the right, both variants side by side.
// Looks like `ui/ArcPicture.svelte`; draws only what it is given.
import { arcPaths } from '../arc-paths.ts';
import type { AxisLabel } from '../axis-labels.ts';
import type { Pair } from '../strong-pairs.ts';
import type { Viewport } from '../viewport.ts';
import type { Block } from './figure.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { textWidth, wrapText } from './text-lines.ts';

export interface ArcsFigure {
  panels: readonly { variant: 'full' | 'windowed'; title: string; pairs: readonly Pair[] }[];
  /** The weight of full opacity, the same in all panels. */
  strongest: number;
  viewport: Viewport;
  /** Labels of both columns at a height in pixels. */
  labels: (side: 'queries' | 'keys', heightPx: number) => readonly AxisLabel[];
  names: { query: string; key: string };
  /** Which links are drawn, and what their width means. */
  note: string;
  palette: Palette;
}

const PANEL_WIDTH = 400;
const GAP = 36;
const HEAD = 46;
const ROW_PX = 17;
const HEIGHT = { least: 240, most: 640 };
const LABEL_PX = 11;
const NOTE = { size: 11, line: 15 };

export function arcsBlock(figure: ArcsFigure): Block {
  const { panels, strongest, viewport, names, note, palette } = figure;
  const span = ([start, end]: [number, number]) => end - start;
  const most = Math.max(span(viewport.rows), span(viewport.columns));
  const height = Math.max(HEIGHT.least, Math.min(HEIGHT.most, most * ROW_PX));
  const queries = figure.labels('queries', height);
  const keys = figure.labels('keys', height);
  const widest = Math.max(...[...queries, ...keys].map(({ text }) => textWidth(text, LABEL_PX)), 20);
  const left = Math.ceil(widest) + 10;
  const right = PANEL_WIDTH - left;
  const labels = (all: readonly AxisLabel[], x: number, anchor: 'start' | 'end') =>
    all.map(({ text, at }) => textElement(text, { x, y: at, dy: '0.32em', 'text-anchor': anchor })).join('');
  const drawn = panels.map(({ variant, title, pairs }, index) => {
    const arcs = arcPaths(pairs, viewport, { left, right, height }, strongest);
    return element(
      'g',
      { transform: `translate(${index * (PANEL_WIDTH + GAP)} 0)` },
      element('rect', { x: 0, y: 4, width: 10, height: 10, rx: 2, fill: palette[variant] }),
      textElement(title, { x: 16, y: 14, 'font-size': 13, 'font-weight': 600 }),
      element(
        'g',
        { 'font-size': LABEL_PX, fill: palette.muted },
        textElement(`${names.query} ↓`, { x: left - 7, y: HEAD - 12, 'text-anchor': 'end' }),
        textElement(`${names.key} ↓`, { x: right + 7, y: HEAD - 12 }),
      ),
      element(
        'g',
        { transform: `translate(0 ${HEAD})` },
        element(
          'g',
          { fill: 'none', stroke: palette[variant], 'stroke-linecap': 'round' },
          ...arcs.map(({ path, width, opacity }) =>
            element('path', { d: path, 'stroke-width': width, 'stroke-opacity': opacity }),
          ),
        ),
        element(
          'g',
          { 'font-size': LABEL_PX, fill: palette.muted },
          labels(queries, left - 7, 'end'),
          labels(keys, right + 7, 'start'),
        ),
      ),
    );
  });
  const width = panels.length * PANEL_WIDTH + (panels.length - 1) * GAP;
  const noteY = HEAD + height + 30;
  const lines = wrapText(note, NOTE.size, width);
  return {
    width,
    height: noteY + (lines.length - 1) * NOTE.line + 4,
    below: '',
    rasters: [],
    above:
      drawn.join('') +
      lines.map((line, n) => textElement(line, { x: 0, y: noteY + n * NOTE.line, fill: palette.muted })).join(''),
    definitions: '',
  };
}
