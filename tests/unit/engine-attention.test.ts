// The engine over a backend that is right by construction: what it promises on top of the numbers.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BackendKind, BackendReason } from '../../src/contract/engine.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem, type AttentionProblem } from '../../src/contract/problem.ts';
import { createLocalEngine } from '../../src/engine/attention-engine.ts';
import { ReacquireBudget, REACQUIRE_WINDOW_MS } from '../../src/engine/backend-keeper.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { caseTensors } from '../support/cases.ts';
import {
  createReferenceBackend,
  type ReferenceBackend,
  type ReferenceBackendOptions,
} from '../support/reference-backend.ts';

const problem: AttentionProblem = { heads: 2, queryLength: 12, headDim: 4, mask: { window: { left: 2, right: 1 } } };
const tensors = caseTensors({ name: 'engine', problem });
const view = { head: 1, rows: [2, 9], columns: [0, 12], height: 3, width: 5, pooling: 'max' } as const;
const anyView = { ...view, rows: [2, 9] as [number, number], columns: [0, 12] as [number, number] };

/** Opens reference backends and remembers them; `gpus` says how many times the GPU can be had. */
function supply(gpus: number, options: ReferenceBackendOptions = {}) {
  const opened: ReferenceBackend[] = [];
  let left = gpus;
  const open = async (kind: BackendKind, reason?: BackendReason) => {
    if (kind === 'webgpu' && left-- <= 0) throw new AttentionError('backend-unavailable', { reason: 'no-adapter' });
    const backend = createReferenceBackend({ ...options, kind, reason });
    opened.push(backend);
    return backend;
  };
  return { opened, open };
}

const engineOn = (choice: 'auto' | BackendKind, supplied: ReturnType<typeof supply>) =>
  createLocalEngine({ backend: choice }, {}, undefined, supplied.open);

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
  );

afterEach(() => void vi.restoreAllMocks());

describe('answers', () => {
  test('attend gives output, log-sum-exp and clocks apart, and holds nothing afterwards', async () => {
    const supplied = supply(1);
    const engine = await engineOn('auto', supplied);
    const { output, logSumExp, timing } = await engine.attend(problem, tensors);
    const expected = referenceAttention(resolveProblem(problem), tensors);
    expect(output).toEqual(Float32Array.from(expected.output));
    expect(logSumExp).toEqual(Float32Array.from(expected.logSumExp));
    expect(timing).toMatchObject({ kernel: 2, upload: 1, readback: 0.5 });
    // Rows 0 and 1 see 2 and 3 keys, the last sees 3, the rest 4: 44 pairs.
    expect(timing.flops).toBe(4 * 4 * 44 * 2);
    expect(timing.bytes).toBe(4 * (4 * 96 + 24));
    expect(supplied.opened[0]!.held()).toBe(0);
    await engine.dispose();
    expect(supplied.opened[0]!.isDisposed()).toBe(true);
  });

  test('weights need no V and no log-sum-exp', async () => {
    const engine = await engineOn('auto', supply(1));
    const picture = await engine.weights(problem, { q: tensors.q, k: tensors.k }, anyView);
    expect(picture.values).toEqual(Float32Array.from(referenceWeights(resolveProblem(problem), tensors, anyView)));
    await engine.dispose();
  });

  test('a prepared problem runs as often as told and is read after', async () => {
    const supplied = supply(1);
    const engine = await engineOn('auto', supplied);
    const prepared = await engine.prepare(problem, tensors);
    await prepared.submit(7);
    const { output, timing } = await prepared.read();
    expect(supplied.opened[0]!.runs()).toBe(7);
    expect(timing.kernel).toBe(2);
    expect(output).toEqual(Float32Array.from(referenceAttention(resolveProblem(problem), tensors).output));
    expect(await code(prepared.submit(0))).toBe('invalid-problem');
    prepared.dispose();
    prepared.dispose();
    expect(supplied.opened[0]!.held()).toBe(0);
    expect(await code(prepared.read())).toBe('disposed');
    await engine.dispose();
  });
});

describe('refusals', () => {
  test('nothing reaches the backend when the input is bad', async () => {
    const supplied = supply(1);
    const engine = await engineOn('auto', supplied);
    const bad = { ...tensors, k: tensors.k.slice() };
    bad.k[3] = NaN;
    expect(await code(engine.attend({ ...problem, heads: 0 }, tensors))).toBe('invalid-problem');
    expect(await code(engine.attend(null as unknown as AttentionProblem, tensors))).toBe('invalid-problem');
    expect(await code(engine.attend(problem, bad))).toBe('non-finite-input');
    expect(await code(engine.weights(problem, tensors, { ...anyView, head: 9 }))).toBe('invalid-problem');
    expect(await code(engine.attend(problem, undefined as unknown as typeof tensors))).toBe('shape-mismatch');
    expect(supplied.opened[0]!.runs()).toBe(0);
    expect(supplied.opened[0]!.held()).toBe(0);
    await engine.dispose();
  });

  test('what does not fit says what would', async () => {
    const engine = await engineOn('auto', supply(1, { room: 8 }));
    const error = await engine.attend(problem, tensors).catch((reason: unknown) => reason as AttentionError);
    expect(error).toMatchObject({ code: 'too-large', detail: { numbers: { largestLength: 8 } } });
    await engine.dispose();
  });

  test('wrong options are refused by name', async () => {
    expect(await code(createLocalEngine({ backend: 'gpu' as 'webgpu' }))).toBe('invalid-problem');
    expect(await code(createLocalEngine({ threads: 0 }))).toBe('invalid-problem');
  });
});

