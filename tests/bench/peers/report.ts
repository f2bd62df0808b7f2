// The contestants' tables and the bars as text, and the samples as CSV. Pure.
import { median } from '../../../src/theory/statistics.ts';
import { csvText } from '../csv.ts';
import { alignColumns, three } from '../table.ts';
import type { BarOutcome } from './bars.ts';
import { QUIET_PERCENT } from './noise.ts';
import { fastest, roundRatios, samplesOf, type CaseResult, type PeerClock, type PeerResult } from './results.ts';

/** Median with the extremes around it. */
function range(samples: number[]): string {
  if (samples.length === 0) return '–';
  return `${three(median(samples))} (${three(Math.min(...samples))}…${three(Math.max(...samples))})`;
}

/** Against the fastest of the case by that clock: 1 is the fastest, 2 takes twice as long. */
function relative(one: PeerResult, results: PeerResult[], clock: PeerClock): string {
  const best = fastest(results, clock);
  const ratios = best ? roundRatios(best, one, clock) : [];
  return ratios.length === 0 ? '–' : `${three(median(ratios))}×`;
}

export function caseTable({ problem, results, noise, pairs }: CaseResult): string {
  const head = ['contestant', 'with read-back ms', '', 'resident ms', '', 'GFLOP/s', 'rounds', 'largest error', 'note'];
  const flops = 4 * problem.d * problem.heads * pairs;
  const rows = results
    .filter(({ status }) => status !== 'unsupported')
    .map((one) => {
      const error = one.error?.toExponential(1) ?? '';
      if (one.status !== 'ok') return [one.name, one.status.toUpperCase(), '', '', '', '', '', error, one.note];
      const [latency, amortised] = [samplesOf(one, 'latency'), samplesOf(one, 'amortised')];
      const speed = flops / (median(amortised.length > 0 ? amortised : latency) * 1e6);
      return [
        one.name,
        range(latency),
        relative(one, results, 'latency'),
        range(amortised),
        relative(one, results, 'amortised'),
        three(speed),
        String(one.rounds.length),
        error,
        one.note,
      ];
    });
  const busy = noise.flatMap(({ busyPercent }) => (busyPercent === null ? [] : [busyPercent]));
  const canary = noise.map(({ canaryMs }) => canaryMs);
  const heading = `${problem.key}: others kept the processors ${range(busy)} % busy; a fixed piece of work took ${range(canary)} ms`;
  return `${heading}\n\n${alignColumns([head, ...rows])}`;
}

/** Cases in which others were at work during most rounds; their figures should be taken again. */
export function disturbedCases(cases: readonly CaseResult[]): string[] {
  const isDisturbed = ({ noise }: CaseResult) =>
    median(noise.map(({ busyPercent }) => busyPercent ?? 0)) > QUIET_PERCENT;
  return cases.filter(isDisturbed).map(({ problem }) => problem.key);
}

const CLOCKS: Record<PeerClock, string> = { latency: 'with read-back', amortised: 'resident' };

/** `GPU, full, n = 512 · jax-webgpu · resident · 2.9× (2.7…3.1) · 2.5× · met`. */
export function barTable(outcomes: readonly BarOutcome[]): string {
  const head = ['work', 'against', 'clock', 'times as fast', 'bar', ''];
  const rows = outcomes.map(({ bar, rival, clock, ratios, verdict }) => [
    bar.work,
    rival ?? bar.rival,
    CLOCKS[clock],
    range(ratios),
    bar.least === null ? '' : `≥ ${bar.least}`,
    verdict,
  ]);
  return alignColumns([head, ...rows]);
}

/** One line for each round of each contestant. */
export function peersCsv(cases: readonly CaseResult[]): string {
  const head = ['case', 'contestant', 'status', 'round', 'latencyMs', 'amortisedMs', 'largestError', 'note'];
  const rows = cases.flatMap(({ problem, results }) =>
    results.flatMap(({ name, status, rounds, error, note }) =>
      rounds.map((one) => [problem.key, name, status, one.round, one.latencyMs, one.amortisedMs, error, note]),
    ),
  );
  return csvText([head, ...rows]);
}
