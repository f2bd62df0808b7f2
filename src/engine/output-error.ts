// How far the windowed output is from the full one. Shapes: both `[H, N, D]`.
import type { OutputError } from '../contract/workbench.ts';

export function outputError(
  full: Float32Array,
  windowed: Float32Array,
  shape: { heads: number; queryLength: number; headDim: number },
): OutputError {
  const { heads: H, queryLength: N, headDim: D } = shape;
  const perRow = new Float32Array(N);
  const error: OutputError = { largest: 0, head: 0, query: 0, perRow, largestOutput: 0 };
  for (let head = 0; head < H; head++) {
    for (let query = 0; query < N; query++) {
      let worst = 0;
      const start = (head * N + query) * D;
      for (let x = start; x < start + D; x++) {
        worst = Math.max(worst, Math.abs(windowed[x]! - full[x]!));
        error.largestOutput = Math.max(error.largestOutput, Math.abs(full[x]!));
      }
      perRow[query] = Math.max(perRow[query]!, worst);
      if (worst > error.largest) Object.assign(error, { largest: worst, head, query });
    }
  }
  return error;
}
