// Prints a report of our own kernels, writes its files and says whether the run can be trusted. Called by the forms that make one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkReport } from '../../../src/contract/benchmark.ts';
import type { BackendKind } from '../../../src/contract/engine.ts';
import { reportToCsv, reportToJson } from '../../../src/viz/benchmark-export.ts';
import { mistakes, reportText } from './report.ts';

/** @returns the exit status */
export function tellOutcome(report: BenchmarkReport, backends: BackendKind[], folder: string, name: string): number {
  console.log(`\n${reportText(report)}\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), reportToJson(report));
  writeFileSync(join(folder, `${name}.csv`), reportToCsv(report));
  console.log(`Wrote ${name}.json and ${name}.csv into ${folder}`);
  const wrong = mistakes(report, backends);
  for (const line of wrong) console.error(line);
  return wrong.length > 0 ? 1 : 0;
}

/** How each size of grid is measured. Its budget is per case and backend. */
export const PACE = {
  quick: { samples: 7, budgetMs: 10_000 },
  full: { samples: 9, budgetMs: 60_000 },
} as const;
