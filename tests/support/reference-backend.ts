// A small honest backend on the float64 reference, for testing the engine without a GPU or threads.
// Counts what it holds, so that a test can see a leak; can be lost on demand.
import type { Backend, PreparedProblem, ResidentTensors, RunControl } from '../../src/contract/backend.ts';
import type { BackendKind, BackendReason } from '../../src/contract/engine.ts';
import { AttentionError, throwIfAborted } from '../../src/contract/errors.ts';
import type { AttentionTensors, ResolvedProblem } from '../../src/contract/problem.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';

export interface ReferenceBackend extends Backend {
  /** Tensors and prepared problems not yet disposed. */
  readonly held: () => number;
  readonly runs: () => number;
  /** Times a log-sum-exp was adopted. */
  readonly adopted: () => number;
  /** Every call from now on rejects with `device-lost`. */
  lose(): void;
  readonly isDisposed: () => boolean;
}

export interface ReferenceBackendOptions {
  kind?: BackendKind;
  reason?: BackendReason;
  /** Slices of a run, each one macrotask long: room for aborts and losses. */
  slices?: number;
  /** The longest key axis it accepts. */
  room?: number;
}

/** The largest weight of every row and the first key that has it. */
export function topOfRows(problem: ResolvedProblem, tensors: AttentionTensors) {
  const { heads, queryLength: N, keyLength: M } = problem;
  const topWeight = new Float32Array(heads * N);
  const topKey = new Int32Array(heads * N).fill(-1);
  for (let head = 0; head < heads; head++) {
    const everything = { rows: [0, N] as [number, number], columns: [0, M] as [number, number] };
    const view = { head, ...everything, height: N, width: M, pooling: 'max' as const };
    const weights = referenceWeights(problem, tensors, view);
    for (let at = 0; at < N * M; at++) {
      const row = head * N + Math.floor(at / M);
      if (weights[at]! <= topWeight[row]!) continue;
      topWeight[row] = weights[at]!;
      topKey[row] = at % M;
    }
  }
  return { topWeight, topKey };
}

const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export function createReferenceBackend(options: ReferenceBackendOptions = {}): ReferenceBackend {
  const { kind = 'webgpu', reason, slices = 1, room = Infinity } = options;
  let held = 0;
  let runs = 0;
  let adopted = 0;
  let isLost = false;
  let isDisposed = false;
  let announceLoss = (_: { reason: string }) => {};
  const lost = new Promise<{ reason: string }>((resolve) => (announceLoss = resolve));
  const data = new WeakMap<ResidentTensors, AttentionTensors>();
  const requireAlive = () => {
    if (isLost) throw new AttentionError('device-lost');
  };
  const hold = () => {
    held++;
    let isHeld = true;
    return () => {
      if (!isHeld) throw new Error('disposed twice');
      isHeld = false;
      held--;
    };
  };
  const slice = async ({ signal, onProgress }: RunControl) => {
    for (let done = 0; done < slices; done++) {
      throwIfAborted(signal);
      await macrotask();
      requireAlive();
      onProgress?.((done + 1) / slices);
    }
    throwIfAborted(signal);
  };

  return {
    info: { kind, reason, features: [], threads: 1 },
    lost,
    memory: null,
    tuner: null,
    measurePeak: () => Promise.reject(new AttentionError('internal', { reason: 'no-peak' })),
    get operations(): never {
      throw new Error('the reference backend has no tensor operations');
    },
    chain: () => Promise.reject(new AttentionError('internal', { reason: 'no-chain' })),
    requireRoom(problem) {
      if (problem.keyLength <= room) return;
      const numbers = { neededBytes: problem.keyLength, availableBytes: room, largestLength: room };
      throw new AttentionError('too-large', { field: 'queryLength', value: problem.queryLength, numbers });
    },
    async upload(problem, tensors, control) {
      throwIfAborted(control.signal);
      requireAlive();
      const { heads, kvHeads, queryLength, keyLength, headDim } = problem;
      const resident: ResidentTensors = {
        heads,
        kvHeads,
        queryLength,
        keyLength,
        headDim,
        storage: problem.storage,
        byteLength: (problem.storage === 'f16' ? 2 : 4) * (tensors.q.length + tensors.k.length + tensors.v.length),
        timing: { upload: 1 },
        dispose: hold(),
      };
      data.set(resident, { q: tensors.q.slice(), k: tensors.k.slice(), v: tensors.v.slice() });
      return resident;
    },
    async prepare(problem: ResolvedProblem, resident: ResidentTensors): Promise<PreparedProblem> {
      requireAlive();
      const tensors = data.get(resident)!;
      const run: PreparedProblem['run'] = async (times, control) => {
        requireAlive();
        await slice(control);
        runs += times;
        return { kernel: 2 * times };
      };
      const read: PreparedProblem['read'] = async (control) => {
        requireAlive();
        throwIfAborted(control.signal);
        const { output, logSumExp } = referenceAttention(problem, tensors);
        const answer = { output: Float32Array.from(output), logSumExp: Float32Array.from(logSumExp) };
        return { ...answer, timing: { readback: 0.5 } };
      };
      return {
        problem,
        run,
        read,
        async runAndRead(control) {
          const ran = await run(1, control);
          const { timing, ...answer } = await read(control);
          return { ...answer, timing: { ...ran, ...timing }, overview: null };
        },
        adoptLogSumExp() {
          adopted++;
        },
        async weights(view, control) {
          requireAlive();
          await slice(control);
          return { values: Float32Array.from(referenceWeights(problem, tensors, view)), timing: { kernel: 1 } };
        },
        async statistics(control) {
          requireAlive();
          throwIfAborted(control.signal);
          const { entropy, meanDistance } = referenceAttention(problem, tensors);
          const { topWeight, topKey } = topOfRows(problem, tensors);
          return {
            entropy: Float32Array.from(entropy),
            meanDistance: Float32Array.from(meanDistance),
            topWeight,
            topKey,
          };
        },
        dispose: hold(),
      };
    },
    async dispose() {
      isDisposed = true;
    },
    held: () => held,
    runs: () => runs,
    adopted: () => adopted,
    isDisposed: () => isDisposed,
    lose() {
      isLost = true;
      announceLoss({ reason: 'test' });
    },
  };
}
