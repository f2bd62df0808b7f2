// The tuner on the real device: it must find a good plan from a bad start, change no answer, and never time a wrong plan.
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { resolveProblem, tensorSizes, type AttentionProblem } from '../../src/contract/problem.ts';
import type { PlanTrial } from '../../src/contract/tuning.ts';
import { restoreTuning, saveTuning } from '../../src/engine/tuning-store.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { median } from '../../src/theory/statistics.ts';
import { largestMagnitude, outputGate, weightGate, worstDifference } from '../support/tolerance.ts';

const PROBLEM: AttentionProblem = { heads: 2, queryLength: 300, headDim: 32 };
const open: Backend[] = [];

async function gpu(options: Parameters<typeof createGpuBackend>[0] = {}): Promise<Backend> {
  const backend = await createGpuBackend(options);
  open.push(backend);
  return backend;
}

afterEach(async () => {
  for (const backend of open.splice(0)) await backend.dispose();
});

async function output(backend: Backend, problem: AttentionProblem) {
  const resolved = resolveProblem(problem);
  const sizes = tensorSizes(resolved);
  const waves = (count: number, step: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at * step));
  const tensors = { q: waves(sizes.q, 0.7), k: waves(sizes.k, 0.3), v: waves(sizes.v, 0.11) };
  const resident = await backend.upload(resolved, tensors, {});
  const prepared = await backend.prepare(resolved, resident);
  try {
    return { output: (await prepared.read({})).output, largestValue: largestMagnitude(tensors.v) };
  } finally {
    prepared.dispose();
    resident.dispose();
  }
}

