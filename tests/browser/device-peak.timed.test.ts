// The device's own limits, measured on both backends: counted work, sane sizes, nothing left behind.
import { expect, it } from 'vitest';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { ridge, rooflineOf } from '../../src/theory/roofline.ts';
import { quartiles } from '../../src/theory/statistics.ts';

for (const kind of ['webgpu', 'cpu'] as const)
  it(`measures what the ${kind} backend could do at best`, async () => {
    const live = new Map<object, number>();
    const onDevice = (device: GPUDevice) => {
      const create = device.createBuffer.bind(device);
      device.createBuffer = (descriptor) => {
        const buffer = create(descriptor);
        // The timer keeps its slots for later runs.
        if (descriptor.label?.startsWith('timer.')) return buffer;
        live.set(buffer, descriptor.size);
        const destroy = buffer.destroy.bind(buffer);
        buffer.destroy = () => (live.delete(buffer), destroy());
        return buffer;
      };
    };
    const backend = kind === 'cpu' ? await createCpuBackend({ threads: 1 }) : await createGpuBackend({ onDevice });
    try {
      const before = live.size;
      const steps: number[] = [];
      const peak = await backend.measurePeak({ onProgress: (done) => steps.push(done) });
      const { flops, bytes } = rooflineOf(peak);
      console.log(
        `${peak.device}: ${(flops / 1e9).toFixed(1)} GFLOP/s, ${(bytes / 1e9).toFixed(1)} GB/s, ridge ${ridge({ flops, bytes }).toFixed(2)}, ` +
          `samples of ${peak.flops.sampleMs.toFixed(0)} and ${peak.bytes.sampleMs.toFixed(0)} ms by the ${peak.clock} clock`,
      );
      expect(peak.backend).toBe(kind);
      for (const { samples, sampleMs } of [peak.flops, peak.bytes]) {
        expect(samples.length).toBeGreaterThanOrEqual(5);
        expect(sampleMs).toBeGreaterThan(10);
        const { lower, median, upper } = quartiles(samples);
        expect(lower).toBeGreaterThan(median / 3);
        expect(upper).toBeLessThan(median * 3);
      }
      // Any machine this can run on does at least this and at most that.
      expect(flops).toBeGreaterThan(1e8);
      expect(flops).toBeLessThan(1e15);
      expect(bytes).toBeGreaterThan(1e8);
      expect(bytes).toBeLessThan(1e14);
      expect(steps.at(-1)).toBe(1);
      expect(live.size).toBe(before);
    } finally {
      await backend.dispose();
    }
  });

it('can be given up', async () => {
  const backend = await createGpuBackend();
  try {
    const stop = new AbortController();
    const measured = backend.measurePeak({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(measured).rejects.toMatchObject({ code: 'aborted' });
  } finally {
    await backend.dispose();
  }
});
