// What the page knows of a device: one job at a time, kept numbers, failures by job; and the numbers its charts are drawn from.
import { describe, expect, test } from 'vitest';
import type { DevicePeak } from '../../src/contract/device-peak.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import type { Setting, Workbench } from '../../src/contract/workbench.ts';
import { DeviceLab } from '../../src/state/device-lab.svelte.ts';
import { ReceivedAttention } from '../../src/state/received-attention.svelte.ts';
import { rooflineGeometry, seriesShares } from '../../src/viz/roofline-chart.ts';
import { readStorage } from '../../src/viz/storage-comparison.ts';
import { measurement } from '../gallery/timing-numbers.ts';

const SETTING: Setting = { length: 8, heads: 1, mask: {}, backend: 'auto' };

function peak(backend: 'webgpu' | 'cpu', flops = 1e9, bytes = 1e10): DevicePeak {
  const rate = (value: number) => ({ samples: [value], warmUps: 1, sampleMs: 20 });
  return { backend, device: backend, clock: 'wall', timerResolutionMs: null, flops: rate(flops), bytes: rate(bytes) };
}

function workbench(answers: Partial<Workbench>): Workbench {
  return { cancel: async () => {}, ...answers } as Workbench;
}

describe('the device lab', () => {
  test('runs one job at a time and keeps what was measured', async () => {
    let finish = (_: DevicePeak) => {};
    const lab = new DeviceLab(workbench({ measurePeak: () => new Promise((resolve) => (finish = resolve)) }));
    const first = lab.measureLimits(['cpu']);
    expect(lab.running).toBe('limits');
    await lab.measureLimits(['webgpu']);
    finish(peak('cpu'));
    await first;
    expect(lab.running).toBeNull();
    expect(lab.peaks.map(({ backend }) => backend)).toEqual(['cpu']);
  });

  test('a failure belongs to its job and takes nothing away', async () => {
    const failing = () => Promise.reject(new AttentionError('too-large', { field: 'queryLength', value: 9 }));
    const lab = new DeviceLab(workbench({ measurePeak: async () => peak('cpu'), compareStorage: failing }));
    await lab.measureLimits(['cpu']);
    await lab.compareStorage(SETTING);
    expect(lab.failures).toMatchObject({ storage: { code: 'too-large', detail: { field: 'queryLength' } } });
    expect(lab.peaks).toHaveLength(1);
  });

  test('a setting that goes takes its trials along, quietly', async () => {
    let stop = (_: unknown) => {};
    const lab = new DeviceLab(
      workbench({
        tune: () => new Promise((_, reject) => (stop = reject)),
        cancel: async () => stop(new AttentionError('aborted')),
      }),
    );
    const tuning = lab.tune(SETTING);
    lab.forgetSetting();
    await tuning;
    expect(lab.failures).toEqual({});
    expect(lab.trials).toEqual([]);
  });

  test('only the newest question about plans is answered', async () => {
    const answers: ((state: null) => void)[] = [];
    const lab = new DeviceLab(workbench({ tuning: () => new Promise((resolve) => answers.push(resolve)) }));
    const plan = { problemClass: 'full', plan: 'a', defaultPlan: 'a', record: null };
    lab.tuning = { full: plan, windowed: plan };
    const asked = [lab.showPlans(SETTING), lab.showPlans(SETTING)];
    answers[0]!(null);
    await asked[0];
    expect(lab.tuning).not.toBeNull();
    answers[1]!(null);
    await asked[1];
    expect(lab.tuning).toBeNull();
  });
});

test('received attention is asked for once per head, and again after a failure', async () => {
  let calls = 0;
  const received = async (head: number) => {
    if (++calls === 1) throw new AttentionError('aborted');
    return { generation: 1, head, full: Float32Array.of(1), windowed: Float32Array.of(1) };
  };
  const sums = new ReceivedAttention(workbench({ received }));
  await sums.show(1, 0);
  expect(sums.of(1, 0)).toBeNull();
  await sums.show(1, 0);
  await sums.show(1, 0);
  expect(calls).toBe(2);
  expect(sums.of(1, 0)).not.toBeNull();
  expect(sums.of(2, 0)).toBeNull();
});

describe('shares of the device', () => {
  const measured = (['gpu-full', 'cpu-full'] as const).map((series) => measurement(series, 512));

  test('are told for series whose device was measured, by the clock they were read on', () => {
    const [share, ...others] = seriesShares(measured, [peak('cpu', 1e10, 1e12)]);
    expect(others).toEqual([]);
    expect(share).toMatchObject({ series: 'cpu-full', clock: 'kernel', boundBy: 'compute' });
    expect(share!.share).toBeCloseTo(share!.flopsPerSecond / 1e10, 9);
  });

  test('lie below the lines that limit them, inside the chart', () => {
    const peaks = [peak('cpu', 1e12, 1e10), peak('webgpu', 1e13, 1e12)];
    const chart = rooflineGeometry(peaks, seriesShares(measured, peaks), { width: 300, height: 200, labelHeight: 14 })!;
    for (const { x, y } of chart.points) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(300);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThanOrEqual(200);
    }
    expect(chart.lines).toHaveLength(2);
    expect(rooflineGeometry([], [], { width: 300, height: 200, labelHeight: 14 })).toBeNull();
  });
});

test('storages differ in time only when the spread says so', () => {
  const compared = (f16: number[]) =>
    readStorage({
      device: 'a',
      clock: 'wall',
      samples: { f32: [10, 10, 10], f16 },
      byteLength: { f32: 200, f16: 100 },
      largestError: 0.001,
      largestOutput: 2,
    });
  expect(compared([8, 8, 8])).toMatchObject({ effect: 'faster', byteShare: 0.5, errorShare: 0.0005 });
  expect(compared([6, 9, 12]).effect).toBe('same');
  expect(compared([12, 13, 14]).effect).toBe('slower');
});
