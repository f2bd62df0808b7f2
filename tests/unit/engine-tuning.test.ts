// Tuning by the workbench: unasked when nothing else is to do, asked for, given up, and told.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BackendTuner } from '../../src/contract/backend.ts';
import { throwIfAborted } from '../../src/contract/errors.ts';
import type { ResolvedProblem } from '../../src/contract/problem.ts';
import type { TuneRecord } from '../../src/contract/tuning.ts';
import type { Setting, WorkbenchEvent } from '../../src/contract/workbench.ts';
import { LocalEngine } from '../../src/engine/attention-engine.ts';
import { BackendKeeper } from '../../src/engine/backend-keeper.ts';
import { LocalWorkbench } from '../../src/engine/workbench.ts';
import { createReferenceBackend } from '../support/reference-backend.ts';

const SPEC = { kind: 'synthetic', signal: 'random', seed: 1, heads: 1, length: 12, headDim: 4 } as const;
const SETTING: Setting = { length: 12, heads: 1, mask: { window: { left: 2, right: 2 } }, backend: 'webgpu' };

/** A tuner that needs so many milliseconds for a class and always finds the second of two plans, twice as fast. */
function createSlowTuner(tuneMs: number) {
  const records = new Map<string, TuneRecord>();
  const asked: string[] = [];
  const classOf = ({ mask }: ResolvedProblem) => (mask.left < Infinity ? 'window' : 'full');
  const tuner: BackendTuner = {
    fingerprint: 'slow',
    planOf(problem) {
      const record = records.get(classOf(problem)) ?? null;
      return { problemClass: classOf(problem), plan: record?.plan ?? 'first', defaultPlan: 'first', record };
    },
    async tune(problem, { signal }, onTrial = () => {}) {
      asked.push(classOf(problem));
      await new Promise((resolve) => setTimeout(resolve, tuneMs));
      throwIfAborted(signal);
      const trial = {
        plan: 'second',
        samples: [1],
        clock: 'wall' as const,
        verdict: 'chosen' as const,
        errorShare: 0.1,
      };
      onTrial(trial);
      const found = { plan: 'second', defaultPlan: 'first', gain: 2, trials: [trial], measuredAt: '2026-01-01' };
      const record = { problemClass: classOf(problem), ...found };
      records.set(record.problemClass, record);
      return record;
    },
    restore: (found) => found.forEach((record) => records.set(record.problemClass, record)),
  };
  return { tuner, asked };
}

async function start(tuneMs: number, options: { tunesWhenIdle?: boolean } = {}) {
  const { tuner, asked } = createSlowTuner(tuneMs);
  const events: WorkbenchEvent[] = [];
  const workbench = new LocalWorkbench(() => async (kind) => {
    const backend = createReferenceBackend({ kind });
    return kind === 'webgpu' ? Object.assign(backend, { tuner }) : backend;
  });
  await workbench.start({ weightsUrl: '', exampleUrl: '', ...options }, (event) => events.push(event));
  const compute = async () => {
    const opened = workbench.openSource(SPEC, () => {});
    await vi.advanceTimersByTimeAsync(50);
    await opened;
    const computed = workbench.compute(SETTING, () => {});
    await vi.advanceTimersByTimeAsync(50);
    await computed;
  };
  await compute();
  return { workbench, asked, events, compute };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('tuning', () => {
  test('happens by itself for what is shown, once, and is told', async () => {
    const { workbench, asked, events } = await start(10);
    expect(await workbench.tuning(SETTING)).toMatchObject({ full: { record: null }, windowed: { record: null } });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toEqual(['window', 'full']);
    expect(events).toContainEqual({ type: 'tuned' });
    expect(await workbench.tuning(SETTING)).toMatchObject({ full: { plan: 'second' }, windowed: { plan: 'second' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
    await workbench.dispose();
  });

  test('gives way to a call and is taken up again', async () => {
    const { workbench, asked, compute } = await start(1000);
    while (asked.length === 0) await vi.advanceTimersByTimeAsync(100);
    await compute();
    expect((await workbench.tuning(SETTING))!.windowed.record).toBeNull();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toEqual(['window', 'window', 'full']);
    await workbench.dispose();
  });

  test('can be switched off, and asked for all the same', async () => {
    const { workbench, asked } = await start(10, { tunesWhenIdle: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    const told: number[] = [];
    const tuned = workbench.tune(SETTING, (_, done) => told.push(done));
    await vi.advanceTimersByTimeAsync(100);
    expect(await tuned).toMatchObject({ full: { plan: 'second', record: { gain: 2 } } });
    expect(told).toHaveLength(2);
    await workbench.dispose();
  });

  test('that was asked for can be skipped', async () => {
    const { workbench } = await start(1000, { tunesWhenIdle: false });
    const tuned = workbench.tune(SETTING, () => {});
    const outcome = expect(tuned).rejects.toMatchObject({ code: 'aborted' });
    await vi.advanceTimersByTimeAsync(50);
    await workbench.cancel('measure');
    await vi.advanceTimersByTimeAsync(2000);
    await outcome;
    expect((await workbench.tuning(SETTING))!.full.record).toBeNull();
    await workbench.dispose();
  });

  test('has nothing to choose on a backend of one plan', async () => {
    vi.useRealTimers();
    const backend = createReferenceBackend({ kind: 'cpu' });
    const engine = new LocalEngine(new BackendKeeper('cpu', backend, async () => backend));
    const summary = await engine.tune({ heads: 1, queryLength: 4, headDim: 2 });
    expect(summary).toEqual({ plan: null, defaultPlan: null, gain: 1 });
    await engine.dispose();
  });

  test('a log-sum-exp that is given is used', async () => {
    vi.useRealTimers();
    const backend = createReferenceBackend({ kind: 'cpu' });
    const engine = new LocalEngine(new BackendKeeper('cpu', backend, async () => backend));
    const q = Float32Array.of(1, 2, 3, 4);
    const view = { head: 0, rows: [0, 2], columns: [0, 2], height: 2, width: 2, pooling: 'mean' } as const;
    const wide = { ...view, rows: [0, 2] as [number, number], columns: [0, 2] as [number, number] };
    await engine.weights({ heads: 1, queryLength: 2, headDim: 2 }, { q, k: q, logSumExp: Float32Array.of(1, 2) }, wide);
    expect([backend.adopted(), backend.runs()]).toEqual([1, 0]);
    await engine.dispose();
  });
});
