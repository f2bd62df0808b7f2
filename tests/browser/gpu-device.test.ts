// The GPU backend as a device user: default limits, losing the device, aborting, slicing, determinism, room.
import { expect, it } from 'vitest';
import { resolveProblem, type AttentionProblem } from '../../src/contract/problem.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { caseTensors } from '../support/cases.ts';
import { largestMagnitude, outputGate, worstDifference } from '../support/tolerance.ts';

const PROBLEM: AttentionProblem = { heads: 2, queryLength: 90, headDim: 16, mask: { window: { left: 9, right: 4 } } };

it('works with the limits every device has', async () => {
  const backend = await createGpuBackend({ defaultLimits: true });
  try {
    const problem = resolveProblem(PROBLEM);
    const tensors = caseTensors({ name: 'default limits', problem: PROBLEM });
    const prepared = await backend.prepare(problem, await backend.upload(problem, tensors, {}));
    const { output, timing } = await prepared.read({});
    const reference = referenceAttention(problem, tensors);
    const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
    expect(worstDifference(output, reference.output).worst).toBeLessThanOrEqual(gate);
    expect(timing.kernel).toBeUndefined();
    expect(() => backend.requireRoom({ ...problem, queryLength: 2 ** 24 })).toThrow('too large');
  } finally {
    await backend.dispose();
  }
});

it('gives the same bits again, in one piece or in slices, and counts the time of every run', async () => {
  const backend = await createGpuBackend();
  try {
    const long: AttentionProblem = { heads: 2, queryLength: 400, headDim: 16 };
    const problem = resolveProblem(long);
    const resident = await backend.upload(problem, caseTensors({ name: 'slices', problem: long }), {});
    const prepared = await backend.prepare(problem, resident);
    const first = await prepared.read({});
    const shares: number[] = [];
    const timing = await prepared.run(40, { onProgress: (done) => shares.push(done) });
    const again = await prepared.read({});
    expect(again.output).toEqual(first.output);
    expect(again.logSumExp).toEqual(first.logSumExp);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(timing.kernel).toBeGreaterThan(0);
  } finally {
    await backend.dispose();
  }
});

it('stops between slices when aborted, and works again after', async () => {
  const backend = await createGpuBackend();
  try {
    const long: AttentionProblem = { heads: 2, queryLength: 1024, headDim: 16 };
    const problem = resolveProblem(long);
    const resident = await backend.upload(problem, caseTensors({ name: 'abort', problem: long }), {});
    const prepared = await backend.prepare(problem, resident);
    const controller = new AbortController();
    const last = { done: 0 };
    const run = prepared.run(100, {
      signal: controller.signal,
      onProgress: (done) => {
        last.done = done;
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(last.done).toBeLessThan(0.5);
    expect((await prepared.read({})).output.every(Number.isFinite)).toBe(true);
  } finally {
    await backend.dispose();
  }
});

it('rejects with device-lost after a loss, tells it once, and never answers zeros', async () => {
  let lose = () => undefined as void;
  const backend = await createGpuBackend({ onDevice: (device) => (lose = () => device.destroy()) });
  const problem = resolveProblem(PROBLEM);
  const tensors = caseTensors({ name: 'loss', problem: PROBLEM });
  const resident = await backend.upload(problem, tensors, {});
  const prepared = await backend.prepare(problem, resident);
  const running = prepared.run(50, {});
  running.catch(() => undefined);
  lose();
  await expect(running).rejects.toMatchObject({ code: 'device-lost' });
  expect((await backend.lost).reason).toBe('destroyed');
  await expect(prepared.read({})).rejects.toMatchObject({ code: 'device-lost' });
  await expect(backend.upload(problem, tensors, {})).rejects.toMatchObject({ code: 'device-lost' });
  await expect(backend.operations.upload(new Float32Array(4), 2, 2)).rejects.toMatchObject({ code: 'device-lost' });
  await backend.dispose();
});

it('never reads what it has not written: fresh memory full of NaN changes nothing', async () => {
  // Pooled blocks rely on fresh memory being zero, as WebGPU promises; everything else must not.
  const poison = (device: GPUDevice) => {
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      if (descriptor.usage & GPUBufferUsage.STORAGE && descriptor.label !== 'pooled-weights.pooled')
        device.queue.writeBuffer(buffer, 0, new Float32Array(descriptor.size / 4).fill(NaN));
      return buffer;
    };
  };
  for (const kernel of ['flash-rows', 'flash-quads', 'flash-tiles', 'materialised'] as const) {
    const backend = await createGpuBackend({ onDevice: poison, kernel });
    try {
      const odd: AttentionProblem = {
        heads: 2,
        queryLength: 45,
        keyLength: 37,
        headDim: 5,
        mask: { causal: true, window: { left: 6, right: 0 } },
      };
      const problem = resolveProblem(odd);
      const tensors = caseTensors({ name: 'poison', problem: odd });
      const prepared = await backend.prepare(problem, await backend.upload(problem, tensors, {}));
      const { output, logSumExp } = await prepared.read({});
      const reference = referenceAttention(problem, tensors);
      const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
      expect(worstDifference(output, reference.output).worst).toBeLessThanOrEqual(gate);
      expect(logSumExp.some(Number.isNaN)).toBe(false);
      const { entropy, meanDistance } = await prepared.statistics({});
      expect([...entropy, ...meanDistance].every(Number.isFinite)).toBe(true);
      const view = { head: 1, rows: [0, 45], columns: [0, 37], height: 9, width: 7, pooling: 'mean' } as const;
      const { values } = await prepared.weights({ ...view, rows: [0, 45], columns: [0, 37] }, {});
      expect(values.every(Number.isFinite)).toBe(true);
    } finally {
      await backend.dispose();
    }
  }
});

it('draws the picture of a long head in at most 64 MB beside its tensors, and gives all of it back', async () => {
  const backend = await createGpuBackend();
  try {
    const shape: AttentionProblem = { heads: 1, queryLength: 16384, headDim: 16 };
    const problem = resolveProblem(shape);
    const tensors = caseTensors({ name: 'memory', problem: shape });
    const memory = backend.memory!;
    const before = memory.liveBytes;
    memory.startPeak();
    const resident = await backend.upload(problem, tensors, {});
    expect(memory.liveBytes - before).toBe(resident.byteLength);
    const prepared = await backend.prepare(problem, resident);
    await prepared.runAndRead({});
    const everything: [number, number] = [0, 16384];
    const view = { head: 0, rows: everything, columns: everything, height: 512, width: 512, pooling: 'mean' } as const;
    const { values } = await prepared.weights(view, {});
    // Every row's weights sum to one.
    const sum = values.reduce((all, value) => all + value, 0);
    expect(sum * 32 * 32).toBeCloseTo(16384, 0);
    const tensorBytes = 4 * 16384 * 16 * 4;
    console.log(`GPU buffers at most ${memory.peakBytes / 2 ** 20} MB, tensors ${tensorBytes / 2 ** 20} MB`);
    expect(memory.peakBytes).toBeGreaterThan(tensorBytes);
    expect(memory.peakBytes).toBeLessThanOrEqual(tensorBytes + 64 * 2 ** 20);
    prepared.dispose();
    resident.dispose();
    // The timer keeps its slots for later runs: two kilobytes each.
    expect(memory.liveBytes - before).toBeLessThanOrEqual(2 ** 14);
  } finally {
    await backend.dispose();
  }
}, 180_000);

it('says why there is no device', async () => {
  const provider = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(createGpuBackend({ provider })).rejects.toMatchObject({
    code: 'backend-unavailable',
    detail: { reason: 'no-adapter' },
  });
});
