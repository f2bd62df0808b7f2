// A benchmark report as the rows of its table: every number formatted, times on the backend's own clock where it has one.
// Texts only; the words around them belong to the catalogue. Drawn by `ui/charts/BenchmarkTable.svelte`.
import type { BenchmarkGrowth, BenchmarkRow } from '../contract/benchmark.ts';
import type { BackendKind } from '../contract/engine.ts';
import { quartiles } from '../theory/statistics.ts';
import {
  formatFlopRate,
  formatPower,
  formatShare,
  formatSpread,
  formatTheoryPower,
  formatWeight,
  type FormatLocale,
} from './format.ts';
import type { Clock } from './timing-series.ts';

export interface BenchmarkLine {
  case: string;
  backend: BackendKind;
  /** Null where the backend has no choice. */
  plan: string | null;
  clock: Clock;
  timeText: string;
  rangeText: string;
  rateText: string;
  /** Null without the device's limits. */
  shareText: string | null;
  boundBy: 'compute' | 'memory' | null;
  errorText: string;
}

export function benchmarkLines(rows: readonly BenchmarkRow[], locale: FormatLocale): BenchmarkLine[] {
  return rows.map((row) => {
    const clock: Clock = row.kernelMs.length > 0 ? 'kernel' : 'wall';
    const time = quartiles(clock === 'kernel' ? row.kernelMs : row.wallMs);
    const spread = formatSpread(time, locale);
    return {
      case: row.case,
      backend: row.backend,
      plan: row.plan,
      clock,
      timeText: spread.median,
      rangeText: spread.range,
      rateText: formatFlopRate((row.flops * 1000) / time.median, locale),
      shareText: row.rooflineShare === null ? null : formatShare(row.rooflineShare, locale),
      boundBy: row.boundBy,
      errorText: formatWeight(row.largestError, locale),
    };
  });
}

export interface GrowthLine {
  family: string;
  backend: BackendKind;
  /** "n¹·⁹⁸". */
  measuredText: string;
  predictedText: string;
}

export function growthLines(growth: readonly BenchmarkGrowth[]): GrowthLine[] {
  return growth.map(({ family, backend, exponent, standardError, predicted }) => ({
    family,
    backend,
    measuredText: formatPower(exponent, standardError),
    predictedText: formatTheoryPower(predicted),
  }));
}
