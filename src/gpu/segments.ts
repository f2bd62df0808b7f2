// Cuts the queries into at most two segments, each with one simple rule for the keys its rows see. Pure numbers.
// Used by every kernel that walks keys; a unit test compares the segments with `visibility.ts` on every small case.
//
// A row at position p of a segment sees the keys [0, prefix) and, at or after the prefix, p + s·stride
// for −leftSteps ≤ s ≤ rightSteps. Causality is a rightSteps of at most 0.
import type { ResolvedProblem } from '../contract/problem.ts';

export interface RowSegment {
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly stride: number;
  readonly leftSteps: number;
  readonly rightSteps: number;
  readonly prefix: number;
}

/** First the rows that see everything up to their limit (p < globalTokens), then the windowed rows. Empty ones are left out. */
export function rowSegments(problem: ResolvedProblem): RowSegment[] {
  const { queryLength: N, keyLength: M, mask } = problem;
  const unlimited = N + M;
  const dense = { stride: 1, leftSteps: unlimited, rightSteps: mask.causal ? 0 : unlimited, prefix: 0 };
  const isDense = mask.dilation === 1 && mask.left >= unlimited && (mask.causal || mask.right >= unlimited);
  const globalRows = isDense ? N : Math.min(N, Math.max(0, mask.globalTokens - (M - N)));
  const steps = (reach: number) => Math.floor(Math.min(reach, unlimited) / mask.dilation);
  const segments: RowSegment[] = [];
  if (globalRows > 0) segments.push({ rowStart: 0, rowEnd: globalRows, ...dense });
  if (globalRows < N)
    segments.push({
      rowStart: globalRows,
      rowEnd: N,
      stride: mask.dilation,
      leftSteps: steps(mask.left),
      rightSteps: mask.causal ? 0 : steps(mask.right),
      prefix: Math.min(mask.globalTokens, M),
    });
  return segments;
}

/** How a segment's rows are dealt to tiles of `rows` rows of one residue class of the stride. */
export interface SegmentTiles {
  readonly classes: number;
  readonly tilesPerHead: number;
}

export function segmentTiles(segment: RowSegment, rows: number): SegmentTiles {
  const span = segment.rowEnd - segment.rowStart;
  const classes = Math.min(segment.stride, span);
  return { classes, tilesPerHead: classes * Math.ceil(Math.ceil(span / segment.stride) / rows) };
}

/** Keys that tile `index` of a head visits; 0 for a tile past the end. */
export function tileKeys(
  problem: ResolvedProblem,
  segment: RowSegment,
  tiles: SegmentTiles,
  rows: number,
  index: number,
): number {
  const { stride, leftSteps, rightSteps, prefix, rowStart, rowEnd } = segment;
  const first = rowStart + (index % tiles.classes) + Math.floor(index / tiles.classes) * rows * stride;
  if (first >= rowEnd) return 0;
  const position = first + problem.keyLength - problem.queryLength;
  const begin = Math.max(-leftSteps, Math.trunc((prefix - position) / stride));
  const end = Math.min(rows - 1 + rightSteps, Math.trunc((problem.keyLength - 1 - position) / stride)) + 1;
  return prefix + Math.max(0, end - begin);
}
