// What the runner may ask of the place where a contestant runs. Types only.
import type { PeerCase } from './cases.ts';
import type { PeerName } from './contestant.ts';

export interface HostDoor {
  /** `isolated`: the page has the fine clock and shared memory. */
  load(name: PeerName): Promise<{ isolated: boolean }>;
  /** Fetches the case's tensors and prepares the contestant; null when it cannot do the case. */
  prepare(problem: PeerCase): Promise<{ prepareMs: number; note: string } | null>;
  /** One call with upload and read-back, milliseconds. The answer is checked outside the timing. */
  latency(isChecked: boolean): Promise<{ ms: number; error: number | null }>;
  /** Makes the tensors resident. */
  upload(): Promise<void>;
  /** `count` runs on resident tensors, then one wait: milliseconds for each. */
  amortised(count: number): Promise<number>;
  /** The error of the last resident run's answer. */
  residentError(): Promise<number>;
  dispose(): Promise<void>;
}

/** A place with one contestant loaded, as the runner holds it: a browser tab or this process. */
export interface Seat extends Omit<HostDoor, 'load'> {
  readonly name: PeerName;
  /** Milliseconds per (query, key) pair of an earlier case with the same kind of mask: tells which case is hopeless. */
  readonly msPerPair: Map<string, number>;
  /** For a contestant that did not come to an end. */
  reopen(): Promise<void>;
}
