// Runs inside one browser tab and holds one contestant. The runner calls `bench.…`; all timing is done here, in the page.
import type { PeerCase } from './cases.ts';
import type { Contestant, PeerName, PeerRun } from './contestant.ts';
import { REGISTRY } from './contestants/registry.ts';
import type { HostDoor } from './host-door.ts';

interface CaseData {
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  expected: Float64Array;
}

let contestant: Contestant | null = null;
let current: { run: PeerRun; data: CaseData } | null = null;

const bytesOf = async (url: string) => (await fetch(url)).arrayBuffer();

/** `[n, heads, d]` to `[heads, n, d]`; never inside a timed region. */
function headsFirst<T extends Float32Array | Float64Array>(tensor: T, { n, heads, d }: PeerCase): T {
  const swapped = tensor.slice() as T;
  for (let i = 0; i < n; i++)
    for (let h = 0; h < heads; h++) {
      const from = (i * heads + h) * d;
      swapped.set(tensor.subarray(from, from + d), (h * n + i) * d);
    }
  return swapped;
}

function largestError(output: unknown, expected: Float64Array): number {
  if (!(output instanceof Float32Array) || output.length !== expected.length)
    throw new Error(`expected ${expected.length} float32 numbers`);
  let worst = 0;
  for (let i = 0; i < output.length; i++) {
    const error = Math.abs(output[i]! - expected[i]!);
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}

function ready(): { run: PeerRun; data: CaseData } {
  if (!current) throw new Error('nothing is prepared');
  return current;
}

const bench: HostDoor = {
  async load(name: PeerName) {
    contestant = await REGISTRY[name]();
    return { isolated: crossOriginIsolated };
  },

  async prepare(problem) {
    if (!contestant) throw new Error('no contestant is loaded');
    const place = <T extends Float32Array | Float64Array>(tensor: T) =>
      contestant?.layout === 'hnd' ? headsFirst(tensor, problem) : tensor;
    const floats = async (name: string) => place(new Float32Array(await bytesOf(`/data/${problem.key}/${name}`)));
    const data = {
      q: await floats('q'),
      k: await floats('k'),
      v: await floats('v'),
      expected: place(new Float64Array(await bytesOf(`/data/${problem.key}/expected`))),
    };
    const begin = performance.now();
    const run = await contestant.prepare(problem);
    if (!run) return null;
    current = { run, data };
    return { prepareMs: performance.now() - begin, note: run.note };
  },

  async latency(isChecked) {
    const { run, data } = ready();
    const begin = performance.now();
    const output = await run.run(data.q, data.k, data.v);
    const ms = performance.now() - begin;
    return { ms, error: isChecked ? largestError(output, data.expected) : null };
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
    const { run, data } = ready();
    return largestError(await run.resident.read(), data.expected);
  },

  async dispose() {
    const { run } = ready();
    current = null;
    await run.dispose();
  },
};

Object.assign(globalThis, { bench });
