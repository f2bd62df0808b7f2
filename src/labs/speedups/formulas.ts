// The lab's formulas as short text for `ui/MathText.svelte`: the count in letters, then with the current numbers. Every number is the
// count's own (`theory/stack-cost.ts`), so that what is printed is what is predicted. Pure.
import { stackAttention, stackShapes, type StackShape } from '../../contract/stack.ts';
import { visiblePairs } from '../../contract/visibility.ts';
import {
  keyValueCacheBytes,
  layerMacs,
  lowRankPaysBelow,
  stackMacs,
  stackParameters,
} from '../../theory/stack-cost.ts';
import { formatBytes, formatCount, formatGain, formatNumber, type FormatLocale } from '../../viz/format.ts';

const isPlain = (shape: StackShape) => shape.kvHeads * shape.headDim === shape.width && shape.heads === shape.kvHeads;

/** Multiply-adds of a whole stack: in letters. */
export function countInLetters(shape: StackShape): string {
  const pairs = shape.window === null ? 'n^2' : 'P';
  if (shape.rank !== null) {
    return `L ( n r ( 2 d + ( 2 h + 2 h_kv ) d_h ) + 2 ${pairs} h d_h + 2 n r ( d + d_ff ) )`;
  }
  if (isPlain(shape)) return `L ( 4 n d^2 + 2 ${pairs} d + 2 n d d_ff )`;
  return `L ( n d ( 2 h + 2 h_kv ) d_h + 2 ${pairs} h d_h + 2 n d d_ff )`;
}

/** The same with the numbers of now, and the sum. */
export function countInNumbers(shape: StackShape, locale: FormatLocale): string {
  const count = (value: number) => formatCount(value, locale);
  const { projections, core, feedForward } = layerMacs(shape);
  const { layers } = shape;
  return `${layers} · ( ${count(projections)} + ${count(core)} + ${count(feedForward)} ) = ${count(stackMacs(shape))}`;
}

/** Multiply-adds of attention alone at fixed width: the two terms heads cannot change. Where heads leave a part of the width, as it is. */
export function attentionAtWidth(shape: StackShape, locale: FormatLocale): string {
  const { length: n, width: d, heads: h, headDim } = shape;
  if (h * headDim !== d) return attentionOfSize(shape, locale);
  const count = (value: number) => formatCount(value, locale);
  const sum = 4 * n * d * d + 2 * n * n * d;
  return `4 n d^2 + 2 n^2 d = 4 · ${count(n)} · ${count(d)}^2 + 2 · ${count(n)}^2 · ${count(d)} = ${count(sum)}`;
}

/** Of attention with heads of a fixed size: all of it carries h. */
export function attentionOfSize({ length: n, width: d, heads: h, headDim }: StackShape, locale: FormatLocale): string {
  const count = (value: number) => formatCount(value, locale);
  const sum = h * (4 * n * d * headDim + 2 * n * n * headDim);
  return `h ( 4 n d d_h + 2 n^2 d_h ) = ${h} · ( 4 · ${count(n)} · ${count(d)} · ${headDim} + 2 · ${count(n)}^2 · ${headDim} ) = ${count(sum)}`;
}

export function exponentialsOf({ length: n, heads: h }: StackShape, locale: FormatLocale): string {
  const count = (value: number) => formatCount(value, locale);
  return `h n^2 = ${h} · ${count(n)}^2 = ${count(h * n * n)}`;
}

/** Bytes of keys and values of all layers. */
export function cacheBytes(shape: StackShape, locale: FormatLocale): string {
  const { layers, kvHeads, headDim, length } = shape;
  return `2 L h_kv d_h n · 4 = 2 · ${layers} · ${kvHeads} · ${headDim} · ${formatCount(length, locale)} · 4 = ${formatBytes(keyValueCacheBytes(shape), locale)}`;
}

/** Visible pairs of a window of ±w, counted. */
export function windowPairs(shape: StackShape, locale: FormatLocale): string {
  const { length: n, window: w, dilation, globalTokens } = shape;
  const count = (value: number) => formatCount(value, locale);
  const pairs = count(visiblePairs(stackAttention(shape)));
  if (w === null || dilation > 1 || globalTokens > 0 || w >= n) return `P = ${pairs}`;
  return `P = n ( 2 w + 1 ) − w ( w + 1 ) = ${count(n)} · ${count(2 * w + 1)} − ${count(w)} · ${count(w + 1)} = ${pairs}`;
}

/** Before over after. */
export function gainFormula(before: StackShape, after: StackShape, locale: FormatLocale): string {
  const [a, b] = [stackMacs(before), stackMacs(after)];
  return `\\frac { ${formatCount(a, locale)} } { ${formatCount(b, locale)} } = ${formatGain(a / b, locale)}`;
}

/** What is stored: table, layers, the rest. */
export function parametersOf(shape: StackShape, locale: FormatLocale): string {
  const { embedding, matrices, biases, norms, total } = stackParameters(shape);
  const count = (value: number) => formatCount(value, locale);
  return `${count(embedding)} + ${count(matrices)} + ${count(biases + norms)} = ${count(total)}`;
}

/** A square matrix of the width is smaller in two factors only below this rank. */
export function rankPays({ width: d, feedForward }: StackShape, locale: FormatLocale): string {
  const square = formatNumber(lowRankPaysBelow(d, d), locale);
  const wide = formatNumber(lowRankPaysBelow(d, feedForward), locale);
  return `r < \\frac { m n } { m + n } "→" \\frac { d } { 2 } = ${square} "," \\frac { d d_ff } { d + d_ff } = ${wide}`;
}

/** Numbers of one layer's matrices, whole. */
export function matricesOfLayer(shape: StackShape, locale: FormatLocale): string {
  const whole = { ...shape, rank: null };
  const sum = Object.values(stackShapes(whole)).reduce((total, [rows, columns]) => total + rows * columns, 0);
  return `4 d^2 + 2 d d_ff = ${formatCount(sum, locale)}`;
}
