// The built library on pages that are not its own: another origin, a sandboxed frame, a page that forbids workers.
// Needs `dist/lib/` and `dist/weights/`, as `npm run build` leaves them.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type * as Library from '../../src/worker/attention-lab.ts';
import { resolveProblem, type AttentionProblem } from '../../src/contract/problem.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { caseTensors } from '../support/cases.ts';
import { largestMagnitude, logSumExpGate, outputGate, worstDifference } from '../support/tolerance.ts';
import { startBrowser } from './support/page.ts';

const problem: AttentionProblem = {
  heads: 2,
  queryLength: 70,
  headDim: 24,
  mask: { window: { left: 9, right: 3 }, globalTokens: 2 },
};
const tensors = caseTensors({ name: 'library', problem });
const plain = { q: [...tensors.q], k: [...tensors.k], v: [...tensors.v] };
const resolved = resolveProblem(problem);
const expected = referenceAttention(resolved, tensors);
const gate = outputGate(expected.largestScore, largestMagnitude(tensors.v));

declare global {
  /** The library, once a page has imported it. */
  var lab: Promise<typeof Library>;
}

let browser: Browser;
let host: Server;
let hostUrl: string;
let libraryUrl: string;

/** Pages of another origin: `/` is empty, `/no-workers` forbids workers, `/frame` holds a sandboxed frame. */
function hostPage(path: string): { body: string; policy?: string } {
  if (path === '/no-workers') return { body: '<!doctype html>', policy: "worker-src 'none'" };
  if (path === '/frame') return { body: '<!doctype html><iframe sandbox="allow-scripts" src="/"></iframe>' };
  return { body: '<!doctype html><title>host</title>' };
}

