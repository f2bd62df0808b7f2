// Workers that cannot start, die or go silent: no call hangs, and the next one finds a living worker.
import { releaseProxy } from 'comlink';
import { expect, test } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { Connection, type RemoteDoor } from '../../src/worker/connection.ts';
import { Link, ownWorker } from '../../src/worker/link.ts';
import type { Answer } from '../../src/worker/protocol.ts';
import { RemoteEngine } from '../../src/worker/remote-engine.ts';
import { startLadder } from '../../src/worker/start-ladder.ts';

const problem = { heads: 1, queryLength: 2048, headDim: 64 };
const numbers = () => new Float32Array(2048 * 64).fill(0.1);
const tensors = () => ({ q: numbers(), k: numbers(), v: numbers() });
const small = { heads: 1, queryLength: 2, headDim: 1 };
const smallTensors = { q: Float32Array.of(0, 0), k: Float32Array.of(1, 1), v: Float32Array.of(1, 3) };

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) =>
      error instanceof AttentionError ? `${error.code} ${error.detail.reason ?? ''}`.trim() : 'other',
  );

function scriptUrl(script: string): string {
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

test.each([
  ['is not there', () => `${location.origin}/no-such-worker.js`],
  ['throws at once', () => scriptUrl('throw new Error("no")')],
  ['is not a script', () => scriptUrl('<!doctype html>')],
  ['never answers', () => scriptUrl('/* silent */')],
  [
    'is of another release',
    () =>
      scriptUrl(
        'onmessage = ({ data }) => postMessage({ id: data.id, type: "RAW", value: { version: "attention-lab-door/0", isSecure: true } })',
      ),
  ],
])('a worker that %s is passed over for the main thread', async (_, address) => {
  const options = { workerUrl: address(), type: 'classic' as const, firstDeadlineMs: 800, deadlineMs: 300 };
  const started = await startLadder(options);
  const connection = new Connection(started);
  expect(connection.rung).toBe('main-thread');
  connection.close();
});

test('a worker that is terminated rejects every waiting call, and the next call runs in a new one', async () => {
  let worker: Worker | undefined;
  const native = globalThis.Worker;
  globalThis.Worker = new Proxy(native, {
    construct: (target, parameters) => (worker = Reflect.construct(target, parameters) as Worker),
  });
  const link = new Link(ownWorker(), 100);
  const engine = await RemoteEngine.start(link, { backend: 'cpu', threads: 1 });
  try {
    const waiting = [code(engine.attend(problem, tensors())), code(engine.attend(problem, tensors()))];
    worker!.terminate();
    expect(await Promise.all(waiting)).toEqual(['internal worker-gone', 'internal worker-gone']);
    expect((await engine.attend(small, smallTensors)).output).toEqual(Float32Array.of(2, 2));
    expect((await link.connection()).pendingCalls).toBe(0);
  } finally {
    globalThis.Worker = native;
    await engine.dispose();
  }
});

test('a worker that falls asleep before its first answer is replaced soon, the second one later', async () => {
  const door = { ping: () => new Promise(() => {}), [releaseProxy]: () => {} } as unknown as RemoteDoor;
  const endOf = async (isPatient: boolean) => {
    const connection = new Connection({ door, worker: null, rung: 'url' }, undefined, isPatient);
    const startMs = performance.now();
    const end = code(connection.call(() => new Promise(() => {})));
    const late = new Promise((resolve) => setTimeout(() => resolve('waits'), 5_500));
    return [await Promise.race([end, late]), performance.now() - startMs] as const;
  };
  const [first, second] = await Promise.all([endOf(false), endOf(true)]);
  expect(first[0]).toBe('internal worker-gone');
  expect(first[1]).toBeGreaterThan(4_000);
  expect(second[0]).toBe('waits');
});

test('beats are the usual ones after the first answer', async () => {
  let beats = 0;
  const door = { ping: () => (beats++, Promise.resolve()), [releaseProxy]: () => {} } as unknown as RemoteDoor;
  const connection = new Connection({ door, worker: null, rung: 'url' });
  await connection.call(() => Promise.resolve<Answer<number>>({ ok: true, value: 1 }));
  const waiting = code(connection.call(() => new Promise(() => {})));
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(beats).toBe(0);
  connection.close();
  expect(await waiting).toBe('disposed');
});

test('disposing an engine settles what waits for it', async () => {
  const engine = await RemoteEngine.start(new Link(), { backend: 'cpu', threads: 1 });
  const waiting = code(engine.attend(problem, tensors()));
  await engine.dispose();
  expect(await waiting).toBe('disposed');
  expect(await code(engine.attend(small, smallTensors))).toBe('disposed');
});

test('an aborted call ends within a slice and the worker goes on', async () => {
  const engine = await RemoteEngine.start(new Link(), { backend: 'cpu', threads: 1 });
  try {
    const giveUp = new AbortController();
    const call = code(engine.attend(problem, tensors(), { signal: giveUp.signal }));
    setTimeout(() => giveUp.abort(), 30);
    expect(await call).toBe('aborted');
    expect((await engine.attend(small, smallTensors)).output).toEqual(Float32Array.of(2, 2));
  } finally {
    await engine.dispose();
  }
});
