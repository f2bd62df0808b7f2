// Writes the contestants' report, prints the bars and says whether the run can be trusted. Called by the forms that make one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barOutcomes, type Bar } from './bars.ts';
import { peerEntry } from './contestant.ts';
import { barTable, disturbedCases, peersCsv } from './report.ts';
import type { PeersReport } from './results.ts';

/** After every case, so that a run that is cut short leaves what it has. */
export function writeReport(report: PeersReport, folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(report, null, 1));
  writeFileSync(join(folder, `${name}.csv`), peersCsv(report.cases));
}

/** Ours must be right and there; a bar that is missed is a fact, not a failure. */
function mistakes({ cases, notLoaded }: PeersReport): string[] {
  const failed = cases.flatMap(({ problem, results }) =>
    results
      .filter(({ name, status }) => peerEntry(name).isOurs && (status === 'wrong' || status === 'failed'))
      .map(({ name, status, note }) => `${name} ${status} in ${problem.key}: ${note}`),
  );
  const missing = notLoaded.filter(({ name }) => peerEntry(name).isOurs).map(({ name }) => `${name} cannot be loaded`);
  return [...failed, ...missing];
}

/** @returns the exit status */
export function tellOutcome(report: PeersReport, bars: readonly Bar[], folder: string, name: string): number {
  const measured = bars.filter(({ caseKey }) => report.cases.some(({ problem }) => problem.key === caseKey));
  if (measured.length > 0) {
    console.log(`\nThe bars of this run: the rival’s time over ours, median (least…most) of the rounds\n`);
    console.log(barTable(barOutcomes(report.cases, measured)));
  }
  const disturbed = disturbedCases(report.cases);
  if (disturbed.length > 0)
    console.log(`\nThe machine was busy with other work, so measure again: ${disturbed.join(', ')}`);
  const named = Object.entries(report.versions).map(([thing, version]) => `${thing} ${version}`);
  console.log(`\n${named.join(', ')}\nWrote ${name}.json and ${name}.csv into ${folder}`);
  const wrong = mistakes(report);
  for (const line of wrong) console.error(line);
  return wrong.length > 0 ? 1 : 0;
}
