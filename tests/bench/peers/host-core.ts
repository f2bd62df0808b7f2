// Holds one contestant and times it where it runs: in a browser tab (`host.ts`) or in the Node program (`../node/peers.ts`).
// Where the tensors and the contestants' code come from is its caller's.
import type { PeerCase } from './cases.ts';
import type { Contestant, PeerName, PeerRun } from './contestant.ts';
import type { HostDoor } from './host-door.ts';

/** A case's tensors `[n, heads, d]`, and the right answer of the rows that are checked, `[rows, heads, d]`. */
export interface CaseData {
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  expected: Float64Array;
  /** The queries whose answers `expected` holds, ascending. */
  rows: Uint32Array;
}

export interface HostSupplies {
  contestant(name: PeerName): Promise<Contestant>;
  tensors(problem: PeerCase): Promise<CaseData>;
}

type Layout = Contestant['layout'];

/** `[n, heads, d]` to `[heads, n, d]`; never inside a timed region. */
function headsFirst(tensor: Float32Array, { n, heads, d }: PeerCase): Float32Array {
  const swapped = new Float32Array(tensor.length);
  for (let i = 0; i < n; i++)
    for (let h = 0; h < heads; h++) {
      const from = (i * heads + h) * d;
      swapped.set(tensor.subarray(from, from + d), (h * n + i) * d);
    }
  return swapped;
}

/** Largest |output − expected| over the checked rows; infinite where a number is missing. */
export function largestError(output: unknown, layout: Layout, problem: PeerCase, data: CaseData): number {
  const { n, heads, d } = problem;
  if (!(output instanceof Float32Array) || output.length !== n * heads * d)
    throw new Error(`expected ${n * heads * d} float32 numbers`);
  let worst = 0;
  data.rows.forEach((i, place) => {
    for (let h = 0; h < heads; h++) {
      const from = layout === 'hnd' ? (h * n + i) * d : (i * heads + h) * d;
      const expectedFrom = (place * heads + h) * d;
      for (let x = 0; x < d; x++) {
        const error = Math.abs(output[from + x]! - data.expected[expectedFrom + x]!);
        if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
      }
    }
  });
  return worst;
}

interface Prepared {
  run: PeerRun;
  layout: Layout;
  problem: PeerCase;
  data: CaseData;
}

/** @param isolated whether the surroundings have a fine clock and shared memory */
export function createHost(supplies: HostSupplies, isolated: boolean): HostDoor {
  let contestant: Contestant | null = null;
  let current: Prepared | null = null;

  const ready = (): Prepared => {
    if (!current) throw new Error('nothing is prepared');
    return current;
  };
  const errorOf = (output: unknown, { layout, problem, data }: Prepared) => largestError(output, layout, problem, data);

  return {
    async load(name) {
      contestant = await supplies.contestant(name);
      return { isolated };
    },

    async prepare(problem) {
      if (!contestant) throw new Error('no contestant is loaded');
      const { layout } = contestant;
      const given = await supplies.tensors(problem);
      const place = (tensor: Float32Array) => (layout === 'hnd' ? headsFirst(tensor, problem) : tensor);
      const data = { ...given, q: place(given.q), k: place(given.k), v: place(given.v) };
      const begin = performance.now();
      const run = await contestant.prepare(problem);
      if (!run) return null;
      current = { run, layout, problem, data };
      return { prepareMs: performance.now() - begin, note: run.note };
    },

    async latency(isChecked) {
      const prepared = ready();
      const { q, k, v } = prepared.data;
      const begin = performance.now();
      const output = await prepared.run.run(q, k, v);
      const ms = performance.now() - begin;
      return { ms, error: isChecked ? errorOf(output, prepared) : null };
    },

    async upload() {
      const { run, data } = ready();
      await run.resident.upload(data.q, data.k, data.v);
    },

    async amortised(count) {
      const { resident } = ready().run;
      const begin = performance.now();
      for (let i = 0; i < count; i++) await resident.submit();
      await resident.sync();
      return (performance.now() - begin) / count;
    },

    async residentError() {
      const prepared = ready();
      return errorOf(await prepared.run.resident.read(), prepared);
    },

    async dispose() {
      const { run } = ready();
      current = null;
      await run.dispose();
    },
  };
}
