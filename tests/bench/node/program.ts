// The benchmark as a Node program in one file: the GPU's kernels on Dawn, by the runner that the lab's page uses, or
// beside other libraries'. Needs this file, `dawn.node` beside it and, for the other libraries, the folder `onnxruntime-web`.
// Bundled and started by `run-node.ts`.
import { spawnSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchmarkReport } from '../../../src/contract/benchmark.ts';
import { runBenchmark } from '../../../src/engine/benchmark.ts';
import { createGpuBackend } from '../../../src/gpu/gpu-backend.ts';
import { standardCases } from '../../../src/theory/benchmark-cases.ts';
import { tellOutcome, PACE } from '../grid/outcome.ts';
import { progressLine } from '../grid/progress.ts';
import { positive } from '../options.ts';
import { dependencies } from '../package.json';
import { findDawn, openDawn, softwareDriver, type Dawn } from './dawn.ts';
import { comparePeers } from './peers.ts';

/** Set in the environment of the second start, so that there is no third. */
const SECOND_START = 'ATTENTION_LAB_SOFTWARE_DRIVER';
const TOLD_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    'no-tune': { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    cases: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    /** Seconds. */
    budget: { type: 'string', default: '40' },
    'dawn-flag': { type: 'string', multiple: true, default: [] },
    /** tests/bench/node_modules of a repository. */
    packages: { type: 'string', default: here },
    chromium: { type: 'string', default: '' },
    out: { type: 'string', default: process.cwd() },
  },
});

function tellMachine({ adapter }: Dawn, modulePath: string): void {
  const processors = cpus();
  const { vendor, architecture, device, description } = adapter.info;
  const lines = [
    ['system', `${platform()} ${release()} ${arch()}`],
    ['processor', `${processors.length} × ${processors[0]?.model ?? 'unknown'}`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['GPU', [vendor, architecture, device].filter(Boolean).join(', ')],
    // Dawn puts the driver's name and version here.
    ['driver', description || 'not told'],
    ['Vulkan driver file', process.env['VK_ICD_FILENAMES'] ?? 'the system’s'],
    ['Dawn', `of the webgpu package, ${dependencies.webgpu} when this was bundled: ${modulePath}`],
    ['Dawn flags', values['dawn-flag'].join(' ') || 'none'],
    ['Node', process.version],
    ['features', [...adapter.features].toSorted().join(', ')],
    ...TOLD_LIMITS.map((name) => [name, String(adapter.limits[name])]),
  ];
  for (const [name, value] of lines) console.log(`${`${name}:`.padEnd(36)}${value}`);
}

/** Starts this program again where Dawn can find SwiftShader. @returns its exit status */
function startOnSoftware(): number {
  const driver = process.platform === 'linux' ? softwareDriver(values.chromium || null) : null;
  if (!driver || process.env[SECOND_START] !== undefined)
    throw new Error('Dawn finds no GPU here. Install a Vulkan driver, or name one’s file in VK_ICD_FILENAMES.');
  console.log(`Dawn finds no GPU here: starting again on SwiftShader, ${driver['VK_ICD_FILENAMES']}.`);
  const env = { ...process.env, ...driver, [SECOND_START]: '1' };
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' });
  return status ?? 1;
}

async function measure(dawn: Dawn): Promise<number> {
  const backend = await createGpuBackend({ provider: dawn.provider, onUncaptured: (text) => console.error(text) });
  try {
    const grid = values.full ? 'full' : 'quick';
    let report: BenchmarkReport | null = null;
    const tellProgress = progressLine();
    await runBenchmark(
      { backends: ['webgpu'], cases: standardCases(grid), tune: !values['no-tune'], ...PACE[grid] },
      async () => backend,
      new AbortController().signal,
      (newest, done) => {
        report = newest;
        tellProgress(done, newest.rows.at(-1)?.case ?? '');
      },
    );
    if (!report) throw new Error('The benchmark ended without a report.');
    return tellOutcome(report, ['webgpu'], values.out, 'bench-node');
  } finally {
    await backend.dispose();
  }
}

async function run(): Promise<number> {
  const modulePath = findDawn(here, values.packages);
  const dawn = await openDawn(modulePath, values['dawn-flag']);
  if (!dawn) return startOnSoftware();
  tellMachine(dawn, modulePath);
  if (!values.peers) return measure(dawn);
  const { cases, only, out } = values;
  const rounds = Math.round(positive('rounds', values.rounds));
  const budgetSeconds = positive('budget', values.budget);
  const places = { out, programFolder: here, packages: values.packages };
  return comparePeers(dawn, { grid: values.full ? 'full' : 'quick', cases, only, rounds, budgetSeconds, ...places });
}

let status = 1;
try {
  status = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
// Dawn's threads would keep the process alive.
process.exit(status);
