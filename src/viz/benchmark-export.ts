// A benchmark report as files: JSON as it is, CSV with a line per case. Pure. Called by the page and by `npm run bench`.
import type { BenchmarkReport, BenchmarkRow } from '../contract/benchmark.ts';
import { CSV_LINE_END, csvNumber, csvText } from './export/csv.ts';
import { quartiles } from '../theory/statistics.ts';

type Cell = string | number | null;

const spread = (name: string, samples: number[]): [string, Cell][] => {
  const { lower, median, upper } = quartiles(samples);
  return [
    [`${name} median`, median],
    [`${name} lower quartile`, lower],
    [`${name} upper quartile`, upper],
  ];
};

/** Every column with its unit, in the order of the file. */
function columnsOf(row: BenchmarkRow): [string, Cell][] {
  return [
    ['case', row.case],
    ['backend', row.backend],
    ['device', row.device],
    ['plan', row.plan],
    ['heads', row.heads],
    ['sequence length', row.queryLength],
    ['head dimension', row.headDim],
    ['storage', row.storage],
    ['visible pairs per head', row.pairs],
    ...spread('kernel ms', row.kernelMs),
    ...spread('wall ms', row.wallMs),
    ...spread('upload ms', row.uploadMs),
    ...spread('read-back ms', row.readbackMs),
    ...spread('picture ms', row.pictureMs),
    ['samples', row.wallMs.length],
    ['runs per sample', row.runsPerSample],
    ['warm-up runs', row.warmUps],
    ['clock step ms', row.timerResolutionMs],
    ['operations', row.flops],
    ['bytes', row.bytes],
    ['share of roofline', row.rooflineShare],
    ['bound by', row.boundBy],
    ['largest error', row.largestError],
  ];
}

const cell = (value: Cell) => (typeof value === 'string' ? csvText(value) : csvNumber(value));

export function reportToCsv(report: BenchmarkReport): string {
  const [first] = report.rows;
  if (!first) return '';
  const lines = [columnsOf(first).map(([name]) => name), ...report.rows.map((row) => columnsOf(row).map(([, v]) => v))];
  return lines.map((line) => line.map(cell).join(',')).join(CSV_LINE_END) + CSV_LINE_END;
}

export function reportToJson(report: BenchmarkReport): string {
  return JSON.stringify(report, null, 2);
}
