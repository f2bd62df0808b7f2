// The report of our own kernels as text: limits, times, growth, gaps, and what is wrong with it. Pure.
import type { BenchmarkGap, BenchmarkReport, BenchmarkRow } from '../../../src/contract/benchmark.ts';
import { rooflineOf } from '../../../src/theory/roofline.ts';
import { median, quartiles } from '../../../src/theory/statistics.ts';
import { alignColumns, three } from '../table.ts';

/** Median with the quartiles around it. */
function spread(samples: number[]): string {
  if (samples.length === 0) return '–';
  const { lower, median: middle, upper } = quartiles(samples);
  return `${three(middle)} [${three(lower)}, ${three(upper)}]`;
}

/** The backend's own clock where it has one. */
const timesOf = ({ kernelMs, wallMs }: BenchmarkRow) => (kernelMs.length > 0 ? kernelMs : wallMs);

export function peakTable({ peaks }: BenchmarkReport): string {
  const head = ['device', 'GFLOP/s', 'GB/s', 'clock', 'step of the clock ms'];
  const rows = peaks.map((peak) => {
    const { flops, bytes } = rooflineOf(peak);
    const step = peak.timerResolutionMs === null ? '–' : three(peak.timerResolutionMs);
    return [`${peak.backend}: ${peak.device}`, three(flops / 1e9), three(bytes / 1e9), peak.clock, step];
  });
  return alignColumns([head, ...rows]);
}

/** A 512 × 512 picture of a head's weights over that head's share of the attention. */
function pictureShare(row: BenchmarkRow): string {
  if (row.pictureMs.length === 0) return '–';
  return `${((median(row.pictureMs) * row.heads) / median(timesOf(row))).toFixed(2)} ×`;
}

export function timingTable({ rows }: BenchmarkReport): string {
  const head = [
    'backend',
    'case',
    'plan',
    'kernel ms',
    'wall ms',
    'GFLOP/s',
    'of the roofline',
    'picture',
    'samples × runs',
    'error',
  ];
  const lines = rows.map((row) => [
    row.backend,
    row.case,
    row.plan ?? '',
    spread(row.kernelMs),
    spread(row.wallMs),
    three(row.flops / (median(timesOf(row)) * 1e6)),
    row.rooflineShare === null ? '–' : `${three(100 * row.rooflineShare)} % ${row.boundBy ?? ''}`.trimEnd(),
    pictureShare(row),
    `${row.wallMs.length} × ${row.runsPerSample}`,
    row.largestError.toExponential(1),
  ]);
  return alignColumns([head, ...lines]);
}

export function growthTable({ growth }: BenchmarkReport): string {
  const head = ['backend', 'family', 'clock', 'measured', 'operations alone'];
  const rows = growth.map(({ backend, family, clock, exponent, standardError, predicted }) => [
    backend,
    family,
    clock,
    `n^${exponent.toFixed(2)} ± ${standardError?.toFixed(2) ?? '?'}`,
    `n^${predicted.toFixed(2)}`,
  ]);
  return alignColumns([head, ...rows]);
}

function reasonOf({ code, detail }: BenchmarkGap): string {
  const estimateMs = detail.numbers?.['estimateMs'];
  if (code === 'over-budget' && estimateMs !== undefined && Number.isFinite(estimateMs))
    return `about ${three(estimateMs / 1000)} s`;
  if (code === 'over-budget') return 'a shorter case took too long already';
  return [detail.reason, detail.field, detail.value === undefined ? '' : String(detail.value)]
    .filter(Boolean)
    .join(' ');
}

export function gapTable({ gaps }: BenchmarkReport): string {
  const head = ['backend', 'case', 'not measured', ''];
  return alignColumns([head, ...gaps.map((gap) => [gap.backend, gap.case, gap.code, reasonOf(gap)])]);
}

/** The whole report, as the terminal shows it. */
export function reportText(report: BenchmarkReport): string {
  return [
    report.peaks.length > 0 ? `What the device can do at best\n\n${peakTable(report)}` : '',
    report.rows.length > 0
      ? `Milliseconds per run, median [quartiles]. kernel: the backend’s own clock; wall: the host’s, without upload and read-back.\npicture: weights of a head in 512 × 512 blocks, over that head’s attention.\n\n${timingTable(report)}`
      : '',
    report.growth.length > 0
      ? `Growth with n (least squares on logarithms of the medians, ± standard error)\n\n${growthTable(report)}`
      : '',
    report.gaps.length > 0 ? gapTable(report) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Rows whose kernels took clearly longer than the calls they ran in: their clocks cannot both be right. */
function contradictions(rows: BenchmarkRow[]): string[] {
  return rows
    .filter(({ kernelMs, wallMs }) => median(kernelMs) > 1.1 * median(wallMs))
    .map((row) => `${row.backend}, ${row.case}: kernel time above wall time, so a clock is wrong`);
}

/** What makes a run worthless. A case beyond the budget or the device's memory is a gap, not a mistake. */
export function mistakes(report: BenchmarkReport, backends: readonly string[]): string[] {
  const wrong = report.gaps
    .filter(({ code }) => code !== 'over-budget' && code !== 'too-large')
    .map((gap) => `${gap.backend}, ${gap.case}: ${gap.code} ${reasonOf(gap)}`);
  const missing = backends
    .filter((backend) => !report.rows.some((row) => row.backend === backend))
    .map((backend) => `${backend}: nothing was measured`);
  return [...wrong, ...missing, ...contradictions(report.rows)];
}
