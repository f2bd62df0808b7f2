// The labs' state against a bench whose answers the test gives: lines, crossings and gains, the newest job, failures.
import { describe, expect, it } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import type { LabBench } from '../../src/contract/lab-bench.ts';
import type { MixerGap, MixerMeasurement, MixerSweep } from '../../src/contract/mixers.ts';
import type { LocalErrors, StackGap, StackMeasurement } from '../../src/contract/stack.ts';
import type { Workbench } from '../../src/contract/workbench.ts';
import { MixersLab } from '../../src/state/mixers-lab.svelte.ts';
import { allHeads, eachHeadOff, SpeedupsLab } from '../../src/state/speedups-lab.svelte.ts';
import { measuredCrossing } from '../../src/theory/crossing.ts';
import { APPLY, combined, lengthSweep, speedUps, STACK_DEFAULTS } from '../../src/theory/lab-defaults.ts';
import { mixerMacs } from '../../src/theory/mixer-cost.ts';
import { combinedGain, predictedGain, stackMacs } from '../../src/theory/stack-cost.ts';

const workbench = (labs: Partial<LabBench>, cancelled: string[] = []) =>
  ({ labs, cancel: async (lane: string) => void cancelled.push(lane) }) as unknown as Workbench;

/** Measures what the book says: milliseconds are MACs over a rate; the GPU is four times as fast. */
async function bookish(
  sweep: MixerSweep,
  onResult: (result: MixerMeasurement | MixerGap, done: number) => void,
): Promise<void> {
  for (const value of sweep.values)
    for (const kind of sweep.kinds)
      for (const backend of sweep.backends) {
        const problem = { ...sweep.base, kind, [sweep.axis]: value };
        const ms = mixerMacs(problem) / (backend === 'cpu' ? 1e6 : 4e6);
        const common = { problem, backend, device: 'a test', scanPlan: null, warmUps: 0 };
        if (kind === 'gru') onResult({ problem, backend, code: 'over-budget', detail: {} }, 0.5);
        else
          onResult(
            {
              ...common,
              wall: [2 * ms, 2 * ms],
              kernel: [ms, ms],
              processor: backend === 'cpu' ? [ms, ms] : [],
              runsPerSample: 1,
              timerResolution: null,
            },
            0.9,
          );
      }
}