describe('aborting and disposing', () => {
  test('an aborted call rejects and frees what it held, and the next one works', async () => {
    const supplied = supply(1, { slices: 1000 });
    const engine = await engineOn('auto', supplied);
    const giveUp = new AbortController();
    const call = engine.attend(problem, tensors, {
      signal: giveUp.signal,
      onProgress: (done) => done > 0.003 && giveUp.abort(),
    });
    expect(await code(call)).toBe('aborted');
    expect(supplied.opened[0]!.held()).toBe(0);
    expect(await code(engine.attend(problem, tensors, { signal: AbortSignal.abort() }))).toBe('aborted');
    await engine.dispose();
  });

  test('disposing ends calls in flight and refuses later ones', async () => {
    const supplied = supply(1, { slices: 1000 });
    const engine = await engineOn('auto', supplied);
    const inFlight = code(engine.attend(problem, tensors));
    const prepared = await engine.prepare(problem, tensors);
    await engine.dispose();
    expect(await inFlight).toBe('disposed');
    expect(await code(engine.attend(problem, tensors))).toBe('disposed');
    expect(await code(prepared.read())).toBe('disposed');
    expect(supplied.opened[0]!.held()).toBe(0);
    await engine.dispose();
  });
});

describe('choosing and losing a backend', () => {
  test('auto goes to the CPU with the reason when there is no GPU', async () => {
    const engine = await engineOn('auto', supply(0));
    expect(engine.backend).toMatchObject({ kind: 'cpu', reason: 'no-adapter' });
    await engine.dispose();
  });

  test('asking for the CPU gives it as forced, asking for a missing GPU is refused', async () => {
    const engine = await engineOn('cpu', supply(1));
    expect(engine.backend).toMatchObject({ kind: 'cpu', reason: 'forced' });
    expect(await code(engineOn('webgpu', supply(0)))).toBe('backend-unavailable');
    await engine.dispose();
  });

  test('the call in flight is answered from a rebuilt device', async () => {
    const supplied = supply(2, { slices: 5 });
    const engine = await engineOn('auto', supplied);
    const call = engine.attend(problem, tensors);
    setTimeout(() => supplied.opened[0]!.lose(), 1);
    const { output } = await call;
    expect(output).toEqual(Float32Array.from(referenceAttention(resolveProblem(problem), tensors).output));
    expect(supplied.opened.map((backend) => backend.info.kind)).toEqual(['webgpu', 'webgpu']);
    expect(supplied.opened[0]!.isDisposed()).toBe(true);
    await engine.dispose();
  });

  test('a second loss within two minutes ends on the CPU under auto, never on a third device', async () => {
    const supplied = supply(9);
    const engine = await engineOn('auto', supplied);
    supplied.opened[0]!.lose();
    await engine.attend(problem, tensors);
    supplied.opened[1]!.lose();
    await engine.attend(problem, tensors);
    expect(supplied.opened.map((backend) => backend.info.kind)).toEqual(['webgpu', 'webgpu', 'cpu']);
    expect(engine.backend).toMatchObject({ kind: 'cpu', reason: 'device-lost' });
    await engine.dispose();
  });

  test('a forced GPU lost twice rejects once, and the next call works again', async () => {
    const supplied = supply(9, { slices: 5 });
    const engine = await engineOn('webgpu', supplied);
    supplied.opened[0]!.lose();
    await engine.attend(problem, tensors);
    const call = engine.attend(problem, tensors);
    setTimeout(() => supplied.opened[1]!.lose(), 1);
    expect(await code(call)).toBe('device-lost');
    await engine.attend(problem, tensors);
    expect(supplied.opened.length).toBe(3);
    await engine.dispose();
  });

  test('prepared tensors are uploaded again after a loss', async () => {
    const supplied = supply(2);
    const engine = await engineOn('webgpu', supplied);
    const prepared = await engine.prepare(problem, tensors);
    await prepared.submit();
    supplied.opened[0]!.lose();
    const { output } = await prepared.read();
    expect(output).toEqual(Float32Array.from(referenceAttention(resolveProblem(problem), tensors).output));
    expect(supplied.opened.map((backend) => backend.held())).toEqual([0, 2]);
    await engine.dispose();
    expect(supplied.opened[1]!.held()).toBe(0);
  });

  test('the budget is one re-acquire per window', () => {
    let nowMs = 5;
    const budget = new ReacquireBudget(() => nowMs);
    expect(budget.spend()).toBe(true);
    nowMs += REACQUIRE_WINDOW_MS - 1;
    expect(budget.spend()).toBe(false);
    nowMs += 1;
    expect(budget.spend()).toBe(true);
  });
});
