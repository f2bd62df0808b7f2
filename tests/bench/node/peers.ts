// The contestants that run without a browser, in turns in this process: ours and the libraries that compute on WebGPU, which
// take the GPU from `navigator`. Called by `program.ts`.
import 'core-js/stable/iterator/index.js';
import { cpus } from 'node:os';
import { createLocalEngine } from '../../../src/engine/attention-engine.ts';
import { createGpuBackend } from '../../../src/gpu/gpu-backend.ts';
import type { BenchmarkSize } from '../../../src/theory/benchmark-cases.ts';
import { dependencies } from '../package.json';
import { BARS, DEVICE_BARS } from '../peers/bars.ts';
import { deviceCases, peerCases, type PeerCase } from '../peers/cases.ts';
import type { Contestant, PeerName } from '../peers/contestant.ts';
import type { GraphName } from '../peers/contestants/onnx-graphs.ts';
import type { OrtFlavour } from '../peers/contestants/ort.ts';
import { attentionLab } from '../peers/contestants/attention-lab.ts';
import { createHost } from '../peers/host-core.ts';
import type { Seat } from '../peers/host-door.ts';
import { measureCase } from '../peers/measure-case.ts';
import { tellOutcome, writeReport } from '../peers/outcome.ts';
import { caseData } from '../peers/reference.ts';
import { caseTable } from '../peers/report.ts';
import type { PeersReport } from '../peers/results.ts';
import { firstLine } from '../peers/time-limit.ts';
import { isSelected } from '../selection.ts';
import type { Dawn } from './dawn.ts';
import { findOrt, ortFilesIn, takeSharedMemory } from './ort-files.ts';

export interface NodePeersOptions {
  grid: BenchmarkSize;
  /** Comma-separated parts of names; empty takes all. */
  cases: string;
  only: string;
  rounds: number;
  budgetSeconds: number;
  /** A folder for the files. */
  out: string;
  /** Where this program lies, and tests/bench/node_modules of a repository: onnxruntime-web is looked for in both. */
  programFolder: string;
  packages: string;
}

const NAME = 'peers-node';

/** The libraries look for the GPU where a page has it. Node has had a `navigator` of its own since 21. */
function standInForPage(provider: GPU): void {
  const value = { gpu: provider, userAgent: 'Node', hardwareConcurrency: cpus().length };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
}

type Contestants = Partial<Record<PeerName, () => Promise<Contestant>>>;

/** ORT's older backend, `jsep`, is left to the browser: it has been several times slower than the others in every case. */
function ortContestants({ programFolder, packages }: NodePeersOptions): Contestants {
  const ort = (name: PeerName, flavour: OrtFlavour, graph: GraphName) => async () => {
    const folder = findOrt(programFolder, packages);
    return (await import('../peers/contestants/ort.ts')).ort(ortFilesIn(folder, name), flavour, graph);
  };
  return {
    'ort-webgpu-mha': ort('ort-webgpu-mha', 'webgpu', 'multiHeadAttention'),
    'ort-webgpu-mha-uni': ort('ort-webgpu-mha-uni', 'webgpu', 'unidirectional'),
    'ort-webgpu-gqa': ort('ort-webgpu-gqa', 'webgpu', 'groupQueryAttention'),
    'ort-webgpu-plain': ort('ort-webgpu-plain', 'webgpu-default', 'plain'),
  };
}

function contestants({ provider }: Dawn, options: NodePeersOptions): Contestants {
  const open = () => createGpuBackend({ provider, onUncaptured: (text) => console.error(text) });
  return {
    'attention-lab-webgpu': async () =>
      attentionLab(() => createLocalEngine({ backend: 'webgpu' }, {}, () => {}, open)),
    ...ortContestants(options),
    'tfjs-webgpu': async () => (await import('../peers/contestants/tfjs.ts')).tfjs('webgpu'),
    'jax-webgpu': async () => (await import('../peers/contestants/jax.ts')).jax('webgpu'),
  };
}

/** Made once for a case, however many contestants solve it. */
function tensorsByCase(): (problem: PeerCase) => Promise<ReturnType<typeof caseData>> {
  let latest: { key: string; data: ReturnType<typeof caseData> } | null = null;
  return async (problem) => {
    if (latest?.key !== problem.key) latest = { key: problem.key, data: caseData(problem) };
    return latest.data;
  };
}

/** One contestant in this process: all share its thread, and each has a GPU device of its own. */
async function seatOf(
  name: PeerName,
  contestant: () => Promise<Contestant>,
  tensors: ReturnType<typeof tensorsByCase>,
): Promise<Seat> {
  const host = createHost({ contestant, tensors }, true);
  const load = () => host.load(name);
  await load();
  return { ...host, name, msPerPair: new Map(), reopen: async () => void (await load()) };
}

/** @returns the exit status */
export async function comparePeers(dawn: Dawn, options: NodePeersOptions): Promise<number> {
  standInForPage(dawn.provider);
  takeSharedMemory();
  const { grid, cases, only, out } = options;
  const wanted = (grid === 'full' ? deviceCases() : peerCases()).filter(({ key }) => isSelected(key, cases));
  const named = Object.entries(contestants(dawn, options)).filter(([name]) => isSelected(name, only));
  if (wanted.length === 0 || named.length === 0) throw new Error('No case and contestant has such a name.');
  const { vendor, architecture, description } = dawn.adapter.info;
  const report: PeersReport = {
    schema: 'attention-lab/peers/1',
    date: new Date().toISOString(),
    versions: {
      GPU: [vendor, architecture, description].filter(Boolean).join(' '),
      node: process.version,
      ...dependencies,
    },
    notLoaded: [],
    cases: [],
  };
  const tensors = tensorsByCase();
  const seats: Seat[] = [];
  for (const [name, contestant] of named as [PeerName, () => Promise<Contestant>][])
    try {
      seats.push(await seatOf(name, contestant, tensors));
    } catch (error) {
      report.notLoaded.push({ name, reason: firstLine(error) });
      console.error(`${name} cannot be loaded: ${firstLine(error)}`);
    }
  const settings = { rounds: options.rounds, budgetMs: 1000 * options.budgetSeconds };
  for (const problem of wanted) {
    const result = await measureCase(seats, problem, settings);
    report.cases.push(result);
    writeReport(report, out, NAME);
    console.log(`\n${caseTable(result)}`);
  }
  const bars = grid === 'full' ? DEVICE_BARS : BARS.filter(({ ours }) => ours === 'attention-lab-webgpu');
  return tellOutcome(report, bars, out, NAME);
}
