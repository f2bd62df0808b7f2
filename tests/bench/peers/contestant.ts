// What a contestant is. Types and names only: the code behind a name is in `contestants/`, loaded in a page of its own.
import type { PeerCase } from './cases.ts';

/** One case, ready to run. Tensors in and out are `[n, heads, d]` (`nhd`) or `[heads, n, d]` (`hnd`), as the contestant says. */
export interface PeerRun {
  /** Upload, compute, and the output in JavaScript. */
  run(q: Float32Array, k: Float32Array, v: Float32Array): Promise<Float32Array>;
  /** The same on tensors that stay where they are. */
  resident: {
    upload(q: Float32Array, k: Float32Array, v: Float32Array): Promise<void> | void;
    /** One more forward pass; need not wait for it. */
    submit(): Promise<void> | void;
    /** Waits for all that was submitted. */
    sync(): Promise<void> | void;
    /** The last answer, so that this way is checked too. */
    read(): Promise<Float32Array> | Float32Array;
  };
  dispose(): Promise<void> | void;
  /** A remark for the table. */
  note: string;
}

export interface Contestant {
  layout: 'nhd' | 'hnd';
  /** Null when it cannot do the case. */
  prepare(problem: PeerCase): Promise<PeerRun | null>;
}

/** Where a contestant computes: a bar compares within or across these. */
export type PeerKind = 'webgpu' | 'wasm' | 'javascript';

interface PeerEntry {
  kind: PeerKind;
  isOurs?: boolean;
  /** Runs only when named in full: wrong on small subgroups, without a kernel, or interpreted. */
  onRequest?: boolean;
}

/** In the order of the tables. */
export const PEERS = {
  'attention-lab-webgpu': { kind: 'webgpu', isOurs: true },
  'ort-webgpu-mha': { kind: 'webgpu' },
  'ort-webgpu-mha-uni': { kind: 'webgpu' },
  'ort-webgpu-gqa': { kind: 'webgpu' },
  'ort-webgpu-plain': { kind: 'webgpu' },
  'ort-jsep-mha': { kind: 'webgpu' },
  'tfjs-webgpu': { kind: 'webgpu' },
  'jax-webgpu': { kind: 'webgpu' },
  'attention-lab-cpu': { kind: 'javascript', isOurs: true },
  'ort-wasm-mha': { kind: 'wasm' },
  'ort-wasm-gqa': { kind: 'wasm' },
  'ort-wasm-plain': { kind: 'wasm' },
  'tfjs-wasm': { kind: 'wasm' },
  'jax-wasm': { kind: 'wasm' },
  'tfjs-cpu': { kind: 'javascript' },
  'ort-webgpu-mha-default': { kind: 'webgpu', onRequest: true },
  'ort-webgpu-att23': { kind: 'webgpu', onRequest: true },
  'jax-cpu': { kind: 'javascript', onRequest: true },
} as const satisfies Record<string, PeerEntry>;

export type PeerName = keyof typeof PEERS;
export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

export function peerEntry(name: PeerName): PeerEntry {
  return PEERS[name];
}
