// The benchmark's runner on the reference backend: rows, gaps, growth, files; and the comparison of storages.
import { describe, expect, it } from 'vitest';
import type { BenchmarkReport } from '../../src/contract/benchmark.ts';
import type { BackendKind } from '../../src/contract/engine.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import { runBenchmark } from '../../src/engine/benchmark.ts';
import { compareStorage } from '../../src/engine/compare-storage.ts';
import { standardCases } from '../../src/theory/benchmark-cases.ts';
import { bytes } from '../../src/theory/attention-cost.ts';
import { attainable, boundBy, ridge, rooflineShare } from '../../src/theory/roofline.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { reportToCsv, reportToJson } from '../../src/viz/benchmark-export.ts';
import { createReferenceBackend } from '../support/reference-backend.ts';

const CASES = [16, 32, 64].map((queryLength) => ({
  name: `full, n ${queryLength}`,
  family: 'full',
  problem: { heads: 1, queryLength, headDim: 4 },
}));
const OPTIONS = { backends: ['cpu'] as BackendKind[], cases: CASES, samples: 4, budgetMs: 5000, tune: true };

async function reportOf(options: Partial<typeof OPTIONS>, backendOf = backendsWithPeak()): Promise<BenchmarkReport[]> {
  const reports: BenchmarkReport[] = [];
  await runBenchmark({ ...OPTIONS, ...options }, backendOf, new AbortController().signal, (report) =>
    reports.push(report),
  );
  return reports;
}

function backendsWithPeak() {
  const backend = createReferenceBackend({ kind: 'cpu' });
  const rate = (value: number) => ({ samples: [value], warmUps: 1, sampleMs: 20 });
  const peak = { backend: 'cpu' as const, device: 'CPU', clock: 'wall' as const, timerResolutionMs: null };
  const measured = { ...peak, flops: rate(1e9), bytes: rate(1e10) };
  return Object.assign(async () => Object.assign(backend, { measurePeak: async () => measured }), { backend });
}

