// The worker's side of the labs on mixers and speed-ups: runs, measurements and experiments on the workbench's backends and encoder.
// Owned by the workbench, which lends it lanes, backends and the encoder; what a call makes it frees.
import type { Backend, RunControl } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { LabBench } from '../contract/lab-bench.ts';
import {
  isAttention,
  mixerAttention,
  requireMixer,
  type MixerGap,
  type MixerMeasurement,
  type MixerProblem,
  type MixerRun,
  type MixerSweep,
} from '../contract/mixers.ts';
import { resolveProblem, type ResolvedProblem } from '../contract/problem.ts';
import {
  requireStack,
  stackAttention,
  type HeadAblation,
  type HeadSwitches,
  type LocalErrorRequest,
  type LocalErrors,
  type StackComparison,
  type StackGap,
  type StackMeasurement,
  type StackRun,
  type StackShape,
} from '../contract/stack.ts';
import type { Lane, SourceSpec } from '../contract/workbench.ts';
import type { BackendEncoder } from '../encoder/encoder.ts';
import { mixerMacs } from '../theory/mixer-cost.ts';
import { keyValueCacheBytes, stackMacs, stackWeightBytes } from '../theory/stack-cost.ts';
import { cutTensors } from './cut-source.ts';
import { measureLocalErrors } from './local-errors.ts';
import { ChainBench, type Candidate } from './measure-chains.ts';
import { prepareMixer, readMixer, type ResidentChain } from './mixer-chain.ts';
import type { OpenSource } from './sources.ts';
import { prepareStack } from './stack-chain.ts';

/** What the workbench lends. */
export interface LabTools {
  inLane<T>(lane: Lane, act: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** A backend for this work, and once more another when its device is lost meanwhile. */
  onBackend<T>(
    choice: 'auto' | BackendKind,
    problems: ResolvedProblem[],
    act: (backend: Backend) => Promise<T>,
  ): Promise<T>;
  backendOf(kind: BackendKind): Promise<Backend>;
  openSource(spec: SourceSpec, control: RunControl): Promise<OpenSource>;
  encoderOn(backend: Backend, control: RunControl): Promise<BackendEncoder>;
}

/** For `auto`, work other than attention weighs as attention of so many pairs: all that a choice asks of it. */
function asAttention(macs: number): ResolvedProblem {
  const side = Math.max(1, Math.ceil(Math.sqrt(macs / 128)));
  return resolveProblem({ heads: 1, queryLength: side, headDim: 64 });
}

async function readOnce<T>(resident: ResidentChain, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } finally {
    resident.dispose();
  }
}

const requireList = (field: string, values: readonly unknown[]) => {
  if (values.length === 0)
    throw new AttentionError('invalid-problem', { field, value: values, allowed: 'at least one' });
};

function cosine(a: Float32Array, b: Float32Array): number {
  // Both of unit length, but for the last bit.
  let [dot, aa, bb] = [0, 0, 0];
  for (let x = 0; x < a.length; x++) {
    dot += a[x]! * b[x]!;
    aa += a[x]! * a[x]!;
    bb += b[x]! * b[x]!;
  }
  return dot / Math.sqrt(aa * bb);
}

export class LocalLabBench implements LabBench {
  readonly #tools: LabTools;
  /** The last source whose error was asked for: another mask needs no new encoding. */
  #source: { key: string; source: OpenSource } | null = null;

  constructor(tools: LabTools) {
    this.#tools = tools;
  }