describe('the mixers lab', () => {
  const sweep = { ...lengthSweep(['cpu', 'webgpu']), values: [16, 32, 64, 128, 256, 512] };

  it('draws lines with the fitted beside the predicted exponent, and keeps the gaps', async () => {
    const lab = new MixersLab(workbench({ sweepMixers: bookish }));
    await lab.startSweep('length', sweep);
    const core = lab.lines('length').find(({ kind, backend }) => kind === 'attention-core' && backend === 'cpu')!;
    expect(core.fit!.exponent).toBeCloseTo(2, 10);
    expect(core.predicted).toBeCloseTo(2, 10);
    expect(core.clock).toBe('processor');
    expect(lab.lines('length').some(({ kind }) => kind === 'gru')).toBe(false);
    expect(lab.sweeps['length']!.gaps.length).toBe(12);
    expect(lab.jobs.running).toBeNull();
  });

  it('finds measured crossings where the book has them', async () => {
    const lab = new MixersLab(workbench({ sweepMixers: bookish }));
    await lab.startSweep('length', sweep);
    const crossings = lab.crossovers(sweep.base);
    const of = (attention: string, rival: string) =>
      crossings.find((one) => one.attention === attention && one.rival === rival)!;
    expect(of('attention-core', 'elman').predicted).toBe(64);
    expect(of('attention-core', 'elman').measured.cpu).toBeCloseTo(64, 6);
    expect(of('attention', 'elman')).toMatchObject({ predicted: 0, measured: { cpu: null } });
    expect(of('attention', 'lstm').predicted).toBe(128);
    expect(of('attention', 'lstm').measured.webgpu!).toBeCloseTo(128, 6);
  });

  it('tells what the GPU gains each mixer, wall against wall', async () => {
    const lab = new MixersLab(workbench({ sweepMixers: bookish }));
    await lab.startSweep('length', sweep);
    const gains = lab.gpuGains('length');
    expect(gains.length).toBe(sweep.kinds.length - 1);
    for (const { gain, x } of gains) expect([gain, x]).toEqual([4, 512]);
  });

  it('lets the newest sweep win; what comes late of an older one is dropped', async () => {
    let tell: Parameters<LabBench['sweepMixers']>[1] = () => {};
    let reject: (error: unknown) => void = () => {};
    let calls = 0;
    const sweepMixers: LabBench['sweepMixers'] = (asked, onResult) => {
      if (calls++ > 0) return bookish(asked, onResult);
      tell = onResult;
      return new Promise((_, refuse) => (reject = refuse));
    };
    const lab = new MixersLab(workbench({ sweepMixers }));
    const first = lab.startSweep('width', { ...sweep, axis: 'width' });
    expect(lab.jobs.running).toBe('width');
    await lab.startSweep('length', sweep);
    tell({ problem: { ...sweep.base, kind: 'lstm' }, backend: 'cpu', code: 'internal', detail: {} }, 1);
    reject(new AttentionError('aborted'));
    await first;
    expect(lab.sweeps['width']!.gaps).toEqual([]);
    expect(lab.jobs.failures['width']).toBeUndefined();
    expect(lab.lines('length').length).toBeGreaterThan(5);
  });

  it('keeps the reason of a failure, and what was known', async () => {
    let fails = false;
    const sweepMixers: LabBench['sweepMixers'] = (asked, onResult) =>
      fails
        ? Promise.reject(new AttentionError('backend-unavailable', { field: 'backend' }))
        : bookish(asked, onResult);
    const lab = new MixersLab(workbench({ sweepMixers }));
    await lab.startSweep('length', sweep);
    fails = true;
    await lab.startSweep('width', { ...sweep, axis: 'width' });
    expect(lab.jobs.failures['width']).toMatchObject({ code: 'backend-unavailable' });
    expect(lab.lines('length').length).toBeGreaterThan(5);
    lab.forget('length');
    expect(lab.lines('length')).toEqual([]);
  });
});

