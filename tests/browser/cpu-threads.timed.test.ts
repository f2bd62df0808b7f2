// The CPU backend with nested workers in a real browser: same answers, cancelling, crashes, disposal.
import { afterEach, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { resolveProblem, tensorSizes, type AttentionProblem } from '../../src/contract/problem.ts';
import { visiblePairs } from '../../src/contract/visibility.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { CASES, caseTensors, normals, seededUniform } from '../support/cases.ts';

const workers: Worker[] = [];
const backends: Backend[] = [];

function spawn(): Worker {
  const worker = new Worker(new URL('../support/cpu-thread.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return worker;
}

async function open(threads: number, start: () => Worker = spawn): Promise<Backend> {
  const backend = await createCpuBackend({ threads, spawn: start });
  backends.push(backend);
  return backend;
}

afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.dispose();
  workers.splice(0);
});

async function prepared(backend: Backend, given: AttentionProblem) {
  const problem = resolveProblem(given);
  const sizes = tensorSizes(problem);
  const uniform = seededUniform(5);
  const tensors = { q: normals(sizes.q, uniform), k: normals(sizes.k, uniform), v: normals(sizes.v, uniform) };
  return backend.prepare(problem, await backend.upload(problem, tensors, {}));
}

it('gives with two threads bit for bit what one thread gives, on every case', async () => {
  const one = await open(1);
  const two = await open(2);
  expect([one.info.threads, two.info.threads]).toEqual([1, 2]);
  for (const given of CASES) {
    const problem = resolveProblem(given.problem);
    const tensors = caseTensors(given);
    const answers = [];
    for (const backend of [one, two]) {
      const resident = await backend.upload(problem, tensors, {});
      const run = await backend.prepare(problem, resident);
      const { output, logSumExp } = await run.read({});
      const { entropy } = await run.statistics({});
      answers.push({ output, logSumExp, entropy });
      resident.dispose();
    }
    expect(answers[1], given.name).toEqual(answers[0]);
  }
});

it('gives the same products and pictures with two threads', async () => {
  const uniform = seededUniform(8);
  const x = normals(37 * 50, uniform);
  const w = normals(50 * 90, uniform);
  const products = [];
  const pictures = [];
  for (const threads of [1, 2]) {
    const backend = await open(threads);
    const { operations } = backend;
    const y = await operations.linear(
      await operations.upload(x, 37, 50),
      await operations.upload(w, 50, 90),
      null,
      'none',
    );
    products.push(await operations.read(y));
    const run = await prepared(backend, { heads: 2, queryLength: 300, headDim: 16, mask: { dilation: 3 } });
    const view = { head: 1, height: 11, width: 13, pooling: 'max' as const };
    pictures.push((await run.weights({ ...view, rows: [5, 290], columns: [0, 300] }, {})).values);
  }
  expect(products[1]).toEqual(products[0]);
  expect(pictures[1]).toEqual(pictures[0]);
});

it('gives up a run of 4096 tokens within 50 ms and is free for the next call soon after', async () => {
  const backend = await open(2);
  const run = await prepared(backend, { heads: 8, queryLength: 4096, headDim: 64 });
  const small = await prepared(backend, { heads: 1, queryLength: 16, headDim: 8 });
  const controller = new AbortController();
  let abortedAt = 0;
  const started = run.run(1, { signal: controller.signal });
  setTimeout(() => {
    abortedAt = performance.now();
    controller.abort();
  }, 300);
  await expect(started).rejects.toMatchObject({ code: 'aborted' });
  expect(performance.now() - abortedAt).toBeLessThan(50);
  await small.read({});
  expect(performance.now() - abortedAt).toBeLessThan(250);
});

it('rejects the run of a crashed thread, starts the thread anew and answers the next call', async () => {
  const backend = await open(2);
  const run = await prepared(backend, { heads: 8, queryLength: 2048, headDim: 64 });
  const expected = await (await prepared(await open(1), { heads: 1, queryLength: 64, headDim: 8 })).read({});
  const pending = run.run(1, {});
  const victim = workers[0]!;
  setTimeout(() => victim.postMessage({ type: 'crash' }), 100);
  await expect(pending).rejects.toMatchObject({ code: 'internal', detail: { reason: 'thread-crashed' } });
  const next = await (await prepared(backend, { heads: 1, queryLength: 64, headDim: 8 })).read({});
  expect(next.output).toEqual(expected.output);
  await expect.poll(() => workers.length).toBe(3);
  const timing = await run.run(1, {});
  expect(timing.kernel).toBeGreaterThan(0);
});

it('goes on in the calling thread when every worker has crashed twice', async () => {
  const backend = await open(2);
  for (let round = 0; round < 2; round++) {
    for (const worker of workers.slice(-2)) worker.postMessage({ type: 'crash' });
    if (round === 0) await expect.poll(() => workers.length).toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(workers.length).toBe(4);
  const run = await prepared(backend, { heads: 1, queryLength: 40, headDim: 8 });
  expect((await run.read({})).output.some((value) => value !== 0)).toBe(true);
});

it('computes in the calling thread when workers never answer', async () => {
  const mute = () => new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' })));
  const started = performance.now();
  const backend = await open(2, mute);
  expect(performance.now() - started).toBeLessThan(2_500);
  expect(backend.info.threads).toBe(1);
});

it('leaves no promise pending when disposed', async () => {
  const backend = await open(2);
  const run = await prepared(backend, { heads: 8, queryLength: 2048, headDim: 64 });
  const { operations } = backend;
  const x = await operations.upload(new Float32Array(512 * 512), 512, 512);
  const pending = [
    run.run(1, {}),
    run.statistics({}),
    run.weights({ head: 0, rows: [0, 9], columns: [0, 9], height: 9, width: 9, pooling: 'mean' }, {}),
    operations.linear(x, x, null, 'none'),
  ].map((promise) => promise.then(() => 'answered', (error: { code: string }) => error.code)); // prettier-ignore
  await backend.dispose();
  expect(await Promise.all(pending)).toEqual(['disposed', 'disposed', 'disposed', 'disposed']);
});

it('shares a run between its threads, a kernel time no longer than the wall time, and says how fast it was', async () => {
  const given = { heads: 8, queryLength: 1024, headDim: 64 };
  const flops = 4 * given.headDim * given.heads * visiblePairs(resolveProblem(given));
  const speeds: string[] = [];
  const answers = new Map<Worker, number>();
  const counted = () => {
    const worker = spawn();
    answers.set(worker, 0);
    worker.addEventListener('message', () => answers.set(worker, answers.get(worker)! + 1));
    return worker;
  };
  for (const threads of [1, 2]) {
    const run = await prepared(await open(threads, counted), given);
    await run.run(1, {});
    const started = performance.now();
    const { kernel } = await run.run(2, {});
    const wallMs = performance.now() - started;
    speeds.push(((2 * flops) / wallMs / 1e6).toFixed(2));
    expect(kernel).toBeLessThanOrEqual(wallMs);
  }
  console.info('CPU attention n=1024, 8 × 64, GFLOP/s with 1 and 2 threads:', speeds.join(', '));
  // No ratio of times: the other core may be busy with something else. Both took a fair part of the jobs.
  const [fewer, more] = [...answers.values()].sort((a, b) => a - b);
  expect(answers.size).toBe(2);
  expect(fewer! / (fewer! + more!)).toBeGreaterThan(0.1);
});