describe('the benchmark', () => {
  it('reports every case with times, error and share of the roofline, growing case by case', async () => {
    const reports = await reportOf({});
    expect(reports.map(({ rows }) => rows.length)).toEqual([0, 1, 2, 3, 3]);
    const { rows, peaks, growth, gaps } = reports.at(-1)!;
    expect(gaps).toEqual([]);
    expect(peaks).toHaveLength(1);
    // Before the cases and after them.
    expect(peaks[0]!.flops.samples).toEqual([1e9, 1e9]);
    for (const row of rows) {
      expect(row.kernelMs).toHaveLength(4);
      expect(row.largestError).toBeLessThan(1e-6);
      expect(row.pictureMs).toHaveLength(3);
      // The reference backend says 2 ms per run; 10⁹ operations per second are the limit.
      expect(row.rooflineShare).toBeCloseTo(row.flops / 0.002 / 1e9, 6);
    }
    expect(growth).toHaveLength(1);
    expect(growth[0]!.predicted).toBeCloseTo(2, 6);
  });

  it('takes the samples of a family in turns, so that no length has the machine to itself', async () => {
    const backendOf = backendsWithPeak();
    const backend = await backendOf();
    const ran: number[] = [];
    const prepare = backend.prepare.bind(backend);
    backend.prepare = async (problem, tensors) => {
      const prepared = await prepare(problem, tensors);
      const run = prepared.run.bind(prepared);
      prepared.run = (times, control) => (ran.push(problem.queryLength), run(times, control));
      return prepared;
    };
    await reportOf({}, backendOf);
    // Two warm-ups each, then four rounds, begun by another one each time.
    expect(ran.slice(0, 6)).toEqual([16, 16, 32, 32, 64, 64]);
    expect(ran.slice(6, 18)).toEqual([16, 32, 64, 32, 64, 16, 64, 16, 32, 16, 32, 64]);
  });

  it('leaves nothing behind and goes on where a case cannot be held', async () => {
    const backendOf = backendsWithPeak();
    const small = createReferenceBackend({ kind: 'cpu', room: 40 });
    const reports = await reportOf({}, Object.assign(async () => small, { backend: small }) as never);
    const { rows, gaps, peaks } = reports.at(-1)!;
    expect(rows.map(({ queryLength }) => queryLength)).toEqual([16, 32]);
    expect(gaps).toMatchObject([{ case: 'full, n 64', code: 'too-large' }]);
    expect(peaks).toEqual([]);
    expect(small.held()).toBe(0);
    expect(backendOf.backend.held()).toBe(0);
  });

  it('says why there is no backend instead of failing', async () => {
    const none = () => Promise.reject(new AttentionError('backend-unavailable', { reason: 'no-adapter' }));
    const { rows, gaps } = (await reportOf({ backends: ['webgpu'] }, none as never)).at(-1)!;
    expect(rows).toEqual([]);
    expect(gaps.map(({ code }) => code)).toEqual(Array(3).fill('backend-unavailable'));
  });

  it('does not count a wrong answer', async () => {
    const backendOf = backendsWithPeak();
    const backend = await backendOf();
    const prepare = backend.prepare.bind(backend);
    backend.prepare = async (problem, tensors) => {
      const prepared = await prepare(problem, tensors);
      const read = prepared.read.bind(prepared);
      prepared.read = async (control) => {
        const answer = await read(control);
        return { ...answer, output: answer.output.map((x) => x + 0.01) };
      };
      return prepared;
    };
    const { rows, gaps } = (await reportOf({}, (async () => backend) as never)).at(-1)!;
    expect(rows).toEqual([]);
    expect(gaps[0]).toMatchObject({ code: 'internal', detail: { reason: 'wrong-answer' } });
  });

  it('stops when it is given up', async () => {
    const stop = new AbortController();
    const running = runBenchmark(OPTIONS, backendsWithPeak(), stop.signal, () => stop.abort());
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });

  it('makes files that can be read back', async () => {
    const report = (await reportOf({})).at(-1)!;
    expect(JSON.parse(reportToJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
    const [head, ...lines] = reportToCsv(report).trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(head!.split(',')).toContain('kernel ms median');
    expect(lines[0]!.startsWith('"full, n 16",cpu,')).toBe(true);
  });

  it('has cases with names of their own and families that can be fitted', () => {
    for (const size of ['quick', 'full'] as const) {
      const cases = standardCases(size);
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
      for (const { problem } of cases) expect(() => resolveProblem(problem)).not.toThrow();
    }
  });
});

describe('the comparison of storages', () => {
  it('runs both on the same tensors and frees them', async () => {
    const backend = createReferenceBackend({ kind: 'cpu' });
    const q = Float32Array.from({ length: 64 }, (_, at) => Math.sin(at));
    const cut = { shape: { heads: 1, queryLength: 16, headDim: 4 }, tensors: { q, k: q, v: q } };
    const compared = await compareStorage(backend, cut, {}, {});
    expect(compared.byteLength.f16 * 2).toBe(compared.byteLength.f32);
    expect(compared.samples.f32).toHaveLength(compared.samples.f16.length);
    expect(compared.largestOutput).toBeGreaterThan(0);
    expect(backend.held()).toBe(0);
  });
  it('refuses numbers no half comes near, by name', async () => {
    const backend = createReferenceBackend({ kind: 'cpu' });
    const q = new Float32Array(8).fill(1);
    const k = q.slice();
    k[3] = 70000;
    const cut = { shape: { heads: 1, queryLength: 2, headDim: 4 }, tensors: { q, k, v: q } };
    await expect(compareStorage(backend, cut, {}, {})).rejects.toThrow('k[3]');
    expect(backend.held()).toBe(0);
  });
  it('counts half the bytes of Q, K and V', () => {
    const shape = { heads: 1, queryLength: 8, headDim: 4 };
    const [whole, halved] = [resolveProblem(shape), resolveProblem({ ...shape, storage: 'f16' })];
    expect(bytes(whole) - bytes(halved)).toBe(2 * 3 * 8 * 4);
  });
});

describe('the roofline', () => {
  const roofline = { flops: 100, bytes: 10 };
  it('rises with the operations per byte up to what the device can compute', () => {
    expect(ridge(roofline)).toBe(10);
    expect(attainable(roofline, 2)).toBe(20);
    expect(attainable(roofline, 50)).toBe(100);
  });
  it('names the line that binds and the share that was reached', () => {
    expect(boundBy(roofline, 2)).toBe('memory');
    expect(boundBy(roofline, 10)).toBe('compute');
    expect(rooflineShare(roofline, 2, 5)).toBe(0.25);
  });
});
