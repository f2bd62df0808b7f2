// The reference for pooled pictures: every weight of the view, then the mean or maximum of each block, in float64.
import type { WeightsView } from '../contract/engine.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import { referenceRow } from './attention.ts';

/** Pooled softmax weights, `[height, width]`. Block `r` holds rows `floor(r·span/height)` up to `floor((r+1)·span/height)`. */
export function referenceWeights(
  problem: ResolvedProblem,
  tensors: { q: ArrayLike<number>; k: ArrayLike<number> },
  view: WeightsView,
): Float64Array {
  const { height, width, pooling } = view;
  const [rowStart, rowEnd] = view.rows;
  const [columnStart, columnEnd] = view.columns;
  const rowSpan = rowEnd - rowStart;
  const columnSpan = columnEnd - columnStart;
  const values = new Float64Array(height * width);
  for (let r = 0; r < height; r++) {
    const top = rowStart + Math.floor((r * rowSpan) / height);
    const bottom = rowStart + Math.floor(((r + 1) * rowSpan) / height);
    for (let i = top; i < bottom; i++) {
      const { weights } = referenceRow(problem, tensors, view.head, i);
      for (let c = 0; c < width; c++) {
        const left = columnStart + Math.floor((c * columnSpan) / width);
        const right = columnStart + Math.floor(((c + 1) * columnSpan) / width);
        const cell = r * width + c;
        for (let j = left; j < right; j++) {
          if (pooling === 'max') values[cell] = Math.max(values[cell]!, weights[j]!);
          else values[cell]! += weights[j]! / ((bottom - top) * (right - left));
        }
      }
    }
  }
  return values;
}
