// What one row of weights says: who gets most, how concentrated it is. Pure; called by the cursor's sentence and the step view.
// `weights` are `[M]`; hidden keys hold 0 and may be told apart by `visible` `[M]` (1 = seen).

export interface RowSummary {
  /** Keys the query sees. */
  visibleCount: number;
  /** `−Σ w ln w`, nats. */
  entropy: number;
  /** `exp(entropy)`: the number of equal weights that would be as uncertain. */
  effectiveKeys: number;
  /** Keys by falling weight, with the mass up to and including each. */
  strongest: { key: number; weight: number; cumulativeMass: number }[];
}

/** Place of a key by falling weight, 1 = strongest; equal weights rank by position. */
export function rankOf(weights: ArrayLike<number>, key: number, visible?: ArrayLike<number>): number {
  const weight = weights[key] ?? 0;
  let rank = 1;
  for (let j = 0; j < weights.length; j++) {
    if (visible && !visible[j]) continue;
    if (weights[j]! > weight || (weights[j] === weight && j < key)) rank++;
  }
  return rank;
}

/** The `count` keys of largest weight, strongest first; equal weights by position. */
export function topKeys(weights: ArrayLike<number>, count: number, visible?: ArrayLike<number>): number[] {
  const top: number[] = [];
  for (let j = 0; j < weights.length; j++) {
    if (visible && !visible[j]) continue;
    if (top.length === count && weights[j]! <= weights[top[count - 1]!]!) continue;
    let place = top.length;
    while (place > 0 && weights[top[place - 1]!]! < weights[j]!) place--;
    top.splice(place, 0, j);
    if (top.length > count) top.pop();
  }
  return top;
}

/** How many of the strongest keys together hold the share `mass` (0…1) of the row's weight. */
export function keysForMass(weights: ArrayLike<number>, mass: number): number {
  const sorted = Float64Array.from(weights).sort().reverse();
  const wanted = mass * sorted.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  for (let count = 0; count < sorted.length; count++) {
    if (sum >= wanted) return count;
    sum += sorted[count]!;
  }
  return sorted.length;
}

/** `−Σ w ln w` in nats; exact zeros add nothing. */
export function entropy(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) if (weights[j]! > 0) sum -= weights[j]! * Math.log(weights[j]!);
  return sum;
}

function countVisible(weights: ArrayLike<number>, visible?: ArrayLike<number>): number {
  let count = 0;
  for (let j = 0; j < weights.length; j++) if (visible ? visible[j] : weights[j]! > 0) count++;
  return count;
}

/** Without `visible`, keys of weight 0 count as hidden. */
export function summariseRow(weights: ArrayLike<number>, count: number, visible?: ArrayLike<number>): RowSummary {
  let cumulativeMass = 0;
  const strongest = topKeys(weights, count, visible).map((key) => {
    cumulativeMass += weights[key]!;
    return { key, weight: weights[key]!, cumulativeMass };
  });
  const nats = entropy(weights);
  return { visibleCount: countVisible(weights, visible), entropy: nats, effectiveKeys: Math.exp(nats), strongest };
}