describe('the tuner', () => {
  it('leaves a bad default for a plan that is really faster, with the same answer', async () => {
    // A device that calls itself hardware gets workgroup memory and barriers by default, which are dear on this CPU adapter.
    const backend = await gpu({ isSoftware: false });
    const problem = resolveProblem(PROBLEM);
    const before = await output(backend, PROBLEM);
    expect(backend.tuner!.planOf(problem)).toMatchObject({ plan: 'tiles 32×32', record: null });
    const seen: PlanTrial[] = [];
    const record = await backend.tuner!.tune(problem, {}, (trial) => seen.push(trial));
    console.log(
      `${record.plan} ${record.gain.toFixed(2)}× over ${record.defaultPlan}: `,
      record.trials.map(({ plan, verdict, samples }) => `${plan} ${verdict} ${median(samples).toFixed(2)}`).join(', '),
    );
    expect(seen).toHaveLength(record.trials.length);
    // Rows of one thread, all keys or parts of them: which of the two is within the noise.
    expect(record.plan).toMatch(/^(rows|split) /);
    expect(record.gain).toBeGreaterThan(1.3);
    expect(backend.tuner!.planOf(problem).plan).toBe(record.plan);
    const after = await output(backend, PROBLEM);
    const gate = 2 * outputGate(10, before.largestValue);
    expect(worstDifference(after.output, Float64Array.from(before.output)).worst).toBeLessThanOrEqual(gate);
  });

  it('checks every candidate before it is timed, within the gate', async () => {
    const backend = await gpu();
    for (const mask of [{}, { causal: true, window: { left: 40, right: 0 } }]) {
      const { trials } = await backend.tuner!.tune(resolveProblem({ ...PROBLEM, storage: 'f16', mask }), {});
      for (const { plan, errorShare, verdict } of trials) {
        expect(`${plan} ${verdict}`).toMatch(/ (chosen|slower)$/);
        expect(errorShare).toBeGreaterThan(0);
        expect(errorShare).toBeLessThanOrEqual(1);
      }
    }
  });

  it('never times a plan that gives a wrong answer', async () => {
    const backend = await gpu({
      // Every flash-rows shader is made to forget the last key of a tile's visits.
      onDevice: (device) => {
        const create = device.createShaderModule.bind(device);
        device.createShaderModule = (descriptor) =>
          create({ ...descriptor, code: descriptor.code.replace('first < tile.end;', 'first < tile.end - 1;') });
      },
    });
    const { trials, plan } = await backend.tuner!.tune(resolveProblem({ ...PROBLEM, queryLength: 200 }), {});
    const verdicts = (kernel: string) => trials.filter((trial) => trial.plan.startsWith(kernel));
    expect(verdicts('rows').some(({ verdict }) => verdict === 'wrong')).toBe(true);
    for (const { verdict, samples } of trials) if (verdict === 'wrong') expect(samples).toEqual([]);
    expect(trials.find((trial) => trial.plan === plan)!.verdict).toBe('chosen');
  });

  it('makes a picture in passing where that is right and faster, and the picture is the same', async () => {
    const backend = await gpu();
    const problem = resolveProblem({ heads: 1, queryLength: 2048, headDim: 64 });
    const record = await backend.tuner!.tune(problem, {});
    const picture = record.picture!;
    const [after, passing] = [median(picture.afterMs), median(picture.passingMs)];
    console.log(`picture ${picture.verdict}: afterwards ${after.toFixed(1)} ms, in passing ${passing.toFixed(1)} ms`);
    expect(picture.verdict).toBe(after / passing < 1.03 ? 'slower' : 'chosen');
    expect(picture.errorShare).toBeGreaterThan(0);
    expect(picture.errorShare).toBeLessThanOrEqual(1);
    // Whatever the noise of this machine decided: restored as chosen, a picture that needs an attention is made with it.
    backend.tuner!.restore([{ ...record, picture: { ...picture, verdict: 'chosen' } }]);
    const sizes = tensorSizes(problem);
    const waves = (count: number, step: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at * step));
    const tensors = { q: waves(sizes.q, 0.7), k: waves(sizes.k, 0.3), v: waves(sizes.v, 0.11) };
    const resident = await backend.upload(problem, tensors, {});
    const whole: [number, number] = [0, 2048];
    const view = { head: 0, rows: whole, columns: whole, height: 128, width: 128, pooling: 'mean' } as const;
    const first = await backend.prepare(problem, resident);
    const second = await backend.prepare(problem, resident);
    try {
      expect((await first.runAndRead({}, view)).overview).not.toBeNull();
      expect((await first.runAndRead({}, { ...view, width: 256 })).overview).toBeNull();
      const together = await second.weights(view, {});
      const afterwards = await first.weights(view, {});
      const difference = worstDifference(together.values, Float64Array.from(afterwards.values)).worst;
      expect(difference).toBeGreaterThan(0);
      expect(difference).toBeLessThanOrEqual(weightGate(10));
      const answers = [await first.read({}), await second.read({})];
      const gate = 2 * outputGate(10, 1);
      expect(worstDifference(answers[1]!.output, Float64Array.from(answers[0]!.output)).worst).toBeLessThanOrEqual(
        gate,
      );
    } finally {
      first.dispose();
      second.dispose();
      resident.dispose();
    }
  });

  it('makes no picture in passing that is wrong', async () => {
    const backend = await gpu({
      // Notes of blocks are halved.
      onDevice: (device) => {
        const create = device.createShaderModule.bind(device);
        device.createShaderModule = (descriptor) =>
          create({
            ...descriptor,
            code: descriptor.code.replace('notes[at] = select(note,', 'notes[at] = select(note - 1.0,'),
          });
      },
    });
    const record = await backend.tuner!.tune(resolveProblem({ heads: 1, queryLength: 1024, headDim: 16 }), {});
    expect(record.picture).toMatchObject({ verdict: 'wrong', afterMs: [], passingMs: [] });
    expect(record.picture!.errorShare).toBeGreaterThan(1);
  });

  it('changes nothing when it is given up', async () => {
    const backend = await gpu();
    const problem = resolveProblem(PROBLEM);
    const stop = new AbortController();
    const tuning = backend.tuner!.tune(problem, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(tuning).rejects.toMatchObject({ code: 'aborted' });
    expect(backend.tuner!.planOf(problem).record).toBeNull();
  });

  it('remembers its choice on the next visit, and none of other kernels', async () => {
    const first = await gpu();
    const problem = resolveProblem({ ...PROBLEM, queryLength: 100 });
    const record = await first.tuner!.tune(problem, {});
    await saveTuning(first.tuner!, record);
    const second = await gpu();
    await restoreTuning(second.tuner!);
    expect(second.tuner!.planOf(problem)).toMatchObject({ plan: record.plan, record });
    await saveTuning(first.tuner!, { ...record, plan: 'a plan of another day' });
    const third = await gpu();
    await restoreTuning(third.tuner!);
    expect(third.tuner!.planOf(problem).plan).toBe(record.defaultPlan);
    await saveTuning(first.tuner!, { ...record, trials: 'spoilt' } as unknown as typeof record);
    const fourth = await gpu();
    await restoreTuning(fourth.tuner!);
    expect(fourth.tuner!.planOf(problem).record).toBeNull();
  });
});
