// `npm run bench -- --peers`: other libraries and ours solve the same cases in one browser, in turns. Each contestant has a tab
// of its own and must give the right answer before it is timed. Prints tables and the bars; writes test-results/peers.json and .csv.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright';
import { build } from '../../../src/tools/build.mjs';
import { ROOT } from '../../../src/tools/run-command.mjs';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import { ensureBenchPackages } from '../install.ts';
import type { PeersCommand } from '../options.ts';
import { BENCH, PACKAGES, RESULTS } from '../places.ts';
import { isSelected } from '../selection.ts';
import { serveFolders } from '../server.ts';
import { BARS, contestantsForBars } from './bars.ts';
import { peerCases, type PeerCase } from './cases.ts';
import { PEER_NAMES, peerEntry, type PeerName } from './contestant.ts';
import { measureCase } from './measure-case.ts';
import { caseData } from './reference.ts';
import { tellOutcome, writeReport } from './outcome.ts';
import { caseTable } from './report.ts';
import type { PeersReport } from './results.ts';
import { Tab } from './tab.ts';
import { firstLine } from './time-limit.ts';

/** Contestants that a command asks for in a case. */
function selectedNames({ only, barsOnly }: PeersCommand, problem: PeerCase): PeerName[] {
  const names = only.split(',');
  const candidates = barsOnly ? contestantsForBars(problem.key) : PEER_NAMES;
  return candidates.filter((name) => (peerEntry(name).onRequest ? names.includes(name) : isSelected(name, only)));
}

/** Puts a case's tensors and its right answer where the tabs fetch them. */
function placeTensors(tensors: Map<string, Float32Array | Float64Array | Uint32Array>, problem: PeerCase): void {
  tensors.clear();
  for (const [name, numbers] of Object.entries(caseData(problem))) tensors.set(`/data/${problem.key}/${name}`, numbers);
}

function versions(browser: Browser): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(BENCH, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const processors = cpus();
  return {
    chromium: browser.version(),
    node: process.version,
    processor: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    ...dependencies,
  };
}

/** Opens a contestant's tab once; one that cannot be loaded is reported and left out. */
class Tabs {
  readonly #open = new Map<PeerName, Tab | null>();
  readonly #context: BrowserContext;
  readonly #url: string;
  readonly #report: PeersReport;

  constructor(context: BrowserContext, url: string, report: PeersReport) {
    this.#context = context;
    this.#url = url;
    this.#report = report;
  }

  async of(name: PeerName): Promise<Tab | null> {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const tab = new Tab(this.#context, this.#url, name);
    try {
      await tab.open();
      this.#open.set(name, tab);
    } catch (error) {
      this.#open.set(name, null);
      this.#report.notLoaded.push({ name, reason: firstLine(error) });
      console.error(`${name} cannot be loaded: ${firstLine(error)}`);
    }
    return this.#open.get(name) ?? null;
  }
}

export async function runPeers(command: PeersCommand): Promise<number> {
  const wanted = peerCases()
    .filter(({ key }) => isSelected(key, command.cases) && (!command.barsOnly || contestantsForBars(key).length > 0))
    .map((problem) => ({ problem, names: selectedNames(command, problem) }))
    .filter(({ names }) => names.length > 0);
  if (wanted.length === 0) throw new Error('No case and contestant has such a name.');
  await ensureBenchPackages();
  await build({ until: 'library' });
  const page = await bundlePage(join(BENCH, 'peers/host.html'), 'peers');
  const tensors = new Map<string, Float32Array | Float64Array | Uint32Array>();
  const server = await serveFolders(
    [
      ['/lib/', join(ROOT, 'dist/lib')],
      ['/packages/', PACKAGES],
      ['/', page],
    ],
    tensors,
  );
  const browser = await launchBrowser(command.usesOwnGpu);
  const report: PeersReport = {
    schema: 'attention-lab/peers/1',
    date: new Date().toISOString(),
    versions: versions(browser),
    notLoaded: [],
    cases: [],
  };
  try {
    const tabs = new Tabs(await browser.newContext(), `${server.origin}/host.html`, report);
    for (const { problem, names } of wanted) {
      placeTensors(tensors, problem);
      const open: Tab[] = [];
      for (const name of names) open.push(...[await tabs.of(name)].filter((tab) => tab !== null));
      const settings = { rounds: command.rounds, budgetMs: 1000 * command.budgetSeconds };
      const result = await measureCase(open, problem, settings);
      report.cases.push(result);
      writeReport(report, RESULTS, 'peers');
      console.log(`\n${caseTable(result)}`);
    }
  } finally {
    await browser.close();
    server.close();
  }
  return tellOutcome(report, BARS, RESULTS, 'peers');
}
