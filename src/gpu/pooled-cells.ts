// Which blocks of a weights view the GPU computes: edges of the blocks, and a list of those some query can see. Pure numbers.
// Big blocks are cut finer, so that no thread is busy for long; `foldCells` puts the pieces together.
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { queryPosition } from '../contract/visibility.ts';

/** Most rows and most keys of a computed block. */
const LARGEST_BLOCK = 64;
export const CLEAR = 0x80000000;

/** One axis: pieces of blocks. Block b holds the pieces b·split … (b+1)·split − 1. */
export interface AxisPieces {
  /** `[pieces + 1]`. */
  readonly edges: Uint32Array;
  readonly split: number;
}

export function axisPieces(
  [start, end]: readonly [number, number],
  blocks: number,
  largest = LARGEST_BLOCK,
): AxisPieces {
  const span = end - start;
  const split = Math.max(1, Math.ceil(Math.ceil(span / blocks) / largest));
  const edges = new Uint32Array(blocks * split + 1);
  for (let block = 0; block < blocks; block++) {
    const from = start + Math.floor((block * span) / blocks);
    const to = start + Math.floor(((block + 1) * span) / blocks);
    for (let piece = 0; piece < split; piece++)
      edges[block * split + piece] = from + Math.floor((piece * (to - from)) / split);
  }
  edges[blocks * split] = end;
  return { edges, split };
}

/** An axis in tiles of `blocks` whole pieces each, the last one perhaps of fewer. */
export function tilePieces({ edges }: AxisPieces, blocks: number): AxisPieces {
  const pieces = edges.length - 1;
  const tiles = Math.ceil(pieces / blocks);
  return {
    edges: Uint32Array.from({ length: tiles + 1 }, (_, tile) => edges[Math.min(pieces, tile * blocks)]!),
    split: 1,
  };
}

/** The pieces of `edges` that overlap the keys [start, end), as a half-open range of piece numbers. */
function overlapping(edges: Uint32Array, start: number, end: number): [number, number] {
  const pieces = edges.length - 1;
  if (start >= end || end <= edges[0]! || start >= edges[pieces]!) return [0, 0];
  // Number of edges at or below `key`.
  const upTo = (key: number) => {
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [Math.max(0, upTo(start) - 1), Math.min(pieces, upTo(end - 1))];
}

/** Key ranges [start, end) that some query of [top, bottom) may see. They may overlap; hidden keys between are tested in the shader. */
function keyRanges(problem: ResolvedProblem, top: number, bottom: number): [number, number][] {
  const { causal, left, right, globalTokens } = problem.mask;
  const M = problem.keyLength;
  const [first, last] = [queryPosition(problem, top), queryPosition(problem, bottom - 1)];
  const limit = causal ? Math.min(M, last + 1) : M;
  if (first < globalTokens) return [[0, limit]];
  return [
    [0, Math.min(globalTokens, limit)],
    [Math.max(0, first - left), Math.min(last + right + 1, limit)],
  ];
}

/** True when every query of [top, bottom) sees every key of [start, end). */
function seesAll(problem: ResolvedProblem, top: number, bottom: number, start: number, end: number): boolean {
  const { causal, left, right, dilation, globalTokens } = problem.mask;
  const [first, last] = [queryPosition(problem, top), queryPosition(problem, bottom - 1)];
  if (causal && end - 1 > first) return false;
  if (end <= globalTokens || last < globalTokens) return true;
  return dilation === 1 && start >= last - left && end - 1 <= first + right;
}

/** Pieces that are not certainly zero, ascending: `row · columns + column`, plus {@link CLEAR} where all pairs are visible. */
export function listCells(problem: ResolvedProblem, rows: AxisPieces, columns: AxisPieces): Uint32Array {
  const width = columns.edges.length - 1;
  const cells: number[] = [];
  for (let row = 0; row + 1 < rows.edges.length; row++) {
    const [top, bottom] = [rows.edges[row]!, rows.edges[row + 1]!];
    if (top === bottom) continue;
    let next = 0;
    for (const [start, end] of keyRanges(problem, top, bottom)) {
      const [from, to] = overlapping(columns.edges, start, end);
      for (let column = Math.max(from, next); column < to; column++) {
        const [left, right] = [columns.edges[column]!, columns.edges[column + 1]!];
        if (left === right) continue;
        cells.push(row * width + column + (seesAll(problem, top, bottom, left, right) ? CLEAR : 0));
      }
      next = Math.max(next, to);
    }
  }
  return Uint32Array.from(cells);
}

/** The pieces of one block folded: `values[at] = …` of the pieces [y, y + down) × [x, x + right), rows `across` apart. */
function foldBlock(pieces: Float32Array, first: number, down: number, right: number, across: number, isMax: boolean) {
  let folded = 0;
  for (let y = 0, at = first; y < down; y++, at += across)
    for (let x = at; x < at + right; x++) folded = isMax ? Math.max(folded, pieces[x]!) : folded + pieces[x]!;
  return folded;
}

/** Sums or maxima of pieces to the view's means or maxima, `[height, width]`. */
export function foldCells(
  pieces: Float32Array,
  rows: AxisPieces,
  columns: AxisPieces,
  view: WeightsView,
): Float32Array {
  const { height, width } = view;
  const isMax = view.pooling === 'max';
  const across = width * columns.split;
  const spans = ({ edges, split }: AxisPieces, blocks: number) =>
    Int32Array.from({ length: blocks }, (_, block) => edges[(block + 1) * split]! - edges[block * split]!);
  const [rowsOf, keysOf] = [spans(rows, height), spans(columns, width)];
  const values = new Float32Array(height * width);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      const first = row * rows.split * across + column * columns.split;
      const folded = foldBlock(pieces, first, rows.split, columns.split, across, isMax);
      values[at] = isMax ? folded : folded / (rowsOf[row]! * keysOf[column]!);
    }
  return values;
}
