// The ratios this project has set itself to reach, and whether a run reached them. Pure; the runner prints what it gives.
import { median } from '../../../src/theory/statistics.ts';
import { deviceCases } from './cases.ts';
import { PEER_NAMES, peerEntry, PEERS, type PeerName } from './contestant.ts';
import { fastest, roundRatios, type CaseResult, type PeerClock, type PeerResult } from './results.ts';

export interface Bar {
  work: string;
  /** The case's key. */
  caseKey: string;
  ours: PeerName;
  /** One by name, or the best of a field. */
  rival: PeerName | 'best-webgpu' | 'best-of-all';
  /** `amortised`: on resident tensors, where a contestant has no time for those by latency. */
  clock: PeerClock;
  /** The rival's time over ours must be at least this; null only tells the distance. */
  least: number | null;
}

const FULL_512 = '512x4x64-full';
const FULL_1024 = '1024x8x64-full';
const WINDOW_1024 = '1024x8x64-causal-w128';
const WINDOW_2048 = '2048x8x64-causal-w128';
const SMALL = '128x4x64-full';

const gpu = { ours: 'attention-lab-webgpu', rival: 'best-webgpu' } as const;
const cpu = { ours: 'attention-lab-cpu', clock: 'amortised' } as const;

export const BARS: readonly Bar[] = [
  { ...gpu, work: 'GPU, full, n = 512', caseKey: FULL_512, clock: 'amortised', least: 2.5 },
  { ...gpu, work: 'GPU, full, n = 1024', caseKey: FULL_1024, clock: 'amortised', least: 2.5 },
  { ...gpu, work: 'GPU, causal window 128, n = 1024', caseKey: WINDOW_1024, clock: 'amortised', least: 10 },
  { ...gpu, work: 'GPU, causal window 128, n = 2048', caseKey: WINDOW_2048, clock: 'amortised', least: 20 },
  { ...gpu, work: 'GPU, 128 × 4 heads, with read-back', caseKey: SMALL, clock: 'latency', least: 1 },
  { ...cpu, work: 'CPU, full, n = 1024', caseKey: FULL_1024, rival: 'tfjs-cpu', least: 10 },
  { ...cpu, work: 'CPU, full, n = 1024', caseKey: FULL_1024, rival: 'tfjs-wasm', least: 2.8 },
  { ...cpu, work: 'CPU, full, n = 1024', caseKey: FULL_1024, rival: 'jax-wasm', least: 0.42 },
  { ...cpu, work: 'CPU, full, n = 1024', caseKey: FULL_1024, rival: 'ort-wasm-mha', least: null },
  { ...cpu, work: 'CPU, causal window 128, n = 2048', caseKey: WINDOW_2048, rival: 'best-of-all', least: 1 },
];

/** On a real GPU, against the best that runs there. Windows are only told of: no rival skips what they hide. */
export const DEVICE_BARS: readonly Bar[] = deviceCases().map(({ key, n, d, window }) => ({
  ...gpu,
  work: `GPU, ${window === null ? 'full' : `causal window ${window}`}, n = ${n}, d = ${d}`,
  caseKey: key,
  clock: 'amortised',
  least: window === null ? 1.5 : null,
}));

/**
 * Contestants that `--bars` leaves out of a case: each has been several times slower there than the best of its field
 * (2-core run of all of them: tfjs-webgpu 5.5 s against jax-webgpu's 1.2 s, and so on), so it cannot set the bar.
 */
const NEVER_BEST: Record<string, readonly PeerName[]> = {
  [SMALL]: [],
  [FULL_512]: ['ort-jsep-mha'],
  [FULL_1024]: ['ort-jsep-mha', 'tfjs-webgpu', 'ort-webgpu-plain'],
  [WINDOW_1024]: ['ort-webgpu-gqa', 'tfjs-webgpu', 'ort-webgpu-plain'],
  [WINDOW_2048]: ['ort-webgpu-gqa', 'tfjs-webgpu', 'ort-webgpu-plain', 'tfjs-cpu'],
};

/** Who must take part in a case for its bars; empty for a case without any. */
export function contestantsForBars(caseKey: string): PeerName[] {
  const bars = BARS.filter((bar) => bar.caseKey === caseKey);
  const isNeeded = (name: PeerName) =>
    bars.some(
      ({ ours, rival }) =>
        ours === name ||
        rival === name ||
        rival === 'best-of-all' ||
        (rival === 'best-webgpu' && PEERS[name].kind === 'webgpu' && !peerEntry(name).isOurs),
    );
  return PEER_NAMES.filter(
    (name) => !peerEntry(name).onRequest && isNeeded(name) && !NEVER_BEST[caseKey]?.includes(name),
  );
}

export interface BarOutcome {
  bar: Bar;
  /** The rival that counted, and the clock by which both were timed. */
  rival: PeerName | null;
  clock: PeerClock;
  /** The rival's time over ours, one for each round. */
  ratios: number[];
  ratio: number;
  verdict: 'met' | 'missed' | 'told' | 'not measured';
}

function rivalsOf(bar: Bar, results: PeerResult[]): PeerResult[] {
  return results.filter(({ name }) => {
    if (peerEntry(name).isOurs || peerEntry(name).onRequest) return false;
    if (bar.rival === 'best-of-all') return true;
    return bar.rival === 'best-webgpu' ? PEERS[name].kind === 'webgpu' : bar.rival === name;
  });
}

/** The fastest rival counts. One too slow for resident runs is held to our latency, not dropped: it may be the only one left. */
function against(bar: Bar, ours: PeerResult, rivals: PeerResult[]): { rival: PeerResult; clock: PeerClock } | null {
  const byClock = fastest(rivals, bar.clock);
  if (byClock && roundRatios(ours, byClock, bar.clock).length > 0) return { rival: byClock, clock: bar.clock };
  const byLatency = fastest(rivals, 'latency');
  return byLatency && { rival: byLatency, clock: 'latency' };
}

export function barOutcomes(cases: readonly CaseResult[], bars: readonly Bar[] = BARS): BarOutcome[] {
  return bars.map((bar) => {
    const results = cases.find(({ problem }) => problem.key === bar.caseKey)?.results ?? [];
    const ours = results.find(({ name, status }) => name === bar.ours && status === 'ok');
    const found = ours && against(bar, ours, rivalsOf(bar, results));
    if (!ours || !found) return { bar, rival: null, clock: bar.clock, ratios: [], ratio: NaN, verdict: 'not measured' };
    const ratios = roundRatios(ours, found.rival, found.clock);
    const ratio = median(ratios);
    const verdict = bar.least === null ? 'told' : ratio >= bar.least ? 'met' : 'missed';
    return { bar, rival: found.rival.name, clock: found.clock, ratios, ratio, verdict };
  });
}
