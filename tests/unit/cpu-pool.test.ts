// Behaviour of the CPU backend in the calling thread: slices, cancelling, disposal, room; and of its bookkeeping of resident data.
import { describe, expect, it } from 'vitest';
import { resolveProblem, tensorSizes, type AttentionProblem } from '../../src/contract/problem.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { Residency } from '../../src/cpu/residency.ts';
import { normals, seededUniform } from '../support/cases.ts';

function tensorsOf(problem: AttentionProblem) {
  const sizes = tensorSizes(resolveProblem(problem));
  const uniform = seededUniform(3);
  return { q: normals(sizes.q, uniform), k: normals(sizes.k, uniform), v: normals(sizes.v, uniform) };
}

const LONG: AttentionProblem = { heads: 4, queryLength: 1024, headDim: 64 };

describe('a CPU backend without workers', () => {
  it('says that it is one thread and why', async () => {
    const backend = await createCpuBackend({ threads: 3, reason: 'forced' });
    expect(backend.info).toEqual({ kind: 'cpu', features: [], threads: 1, reason: 'forced' });
    await backend.dispose();
  });

  it('works on in the calling thread when workers cannot be started', async () => {
    const backend = await createCpuBackend({
      threads: 2,
      spawn: () => {
        throw new Error('no workers here');
      },
    });
    expect(backend.info.threads).toBe(1);
    await backend.dispose();
  });

  it('reports progress in rising slices that end at 1, and the time it computed', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem({ ...LONG, queryLength: 512 });
    const prepared = await backend.prepare(problem, await backend.upload(problem, tensorsOf(problem), {}));
    const shares: number[] = [];
    const timing = await prepared.run(2, { onProgress: (done) => shares.push(done) });
    expect(shares.length).toBeGreaterThan(8);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(timing.kernel).toBeGreaterThan(0);
    await backend.dispose();
  });

  it('stops within slices when aborted and works again afterwards', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem(LONG);
    const prepared = await backend.prepare(problem, await backend.upload(problem, tensorsOf(LONG), {}));
    const controller = new AbortController();
    let slices = 0;
    const run = prepared.run(1, { signal: controller.signal, onProgress: () => ++slices === 3 && controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(slices).toBe(3);
    const { output } = await prepared.read({});
    expect(output.some((value) => value !== 0)).toBe(true);
    await backend.dispose();
  });

  it('answers a one-row view while a long run is under way', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem(LONG);
    const resident = await backend.upload(problem, tensorsOf(LONG), {});
    const prepared = await backend.prepare(problem, resident);
    await prepared.run(1, {});
    let isRunning = true;
    const long = prepared.run(2, {}).then(() => (isRunning = false));
    const view = { head: 1, height: 1, width: 1024, pooling: 'max' as const };
    const { values } = await prepared.weights({ ...view, rows: [7, 8], columns: [0, 1024] }, {});
    expect(isRunning).toBe(true);
    expect(values.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    await long;
    await backend.dispose();
  });

  it('rejects what is pending, and all later calls, once disposed', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem(LONG);
    const resident = await backend.upload(problem, tensorsOf(LONG), {});
    const prepared = await backend.prepare(problem, resident);
    const pending = expect(prepared.run(1, {})).rejects.toMatchObject({ code: 'disposed' });
    await backend.dispose();
    await pending;
    await expect(prepared.run(1, {})).rejects.toMatchObject({ code: 'disposed' });
    await expect(backend.upload(problem, tensorsOf(LONG), {})).rejects.toMatchObject({ code: 'disposed' });
  });

  it('rejects a run whose tensors are disposed under it', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem(LONG);
    const resident = await backend.upload(problem, tensorsOf(LONG), {});
    const prepared = await backend.prepare(problem, resident);
    const pending = expect(prepared.run(1, {})).rejects.toMatchObject({ code: 'disposed' });
    resident.dispose();
    await pending;
    await expect(prepared.read({})).rejects.toMatchObject({ code: 'disposed' });
    await backend.dispose();
  });

  it('keeps an answer to itself: neither changed inputs nor a changed answer reach the next read', async () => {
    const backend = await createCpuBackend();
    const problem = resolveProblem({ heads: 1, queryLength: 5, headDim: 4 });
    const tensors = tensorsOf(problem);
    const prepared = await backend.prepare(problem, await backend.upload(problem, tensors, {}));
    tensors.v.fill(9);
    const first = await prepared.read({});
    const kept = first.output.slice();
    first.output.fill(7);
    expect((await prepared.read({})).output).toEqual(kept);
    expect(kept.some((value) => Math.abs(value - 9) < 1e-3)).toBe(false);
    await backend.dispose();
  });

  it('refuses what does not fit and names the largest length that would', async () => {
    const backend = await createCpuBackend();
    const given = { heads: 8, queryLength: 2 ** 24, headDim: 64 };
    let largest = 0;
    try {
      backend.requireRoom(resolveProblem(given));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'too-large', detail: { field: 'queryLength', value: 2 ** 24 } });
      largest = (error as { detail: { numbers: Record<string, number> } }).detail.numbers['largestLength']!;
    }
    expect(largest).toBeGreaterThan(65_536);
    backend.requireRoom(resolveProblem({ ...given, queryLength: largest }));
    expect(() => backend.requireRoom(resolveProblem({ ...given, queryLength: largest + 1 }))).toThrow();
    await backend.dispose();
  });
});

describe('residency', () => {
  it('lets go of what was unused longest, but of nothing the next job needs', () => {
    const residency = new Residency(100);
    residency.add('a/keys', 40, new Set());
    residency.add('a/values', 40, new Set());
    residency.touch('a/keys');
    expect(residency.add('b/keys', 40, new Set())).toEqual(['a/values']);
    expect(residency.add('b/values', 90, new Set(['b/keys']))).toEqual(['a/keys']);
    expect(residency.holds('b/keys')).toBe(true);
    expect(residency.remove('b/')).toEqual(['b/keys', 'b/values']);
    expect(residency.holds('b/keys')).toBe(false);
  });
});