  runMixer(
    problem: MixerProblem,
    backend: 'auto' | BackendKind,
    onProgress: (done: number) => void,
  ): Promise<MixerRun> {
    return this.#tools.inLane('mixer', async (signal) => {
      requireMixer(problem);
      const startMs = performance.now();
      const weigh = isAttention(problem.kind) ? mixerAttention(problem) : asAttention(mixerMacs(problem));
      return this.#tools.onBackend(backend, [weigh], async (on) => {
        const resident = await prepareMixer(on, problem, { signal });
        return readOnce(resident, async () => {
          await resident.chain.run(1, { signal, onProgress });
          const values = await readMixer(resident, problem, { signal });
          const { scanPlan } = resident;
          return { problem, backend: on.info, scanPlan, values, wallMs: performance.now() - startMs };
        });
      });
    });
  }

  sweepMixers(sweep: MixerSweep, onResult: (result: MixerMeasurement | MixerGap, done: number) => void): Promise<void> {
    return this.#tools.inLane('measure', async (signal) => {
      requireList('kinds', sweep.kinds);
      requireList('values', sweep.values);
      const values = [...new Set(sweep.values)].sort((a, b) => a - b);
      const problemAt = (kind: MixerProblem['kind'], value: number) =>
        requireMixer({ ...sweep.base, kind, [sweep.axis]: value });
      const all = values.map((value) => sweep.kinds.map((kind) => problemAt(kind, value)));
      const count = values.length * sweep.kinds.length * sweep.backends.length;
      let answered = 0;
      const bench = new ChainBench(sweep, this.#tools.backendOf, signal);
      for (const problems of all)
        await bench.measure(
          problems.flatMap((problem) =>
            sweep.backends.map((backend): Candidate => ({
              backend,
              rateKey: `${backend} ${problem.kind}`,
              macs: mixerMacs(problem),
              prepare: (on, ending) => prepareMixer(on, problem, { signal: ending }),
              answer: (result) => onResult({ problem, backend, ...result }, ++answered / count),
            })),
          ),
        );
    });
  }

  runStack(shape: StackShape, backend: 'auto' | BackendKind, onProgress: (done: number) => void): Promise<StackRun> {
    return this.#tools.inLane('stack', async (signal) => {
      requireStack(shape);
      const startMs = performance.now();
      return this.#tools.onBackend(backend, [stackAttention(shape)], async (on) => {
        const resident = await prepareStack(on, shape, { signal });
        return readOnce(resident, async () => {
          await resident.chain.run(1, { signal, onProgress });
          const values = await resident.chain.read({ signal });
          return { shape, backend: on.info, values, wallMs: performance.now() - startMs };
        });
      });
    });
  }

  compareStacks(
    { trials, backends, ...pace }: StackComparison,
    onResult: (result: StackMeasurement | StackGap, done: number) => void,
    onProgress: (done: number) => void,
  ): Promise<void> {
    return this.#tools.inLane('measure', async (signal) => {
      requireList('trials', trials);
      for (const { shape } of trials) requireStack(shape);
      let answered = 0;
      const count = trials.length * backends.length;
      const bench = new ChainBench(pace, this.#tools.backendOf, signal);
      for (const [index, backend] of backends.entries())
        await bench.measure(
          trials.map(({ id, shape }): Candidate => {
            const bytes = { weightBytes: stackWeightBytes(shape), keyValueBytes: keyValueCacheBytes(shape) };
            return {
              backend,
              // Each by itself: what one takes says little of another.
              rateKey: `${backend} ${id}`,
              macs: stackMacs(shape),
              prepare: (on, ending) => prepareStack(on, shape, { signal: ending }),
              answer: (result) =>
                onResult(
                  'code' in result ? { id, shape, backend, ...result } : { id, shape, backend, ...bytes, ...result },
                  ++answered / count,
                ),
            };
          }),
          (done) => onProgress((index + done) / backends.length),
        );
    });
  }

  localErrors(request: LocalErrorRequest, onProgress: (done: number) => void): Promise<LocalErrors> {
    return this.#tools.inLane('local', async (signal) => {
      const { tensors, summary } = await this.#openedSource(request.source, { signal });
      if (!tensors)
        throw new AttentionError('invalid-problem', {
          field: 'source',
          allowed: 'a source with queries, keys and values',
          reason: 'matrix-only',
        });
      const cut = cutTensors(tensors, Math.min(request.length, summary.length), Math.min(request.heads, summary.heads));
      const whole = resolveProblem(cut.shape);
      return this.#tools.onBackend(request.backend, [whole], (on) =>
        measureLocalErrors(on, cut, request.masks, request.samples, { signal, onProgress }),
      );
    });
  }

  async #openedSource(spec: SourceSpec, control: RunControl): Promise<OpenSource> {
    const key = spec.kind === 'file' ? '' : JSON.stringify(spec);
    if (key !== '' && this.#source?.key === key) return this.#source.source;
    const source = await this.#tools.openSource(spec, control);
    this.#source = { key, source };
    return source;
  }

  ablateHeads(
    texts: string[],
    sets: HeadSwitches[],
    backend: 'auto' | BackendKind,
    onProgress: (done: number) => void,
  ): Promise<HeadAblation> {
    return this.#tools.inLane('heads', (signal) =>
      this.#tools.onBackend(backend, [], async (on) => {
        requireList('texts', texts);
        const encoder = await this.#tools.encoderOn(on, { signal });
        const { embeddings: all } = await encoder.encode(texts, { signal });
        const size = all.length / texts.length;
        const rows: HeadAblation['rows'] = [];
        for (const switches of sets) {
          throwIfAborted(signal);
          const { embeddings } = await encoder.encodeWithHeads(texts, switches, { signal });
          const cosines = texts.map((_, index) =>
            cosine(
              embeddings.subarray(index * size, (index + 1) * size),
              all.subarray(index * size, (index + 1) * size),
            ),
          );
          const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
          rows.push({ switches, cosines, mean, lowest: Math.min(...cosines) });
          onProgress(rows.length / sets.length);
        }
        return { texts, heads: encoder.heads, rows, device: deviceName(on.info) };
      }),
    );
  }
}