describe('the speed-ups lab', () => {
  const compareStacks: LabBench['compareStacks'] = async ({ trials, backends }, onResult) => {
    for (const backend of backends)
      for (const { id, shape } of trials) {
        const ms = stackMacs(shape) / 1e6;
        const result: StackMeasurement | StackGap =
          id === 'int8'
            ? { id, shape, backend, code: 'over-budget', detail: {} }
            : {
                id,
                shape,
                backend,
                device: 'a test',
                warmUps: 0,
                wall: [ms],
                kernel: [],
                processor: [],
                runsPerSample: 1,
                timerResolution: null,
                weightBytes: 1,
                keyValueBytes: 1,
              };
        onResult(result, 1);
      }
  };

  it('sets measured gains beside predicted ones', async () => {
    const lab = new SpeedupsLab(workbench({ compareStacks }));
    await lab.compare('speed-ups', speedUps(['cpu']));
    const gains = lab.gains('speed-ups');
    expect(gains.map(({ id }) => id)).not.toContain('int8');
    expect(lab.comparisons['speed-ups']!.gaps.length).toBe(1);
    for (const { id, measured, predicted, deviation, clock } of gains) {
      expect(measured.median, id).toBeCloseTo(predicted.operations, 9);
      expect(deviation).toBeCloseTo(0, 9);
      expect(clock).toBe('wall');
    }
    expect(gains.find(({ id }) => id === 'half-layers')!.measured.median).toBeCloseTo(2, 9);
  });

  it('cancels every lane a job may run in', async () => {
    const cancelled: string[] = [];
    const lab = new SpeedupsLab(workbench({ compareStacks: () => new Promise(() => {}) }, cancelled));
    lab.cancel();
    expect(cancelled).toEqual([]);
    void lab.compare('speed-ups', speedUps(['cpu']));
    lab.cancel();
    expect(cancelled).toEqual(['measure', 'local', 'heads']);
  });

  it('keeps the error of every source, and what failed as a failure', async () => {
    const source = { kind: 'synthetic', signal: 'local', seed: 1, length: 8, heads: 1, headDim: 4 } as const;
    const request = { source, length: 8, heads: 1, masks: [], backend: 'cpu' as const, samples: 0 };
    const errors: LocalErrors = { length: 8, heads: 1, headDim: 4, device: 'a test', rows: [] };
    const localErrors: LabBench['localErrors'] = async (asked, report) => {
      report(1);
      if (asked.length === 7) throw new AttentionError('backend-unavailable', { reason: 'no-weights' });
      return errors;
    };
    const lab = new SpeedupsLab(workbench({ localErrors }));
    await lab.measureErrors({ text: { ...request, length: 7 }, local: request });
    expect(lab.errors['text']).toMatchObject({ errors: null, failure: { code: 'backend-unavailable' } });
    expect(lab.errors['local']).toEqual({ request, errors, failure: null });
    expect(lab.jobs.failures['errors']).toBeUndefined();
  });

  it('asks the encoder how many heads it has, then for each alone and for the chosen set', async () => {
    const asked: number[] = [];
    const ablateHeads: LabBench['ablateHeads'] = async (texts, sets) => {
      asked.push(sets.length);
      return {
        texts,
        heads: [2, 3],
        rows: sets.map((switches) => ({ switches, cosines: [1], mean: 1, lowest: 1 })),
        device: 'a test',
      };
    };
    const lab = new SpeedupsLab(workbench({ ablateHeads }));
    await lab.ablate(['a text'], [[{ layer: 0, head: 1 }, { layer: 1, head: 2 }, { layer: 9, head: 9 }]], 'cpu'); // prettier-ignore
    expect(asked).toEqual([0, 7]);
    expect(lab.heads!.rows.at(-1)!.switches).toEqual([
      [true, false],
      [true, true, false],
    ]);
  });

  it('lists every head off once, after all on', () => {
    const sets = eachHeadOff([2, 3]);
    expect(sets.length).toBe(6);
    expect(sets[0]).toEqual(allHeads([2, 3]));
    expect(sets[4]).toEqual([
      [true, true],
      [true, false, true],
    ]);
  });
});

it('speed-ups taken together gain about what they gain apart, multiplied; not exactly, where they touch the same work', () => {
  const alone = (['half-layers', 'window'] as const).map(
    (name) => predictedGain(STACK_DEFAULTS, APPLY[name](STACK_DEFAULTS)).operations,
  );
  const together = predictedGain(STACK_DEFAULTS, combined(STACK_DEFAULTS, ['half-layers', 'window'])).operations;
  expect(together).toBeCloseTo(combinedGain(alone), 9);
  const clashing = combined(STACK_DEFAULTS, ['half-width', 'half-heads']);
  const product = combinedGain(
    (['half-width', 'half-heads'] as const).map(
      (name) => predictedGain(STACK_DEFAULTS, APPLY[name](STACK_DEFAULTS)).operations,
    ),
  );
  expect(predictedGain(STACK_DEFAULTS, clashing).operations).not.toBeCloseTo(product, 2);
});

it('lines that do not cross within what was measured have no crossing', () => {
  const line = (...ms: number[]) => ms.map((value, index) => ({ x: 2 ** index, ms: value }));
  expect(measuredCrossing(line(1, 2, 4), line(2, 3, 5))).toBeNull();
  expect(measuredCrossing(line(3, 4), line(1, 1))).toBeNull();
  expect(measuredCrossing(line(1, 4), line(2, 2))).toBeCloseTo(Math.SQRT2, 9);
  expect(measuredCrossing(line(1), line(2))).toBeNull();
});
