// What a run of the contestants gives. Types, and what is derived from samples. Pure.
import { median } from '../../../src/theory/statistics.ts';
import type { PeerCase } from './cases.ts';
import type { PeerName } from './contestant.ts';
import type { NoiseSample } from './noise.ts';

export interface RoundSample {
  round: number;
  /** Upload, compute, read-back: milliseconds. */
  latencyMs: number;
  /** Milliseconds per run on resident tensors; null when there was no time for it. */
  amortisedMs: number | null;
}

export interface PeerResult {
  name: PeerName;
  status: 'ok' | 'unsupported' | 'skipped' | 'wrong' | 'failed';
  note: string;
  /** Largest |output − float64 answer|; null when it never answered. */
  error: number | null;
  coldMs: number | null;
  /** Runs in one amortised sample; 0 when there was no time for any. */
  submissions: number;
  rounds: RoundSample[];
}

export interface CaseResult {
  problem: PeerCase;
  pairs: number;
  noise: NoiseSample[];
  results: PeerResult[];
}

export interface PeersReport {
  schema: 'attention-lab/peers/1';
  /** ISO 8601. */
  date: string;
  versions: Record<string, string>;
  notLoaded: { name: PeerName; reason: string }[];
  cases: CaseResult[];
}

export type PeerClock = 'latency' | 'amortised';

export function samplesOf({ rounds }: PeerResult, clock: PeerClock): number[] {
  if (clock === 'latency') return rounds.map((one) => one.latencyMs);
  return rounds.flatMap((one) => (one.amortisedMs === null ? [] : [one.amortisedMs]));
}

/** How many times longer `rival` took than `ours`, round by round: a change in the machine's speed mostly cancels. */
export function roundRatios(ours: PeerResult, rival: PeerResult, clock: PeerClock): number[] {
  const timeOf = (one: RoundSample) => (clock === 'latency' ? one.latencyMs : one.amortisedMs);
  return ours.rounds.flatMap((own) => {
    const other = rival.rounds.find(({ round }) => round === own.round);
    const ownMs = timeOf(own);
    const otherMs = other ? timeOf(other) : null;
    return ownMs && otherMs ? [otherMs / ownMs] : [];
  });
}

/** The one with the smallest median; null when none was timed by that clock. */
export function fastest(results: PeerResult[], clock: PeerClock): PeerResult | null {
  const timed = results.filter((one) => one.status === 'ok' && samplesOf(one, clock).length > 0);
  const time = (one: PeerResult) => median(samplesOf(one, clock));
  return timed.toSorted((a, b) => time(a) - time(b))[0] ?? null;
}
