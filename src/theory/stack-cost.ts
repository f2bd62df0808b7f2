// What an encoder stack costs by the book: operations, parameters, bytes, the cache of keys and values; and what a change to it should
// gain. Pure. Called by the speed-ups lab, its measurements and the bench. Counting rule as in `mixer-cost.ts`.
import { stackAttention, stackShapes, STACK_MATRICES, type StackShape } from '../contract/stack.ts';
import { visiblePairs } from '../contract/visibility.ts';
import { FLOAT32_BYTES } from './attention-cost.ts';

/** MACs of one position through a matrix, whole or as two factors; as many weights as that it has. */
function matrixSize(rows: number, columns: number, rank: number | null): number {
  return rank === null ? rows * columns : rank * (rows + columns);
}

/** MACs of one layer by part. */
export function layerMacs(shape: StackShape): { projections: number; core: number; feedForward: number } {
  const { length: n, heads, headDim, rank } = shape;
  const size = (name: (typeof STACK_MATRICES)[number]) => n * matrixSize(...stackShapes(shape)[name], rank);
  return {
    projections: size('qkv') + size('output'),
    core: 2 * heads * headDim * visiblePairs(stackAttention(shape)),
    feedForward: size('up') + size('down'),
  };
}

export function stackMacs(shape: StackShape): number {
  const { projections, core, feedForward } = layerMacs(shape);
  return shape.layers * (projections + core + feedForward);
}

/** Exponentials of all softmaxes, which MACs leave out. */
export function stackExponentials(shape: StackShape): number {
  return shape.layers * shape.heads * visiblePairs(stackAttention(shape));
}

/** Numbers stored, by part. Shared layers count once; biases stay whole when matrices are factored. */
export function stackParameters(shape: StackShape) {
  const { layers, width: d, rank, vocabulary, sharedLayers } = shape;
  const shapes = Object.values(stackShapes(shape));
  const sets = sharedLayers ? 1 : layers;
  const matrices = sets * shapes.reduce((sum, [rows, columns]) => sum + matrixSize(rows, columns, rank), 0);
  const biases = sets * shapes.reduce((sum, [, columns]) => sum + columns, 0);
  const norms = sets * 4 * d;
  const embedding = vocabulary * d;
  return { embedding, matrices, biases, norms, total: embedding + matrices + biases + norms };
}

/** The same numbers by what they are for: the table, attention's matrices, the feed-forward's, and the rest (biases and norms). */
export function parameterParts(shape: StackShape) {
  const { embedding, matrices, biases, norms, total } = stackParameters(shape);
  const { up, down } = stackShapes(shape);
  const perLayer = matrixSize(...up, shape.rank) + matrixSize(...down, shape.rank);
  const feedForward = (shape.sharedLayers ? 1 : shape.layers) * perLayer;
  return { embedding, attention: matrices - feedForward, feedForward, rest: biases + norms, total };
}

/** Bytes of the matrices of all layers: float32, or 8 bits with a float32 scale per column. */
export function stackWeightBytes(shape: StackShape): number {
  const { matrices } = stackParameters(shape);
  if (!shape.int8) return FLOAT32_BYTES * matrices;
  const sets = shape.sharedLayers ? 1 : shape.layers;
  const columns = (total: number, [, out]: [number, number]) => total + out + (shape.rank ?? 0);
  return matrices + FLOAT32_BYTES * sets * Object.values(stackShapes(shape)).reduce(columns, 0);
}

/** Keys and values of all layers, as a decoder would cache them: 2·L·kvHeads·headDim·n numbers (GQA: Ainslie et al. 2023). */
export function keyValueCacheBytes(
  { layers, kvHeads, headDim, length }: Pick<StackShape, 'layers' | 'kvHeads' | 'headDim' | 'length'>,
  bytesPerNumber = FLOAT32_BYTES,
): number {
  return 2 * layers * kvHeads * headDim * length * bytesPerNumber;
}

/** Useful bytes of one pass: every layer reads its weights, its input and keys and values once and writes its output once. */
export function stackBytes(shape: StackShape): number {
  const perSet = stackWeightBytes(shape) / (shape.sharedLayers ? 1 : shape.layers);
  return shape.layers * (perSet + FLOAT32_BYTES * 2 * shape.length * shape.width) + 2 * keyValueCacheBytes(shape);
}

/** The keys one position depends on after all layers, as a reach to either side: L·w, the limit; Infinity without a window. */
export function stackReach({ layers, window, length }: StackShape): number {
  return window === null ? Infinity : Math.min(length - 1, layers * window);
}

/** `before` over `after`: 2 means half of it is left. */
export interface StackGain {
  /** What time should follow where multiplying is the limit. */
  operations: number;
  exponentials: number;
  parameters: number;
  /** What time should follow where reading weights is the limit. */
  weightBytes: number;
  keyValueBytes: number;
}

export function predictedGain(before: StackShape, after: StackShape): StackGain {
  const ratio = (of: (shape: StackShape) => number) => of(before) / of(after);
  return {
    operations: ratio(stackMacs),
    exponentials: ratio(stackExponentials),
    parameters: ratio((shape) => stackParameters(shape).total),
    weightBytes: ratio(stackWeightBytes),
    keyValueBytes: ratio(keyValueCacheBytes),
  };
}

/** The change that two speed-ups make together if neither knew of the other: their gains multiplied. */
export function combinedGain(gains: readonly number[]): number {
  return gains.reduce((product, gain) => product * gain, 1);
}

/** A factored matrix is smaller only below this many columns between: r < mn/(m + n), for a square one half its width. */
export function lowRankPaysBelow(rows: number, columns: number): number {
  return (rows * columns) / (rows + columns);
}
