// One query from scores to weights as a block of a figure: three strips over the same keys, hidden keys hatched, the pinned key marked, and
// the formulas with its numbers. Looks like `ui/StepView.svelte`; draws only what it is given.
import type { RowSteps } from '../../contract/workbench.ts';
import type { AxisLabel } from '../axis-labels.ts';
import { stripBars } from '../strip-bars.ts';
import type { Block } from './figure.ts';
import { axisDepth, bottomAxis, hatchPattern } from './heatmap-panel.ts';
import type { Palette } from './palette.ts';
import { element, textElement } from './svg.ts';
import { textWidth, wrapText } from './text-lines.ts';

export interface StepsFigure {
  heading: string;
  steps: RowSteps;
  /** The key whose numbers are written out. */
  key: number;
  titles: { scores: string; mask: string; softmax: string };
  /** The weighted sum in words and numbers. */
  sum: string;
  labels: (lengthPx: number) => readonly AxisLabel[];
  axis: { key: string; words: boolean };
  number: (value: number) => string;
  palette: Palette;
}

const WIDTH = 760;
const STRIP_HEIGHT = 64;
const HEADING = 30;
const TITLE = 22;
const GAP = 18;

interface Stage {
  title: string;
  formula: string;
  values: Float32Array;
  visible: Uint8Array | null;
}

function stagesOf({ steps, key, titles, number }: StepsFigure): Stage[] {
  const { dots, scores, weights, visible, scale, max, sum } = steps;
  const isSeen = visible[key] === 1;
  const dot = number(dots[key] ?? 0);
  const score = isSeen ? number(scores[key] ?? 0) : '−∞';
  const part = isSeen ? Math.exp((scores[key] ?? 0) - max) : 0;
  return [
    { title: titles.scores, formula: `q·k = ${dot}`, values: dots, visible: null },
    { title: titles.mask, formula: `s = ${number(scale)} × ${dot} = ${score}`, values: scores, visible },
    {
      title: titles.softmax,
      formula: `w = exp(s − max) / ∑ exp(s − max) = ${number(part)} / ${number(sum)} = ${number(weights[key] ?? 0)}`,
      values: weights,
      visible,
    },
  ];
}

function strip(
  { key, number, palette, steps }: StepsFigure,
  { title, formula, values, visible }: Stage,
  left: number,
): string {
  const bars = stripBars(values, visible, WIDTH, STRIP_HEIGHT);
  const step = WIDTH / values.length;
  const box = { x: key * step, width: Math.max(step, 2), height: STRIP_HEIGHT };
  const small = { 'font-size': 10.5, fill: palette.muted, 'text-anchor': 'end' };
  return (
    textElement(title, { x: left, y: 13, 'font-size': 12, 'font-weight': 600 }) +
    textElement(formula, { x: left + WIDTH, y: 13, 'text-anchor': 'end' }) +
    element(
      'g',
      { transform: `translate(${left} ${TITLE})` },
      textElement(number(bars.high), { x: -6, y: 9, ...small }),
      textElement(number(bars.low), { x: -6, y: STRIP_HEIGHT, ...small }),
      element('rect', { width: WIDTH, height: STRIP_HEIGHT, fill: palette.sunken }),
      bars.hidden ? element('path', { d: bars.hidden, fill: 'url(#hatch)' }) : '',
      element('rect', { ...box, fill: palette.ink, 'fill-opacity': 0.2 }),
      element('line', {
        x1: 0,
        x2: WIDTH,
        y1: bars.zero,
        y2: bars.zero,
        stroke: palette.ruleStrong,
        'stroke-width': 0.75,
      }),
      element('path', { d: bars.path, fill: palette[steps.variant] }),
      element('rect', { ...box, fill: 'none', stroke: palette.ink }),
    )
  );
}

export function stepsBlock(figure: StepsFigure): Block {
  const { heading, steps, sum, palette, axis, number } = figure;
  const stages = stagesOf(figure);
  const numbers = stages.flatMap(({ values, visible }) => {
    const { low, high } = stripBars(values, visible, WIDTH, STRIP_HEIGHT);
    return [low, high];
  });
  const left = Math.ceil(Math.max(...numbers.map((value) => textWidth(number(value), 10.5))) + 10);
  const labels = figure.labels(WIDTH);
  const depth = axisDepth(labels, axis.words);
  const rowHeight = TITLE + STRIP_HEIGHT + GAP;
  const axisY = HEADING + stages.length * rowHeight - GAP;
  const sumLines = wrapText(sum, 12, WIDTH);
  const sumY = axisY + depth + 38;
  return {
    width: left + WIDTH,
    height: sumY + (sumLines.length - 1) * 17 + 4,
    below: '',
    rasters: [],
    above:
      element('rect', { x: left, y: 4, width: 10, height: 10, rx: 2, fill: palette[steps.variant] }) +
      textElement(heading, { x: left + 16, y: 14, 'font-size': 13, 'font-weight': 600 }) +
      stages
        .map((stage, n) =>
          element('g', { transform: `translate(0 ${HEADING + n * rowHeight})` }, strip(figure, stage, left)),
        )
        .join('') +
      element('g', { transform: `translate(${left} ${axisY})` }, bottomAxis({ palette, axis }, labels, WIDTH, depth)) +
      sumLines.map((line, n) => textElement(line, { x: left, y: sumY + n * 17, 'font-size': 12 })).join(''),
    definitions: hatchPattern('hatch', palette),
  };
}
