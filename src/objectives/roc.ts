// How well a score tells two classes apart: the ROC curve, its area with ties counted half (Mann & Whitney 1947), and an interval by
// drawing whole groups of pairs again (Efron 1979). Scores may be anything that compares; NaN is refused by the caller.
import { quantile } from '../theory/statistics.ts';
import { choose, PURPOSE } from './draw-order.ts';

export interface ScoredPair {
  score: number;
  isPositive: boolean;
  /** Pairs of one group are drawn together: 0 … groups − 1. */
  group: number;
}

export interface RocPoint {
  /** Share of the negatives, and of the positives, that score at least `threshold`. */
  falsePositives: number;
  truePositives: number;
  /** Infinity at the start, where nothing is accepted. */
  threshold: number;
}

const byScore = (pairs: readonly ScoredPair[]) => [...pairs].sort((a, b) => b.score - a.score);

/** From (0, 0) to (1, 1), a point for each different score; equal scores move both ways at once. */
export function rocCurve(pairs: readonly ScoredPair[]): RocPoint[] {
  const positives = pairs.filter(({ isPositive }) => isPositive).length;
  const negatives = pairs.length - positives;
  const points: RocPoint[] = [{ falsePositives: 0, truePositives: 0, threshold: Infinity }];
  let [hits, alarms] = [0, 0];
  const sorted = byScore(pairs);
  sorted.forEach(({ score, isPositive }, n) => {
    if (isPositive) hits++;
    else alarms++;
    if (sorted[n + 1]?.score !== score)
      points.push({ falsePositives: alarms / negatives, truePositives: hits / positives, threshold: score });
  });
  return points;
}

/** Sorted once; areas of many weightings of its groups follow in one walk each. */
class Ranking {
  readonly #sorted: ScoredPair[];

  constructor(pairs: readonly ScoredPair[]) {
    this.#sorted = byScore(pairs);
  }

  /** Chance that a positive scores above a negative, ties counted half. NaN where one class is empty. */
  area(weightOf: (group: number) => number): number {
    const sorted = this.#sorted;
    let [won, positives, negatives] = [0, 0, 0];
    for (let n = 0; n < sorted.length;) {
      let [tiedPositives, tiedNegatives] = [0, 0];
      const score = sorted[n]!.score;
      for (; n < sorted.length && sorted[n]!.score === score; n++) {
        const weight = weightOf(sorted[n]!.group);
        if (sorted[n]!.isPositive) tiedPositives += weight;
        else tiedNegatives += weight;
      }
      won += tiedNegatives * (positives + tiedPositives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return won / (positives * negatives);
  }
}

export function rocArea(pairs: readonly ScoredPair[]): number {
  return new Ranking(pairs).area(() => 1);
}

export interface Interval {
  lower: number;
  upper: number;
}

export const RESAMPLES = 1000;

/**
 * The middle 95 % of the areas of `resamples` corpora, each of as many groups, drawn with putting back. Groups rather than pairs, because
 * pairs of one document resemble each other and would make the interval too narrow.
 */
export function areaInterval(pairs: readonly ScoredPair[], seed: number, resamples = RESAMPLES): Interval {
  const groups = [...new Set(pairs.map(({ group }) => group))];
  const ranking = new Ranking(pairs);
  const weights = new Float64Array(Math.max(...groups) + 1);
  const areas: number[] = [];
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    groups.forEach((_, n) => weights[groups[choose(groups.length, seed, PURPOSE.bootstrap, draw, n)]!]!++);
    const area = ranking.area((group) => weights[group]!);
    if (!Number.isNaN(area)) areas.push(area);
  }
  return { lower: quantile(areas, 0.025), upper: quantile(areas, 0.975) };
}
