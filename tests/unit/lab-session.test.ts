// The session against a workbench whose answers the test times: late answers, superseded requests and failures.
import { describe, expect, it } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import type {
  ComputeSummary,
  PicturePair,
  PictureRequest,
  Setting,
  SourceSpec,
  SourceSummary,
  Workbench,
} from '../../src/contract/workbench.ts';
import { LabSession } from '../../src/state/lab-session.svelte.ts';
import { Machine } from '../../src/state/machine.svelte.ts';

const summary: SourceSummary = {
  kind: 'synthetic',
  length: 100,
  keyLength: 100,
  heads: 2,
  kvHeads: 2,
  headDim: 4,
  scale: null,
  tokens: null,
  layer: 0,
  layers: 1,
  extrapolatedFrom: null,
  unknown: [],
  isMatrix: false,
  understood: null,
  wallMs: 1,
};
const spec = (seed: number): SourceSpec => ({
  kind: 'synthetic',
  signal: 'random',
  seed,
  length: 100,
  heads: 2,
  headDim: 4,
});
const setting = (length: number): Setting => ({ length, heads: 2, mask: {}, backend: 'cpu' });
const request: PictureRequest = {
  head: 0,
  rows: [0, 65536],
  columns: [0, 65536],
  height: 10,
  width: 10,
  pooling: 'max',
};
const settle = () => new Promise((done) => setTimeout(done, 5));

/** Answers at once unless told to hold `compute`; `release` answers the newest held call, `cancel` rejects what is held. */
class TimedWorkbench {
  calls: string[] = [];
  computedLengths: number[] = [];
  held: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  isHolding = false;
  failOpening: AttentionError | null = null;
  failComputing: AttentionError | null = null;
  generation = 0;

  readonly workbench = {
    openSource: async () => {
      this.calls.push('open');
      if (this.failOpening) throw this.failOpening;
      return summary;
    },
    compute: async (wanted: Setting): Promise<ComputeSummary> => {
      this.calls.push('compute');
      this.computedLengths.push(wanted.length);
      if (this.failComputing) throw this.failComputing;
      if (this.isHolding) await new Promise<void>((resolve, reject) => this.held.push({ resolve, reject }));
      const variant = { pairs: 1, timing: { wall: 1, flops: 1, bytes: 1 } };
      return {
        generation: ++this.generation,
        backend: { kind: 'cpu', features: [], threads: 1 },
        length: wanted.length,
        keyLength: wanted.length,
        heads: wanted.heads,
        headDim: 4,
        full: variant,
        windowed: variant,
        error: null,
      };
    },
    picture: async (wanted: PictureRequest): Promise<PicturePair> => {
      this.calls.push('picture');
      return {
        ...wanted,
        generation: this.generation,
        full: new Float32Array(100),
        windowed: new Float32Array(100),
        wallMs: 1,
      };
    },
    thumbnails: async () => void this.calls.push('thumbnails'),
    cancel: async (lane: string) => {
      if (lane === 'compute') for (const { reject } of this.held.splice(0)) reject(new AttentionError('aborted'));
    },
  } as unknown as Workbench;
}

describe('lab session', () => {
  it('opens, computes and draws, and then rests', async () => {
    const bench = new TimedWorkbench();
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), setting(50), request, 'full');
    await settle();
    expect(bench.calls).toEqual(['open', 'compute', 'picture', 'thumbnails']);
    expect(session.activity).toBe('idle');
    expect(session.shown?.picture.rows).toEqual([0, 50]);
    expect(session.picturesShown).toBe(1);
  });

  it('computes nothing anew when only the picture changes', async () => {
    const bench = new TimedWorkbench();
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), setting(50), request, 'full');
    await settle();
    session.show(spec(1), setting(50), { ...request, rows: [5, 9], columns: [0, 8] }, 'full');
    await settle();
    expect(bench.calls.filter((call) => call === 'compute')).toHaveLength(1);
    expect(session.shown?.picture.rows).toEqual([5, 9]);
  });

  it('reads a file anew that was changed under its old name and length, and no file twice', async () => {
    const bench = new TimedWorkbench();
    const session = new LabSession(new Machine(bench.workbench));
    const file = (bytes: ArrayBuffer): SourceSpec => ({ kind: 'file', name: 'q.npy', bytes });
    const [first, second] = [new ArrayBuffer(64), new ArrayBuffer(64)];
    const opened = async (bytes: ArrayBuffer) => {
      session.show(file(bytes), setting(50), request, 'full');
      await settle();
      return bench.calls.filter((call) => call === 'open').length;
    };
    expect([await opened(first), await opened(first), await opened(second), await opened(first)]).toEqual([1, 1, 2, 3]);
    expect(bench.calls.filter((call) => call === 'compute')).toHaveLength(3);
  });

  it('shows only the newest of many requests made while one runs', async () => {
    const bench = new TimedWorkbench();
    bench.isHolding = true;
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), setting(10), request, 'full');
    await settle();
    for (let length = 11; length <= 40; length++) session.show(spec(1), setting(length), request, 'full');
    bench.isHolding = false;
    bench.held.shift()!.resolve();
    await settle();
    expect(bench.computedLengths).toEqual([10, 40]);
    expect(session.computed?.length).toBe(40);
  });

  it('abandons a slow computation for a newer request and reports no failure', async () => {
    const bench = new TimedWorkbench();
    bench.isHolding = true;
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), setting(90), request, 'full');
    await settle();
    bench.isHolding = false;
    session.show(spec(1), setting(20), request, 'full');
    await new Promise((done) => setTimeout(done, 320));
    expect(bench.computedLengths).toEqual([90, 20]);
    expect(session.computed?.length).toBe(20);
    expect(session.failure).toBeNull();
  });

  it('keeps the last good picture when a source cannot be opened, and says what was wrong', async () => {
    const bench = new TimedWorkbench();
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), setting(50), request, 'full');
    await settle();
    const { shown } = session;
    bench.failOpening = new AttentionError('invalid-file', { field: 'q.npy', reason: 'size-mismatch' });
    session.show(spec(2), setting(50), request, 'full');
    await settle();
    expect(session.failure).toMatchObject({ code: 'invalid-file', during: 'source', detail: { field: 'q.npy' } });
    expect(session.shown).toBe(shown);
    bench.failOpening = null;
    session.show(spec(3), setting(50), request, 'full');
    await settle();
    expect(session.failure).toBeNull();
  });

  it('never asks for more positions or heads than the source has', async () => {
    const bench = new TimedWorkbench();
    const session = new LabSession(new Machine(bench.workbench));
    session.show(spec(1), { ...setting(65536), heads: 64 }, request, 'full');
    await settle();
    expect(session.computed).toMatchObject({ length: 100, heads: 2 });
  });
});
