// Where two measured lines cross, from their points alone. Pure. Called by the mixers lab beside the predicted crossovers.

export interface TimePoint {
  /** Length or width. */
  x: number;
  ms: number;
}

/**
 * The x at which the first line becomes the dearer one, between two neighbouring x that both have; straight lines between points on
 * logarithmic axes. Null when it does not within what was measured.
 */
export function measuredCrossing(first: readonly TimePoint[], second: readonly TimePoint[]): number | null {
  const others = new Map(second.map(({ x, ms }) => [x, ms]));
  const gaps = first
    .filter(({ x }) => others.has(x))
    .map(({ x, ms }) => ({ u: Math.log(x), gap: Math.log(ms) - Math.log(others.get(x)!) }))
    .sort((a, b) => a.u - b.u);
  for (let at = 1; at < gaps.length; at++) {
    const [left, right] = [gaps[at - 1]!, gaps[at]!];
    if (left.gap > 0 || right.gap <= 0) continue;
    return Math.exp(left.u + ((right.u - left.u) * -left.gap) / (right.gap - left.gap));
  }
  return null;
}
