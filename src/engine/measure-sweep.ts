// Measures one setting at several lengths, shortest first. What a shorter length took tells which longer ones would
// not fit the budget: those are skipped without running. Lengths beyond the source run on random numbers of its shape:
// time does not depend on the values.
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { Measurement, MeasurementGap, MeasureOptions, Series, Setting } from '../contract/workbench.ts';
import { MAX_LENGTH } from '../contract/problem.ts';
import { flops } from '../theory/attention-cost.ts';
import { drawSignal } from '../data/synthetic.ts';
import { pairProblems } from './attention-pair.ts';
import { cutTensors, type Cut, type SourceTensors } from './cut-source.ts';
import { FEWEST_SAMPLES, measureLength, overBudget, WARM_UPS, type BackendOf } from './measure.ts';

type Result = Measurement | MeasurementGap;

function cutForLength(source: SourceTensors, length: number, heads: number): Cut {
  if (length <= source.queryLength) return cutTensors(source, length, heads);
  const { headDim, scale } = source;
  const tensors = drawSignal('random', 1, { heads, length, headDim });
  const shape = { heads, queryLength: length, headDim, ...(scale === null ? {} : { scale }) };
  return { shape, tensors };
}

/** Milliseconds per operation at the last length that was measured, or was found too slow. */
function rateOf(result: Result, previous: number | undefined): number | undefined {
  if ('code' in result) return previous;
  return Math.min(...result.wall) / result.flops;
}

function requireLengths(lengths: number[]): number[] {
  const wrong = lengths.find((length) => !Number.isInteger(length) || length < 1 || length > MAX_LENGTH);
  if (wrong === undefined) return [...new Set(lengths)].sort((a, b) => a - b);
  const allowed = `integers from 1 to ${MAX_LENGTH}`;
  throw new AttentionError('invalid-problem', { field: 'lengths', value: wrong, allowed });
}

export async function measureSweep(
  source: SourceTensors,
  setting: Setting,
  lengths: number[],
  options: MeasureOptions,
  backendOf: BackendOf,
  signal: AbortSignal,
  onResult: (result: Result, done: number) => void,
): Promise<void> {
  const sorted = requireLengths(lengths);
  const msPerFlop = new Map<Series, number | undefined>();
  const given = new Set<Series>();
  let answered = 0;
  const answer = (result: Result) => onResult(result, ++answered / (sorted.length * options.series.length));
  for (const length of sorted) {
    throwIfAborted(signal);
    const cut = cutForLength(source, length, Math.min(setting.heads, source.heads));
    const problems = pairProblems(cut, setting.mask);
    const affordable = options.series.filter((series) => {
      const work = flops(series.endsWith('full') ? problems.full : problems.windowed);
      const estimateMs = (msPerFlop.get(series) ?? 0) * work * (WARM_UPS + FEWEST_SAMPLES);
      const isAffordable = !given.has(series) && estimateMs <= options.budgetMs;
      if (!isAffordable) answer(overBudget(series, length, estimateMs, options.budgetMs));
      return isAffordable;
    });
    for (const result of await measureLength(cut, setting.mask, affordable, options, backendOf, signal)) {
      msPerFlop.set(result.series, rateOf(result, msPerFlop.get(result.series)));
      // Work only grows with the length.
      if ('code' in result && result.code === 'over-budget') given.add(result.series);
      answer(result);
    }
  }
}