beforeAll(async () => {
  browser = await startBrowser();
  libraryUrl = new URL('lib/attention-lab.js', inject('siteUrl')).href;
  host = createServer((request, response) => {
    const { body, policy } = hostPage(request.url ?? '/');
    response.setHeader('Content-Type', 'text/html');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    response.end(body);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  hostUrl = `http://localhost:${(host.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  host.close();
});

async function withHost<T>(path: string, act: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage();
  try {
    await page.goto(hostUrl + path);
    return await act(page);
  } finally {
    await page.close();
  }
}

type Scope = Pick<Page, 'evaluate'>;

/** As text: the test runner rewrites `import()` in code. */
const importLibrary = (scope: Scope) =>
  scope.evaluate(`globalThis.lab = import(${JSON.stringify(libraryUrl)}), globalThis.lab.then(Object.keys)`);

/** Runs one attention in the page and gives back its numbers. */
async function attendIn(scope: Scope, backend: 'auto' | 'webgpu' | 'cpu') {
  await importLibrary(scope);
  return scope.evaluate(
    async ({ backend, problem, plain }) => {
      const { createEngine } = await globalThis.lab;
      const engine = await createEngine({ backend, threads: 2 });
      const array = (numbers: number[]) => Float32Array.from(numbers);
      const tensors = { q: array(plain.q), k: array(plain.k), v: array(plain.v) };
      const shares: number[] = [];
      const result = await engine.attend(problem, tensors, { onProgress: (done) => shares.push(done) });
      const view = { head: 1, rows: [0, 70], columns: [0, 70], height: 14, width: 10, pooling: 'mean' } as const;
      const picture = await engine.weights(problem, tensors, { ...view, rows: [0, 70], columns: [0, 70] });
      const answer = {
        info: engine.backend,
        output: [...result.output],
        logSumExp: [...result.logSumExp],
        timing: result.timing,
        picture: [...picture.values],
        isQUsable: tensors.q.length === plain.q.length,
        lastShare: shares.at(-1),
      };
      await engine.dispose();
      return answer;
    },
    { backend, problem, plain },
  );
}

function expectRight(answer: Awaited<ReturnType<typeof attendIn>>): void {
  expect(worstDifference(answer.output, expected.output).worst).toBeLessThanOrEqual(gate);
  const lse = worstDifference(answer.logSumExp, expected.logSumExp).worst;
  expect(lse).toBeLessThanOrEqual(logSumExpGate(expected.largestScore));
  const view = { head: 1, rows: [0, 70], columns: [0, 70], height: 14, width: 10, pooling: 'mean' } as const;
  const picture = referenceWeights(resolved, tensors, { ...view, rows: [0, 70], columns: [0, 70] });
  expect(worstDifference(answer.picture, picture).worst).toBeLessThan(1e-5);
  expect(answer.isQUsable).toBe(true);
  expect(answer.timing.wall).toBeGreaterThan(0);
  expect(answer.timing.flops).toBeGreaterThan(0);
}

describe('on a page of another origin', () => {
  test('importing starts nothing', () =>
    withHost('/', async (page) => {
      const before = await page.evaluate(() => Object.keys(globalThis).length);
      const names = (await importLibrary(page)) as string[];
      expect(names.sort()).toEqual(['AttentionError', 'createEncoder', 'createEngine']);
      expect(page.workers()).toEqual([]);
      expect(await page.evaluate(() => Object.keys(globalThis).length)).toBe(before + 1);
    }));

  test.each(['webgpu', 'cpu'] as const)('%s gives the reference’s numbers', (backend) =>
    withHost('/', async (page) => {
      const workers: string[] = [];
      page.on('worker', (worker) => workers.push(worker.url()));
      const answer = await attendIn(page, backend);
      expect(answer.info.kind).toBe(backend);
      if (backend === 'cpu') expect(answer.info).toMatchObject({ reason: 'forced', threads: 2 });
      expectRight(answer);
      expect(workers[0]).toMatch(/^blob:/);
    }),
  );

  test('errors keep their class and code, an aborted call ends, a disposed engine refuses', () =>
    withHost('/', async (page) => {
      await importLibrary(page);
      const codes = await page.evaluate(
        async ({ problem, plain }) => {
          const { createEngine, AttentionError } = await globalThis.lab;
          const engine = await createEngine({ backend: 'cpu' });
          const code = (promise: Promise<unknown>) =>
            promise.then(
              () => 'nothing',
              (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
            );
          const array = (numbers: number[]) => Float32Array.from(numbers);
          const tensors = { q: array(plain.q), k: array(plain.k), v: array(plain.v) };
          const spoiled = { ...tensors, q: array(plain.q).fill(NaN, 5, 6) };
          const long = { heads: 4, queryLength: 4096, headDim: 64 };
          const numbers = new Float32Array(4 * 4096 * 64);
          const giveUp = new AbortController();
          const longCall = code(engine.attend(long, { q: numbers, k: numbers, v: numbers }, { signal: giveUp.signal }));
          await new Promise((resolve) => setTimeout(resolve, 100));
          const abortedMs = performance.now();
          giveUp.abort();
          const aborted = await longCall;
          const waitedMs = performance.now() - abortedMs;
          const codes = [
            aborted,
            await code(engine.attend({ ...problem, heads: -1 }, tensors)),
            await code(engine.attend(problem, { ...tensors, v: tensors.v.slice(1) })),
            await code(engine.attend(problem, spoiled)),
            await code(engine.attend(problem, tensors)),
          ];
          await engine.dispose();
          return { codes: [...codes, await code(engine.attend(problem, tensors))], waitedMs };
        },
        { problem, plain },
      );
      expect(codes.codes).toEqual([
        'aborted',
        'invalid-problem',
        'shape-mismatch',
        'non-finite-input',
        'nothing',
        'disposed',
      ]);
      expect(codes.waitedMs).toBeLessThan(500);
    }));

  test('the encoder finds its weights beside the module and tells near from far', () =>
    withHost('/', async (page) => {
      await importLibrary(page);
      const found = await page.evaluate(async () => {
        const { createEngine, createEncoder } = await globalThis.lab;
        const engine = await createEngine({ backend: 'cpu', threads: 1 });
        const encoder = await createEncoder({ engine });
        const { embeddings } = await encoder.encode(['A cat sat.', 'A kitten was sitting.', 'Interest rates rose.']);
        const dot = (a: number, b: number) => {
          let sum = 0;
          for (let x = 0; x < 512; x++) sum += embeddings[a * 512 + x]! * embeddings[b * 512 + x]!;
          return sum;
        };
        const { pieces, layers } = await encoder.attention('A cat sat.');
        const rowSums = layers.map(({ weights }) =>
          weights.subarray(0, pieces.length).reduce((sum, weight) => sum + weight, 0),
        );
        const same = encoder.tokenize('A cat sat.').pieces.join() === pieces.join();
        const answer = { unit: dot(0, 0), near: dot(0, 1), far: dot(0, 2), same, rowSums };
        await encoder.dispose();
        await engine.dispose();
        return answer;
      });
      expect(found.unit).toBeCloseTo(1, 5);
      expect(found.near).toBeGreaterThan(found.far + 0.2);
      expect(found.same).toBe(true);
      for (const sum of found.rowSums) expect(sum).toBeCloseTo(1, 4);
    }));
});

test('in a sandboxed frame, a data: worker still sees the GPU', () =>
  withHost('/frame', async (page) => {
    const frame = page.frames().find((each) => each !== page.mainFrame())!;
    await frame.waitForLoadState();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url().slice(0, 5)));
    const answer = await attendIn(frame, 'auto');
    expect(answer.info.kind).toBe('webgpu');
    expectRight(answer);
    expect(workers).toContain('data:');
  }));

test('where workers are forbidden, the main thread computes', () =>
  withHost('/no-workers', async (page) => {
    const answer = await attendIn(page, 'cpu');
    expectRight(answer);
    expect(page.workers()).toEqual([]);
  }));
