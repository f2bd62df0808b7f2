// How far restricted attention is from full attention on the same Q, K and V, and what each takes: the frontier of error and time.
// Called by the labs' bench.
import type { Backend, PreparedProblem, RunControl } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { resolveProblem } from '../contract/problem.ts';
import type { LocalError, LocalErrors, LocalMask } from '../contract/stack.ts';
import { visiblePairs } from '../contract/visibility.ts';
import type { Cut } from './cut-source.ts';
import { FEWEST_SAMPLES } from './measure.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';
import { requireTensors } from './validate.ts';

interface Row {
  readonly prepared: PreparedProblem;
  readonly result: LocalError;
  runs: number;
}

const problemOf = (cut: Cut, mask: LocalMask | null) =>
  resolveProblem({
    ...cut.shape,
    mask: mask ? { ...mask, window: { left: mask.window, right: mask.window } } : {},
  });

/** ‖a − b‖ / ‖b‖ and the largest |a − b|. */
function compare(a: Float32Array, b: Float32Array): { relative: number; largest: number } {
  let [difference, size, largest] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const delta = Math.abs(a[at]! - b[at]!);
    difference += delta * delta;
    size += b[at]! * b[at]!;
    largest = Math.max(largest, delta);
  }
  return { relative: size > 0 ? Math.sqrt(difference / size) : 0, largest };
}

export async function measureLocalErrors(
  backend: Backend,
  cut: Cut,
  masks: readonly LocalMask[],
  samples: number,
  { signal, onProgress }: RunControl,
): Promise<LocalErrors> {
  const never = signal ?? new AbortController().signal;
  const whole = problemOf(cut, null);
  backend.requireRoom(whole);
  const resident = await backend.upload(whole, requireTensors(whole, ['q', 'k', 'v'], cut.tensors), { signal });
  const rows: Row[] = [];
  const rounds = samples > 0 ? Math.max(FEWEST_SAMPLES, samples) : 0;
  const steps = masks.length + 1 + rounds;
  try {
    let full: Float32Array | null = null;
    for (const mask of [null, ...masks]) {
      throwIfAborted(signal);
      const problem = problemOf(cut, mask);
      const prepared = await backend.prepare(problem, resident);
      const result: LocalError = {
        mask,
        pairs: visiblePairs(problem),
        relative: 0,
        largest: 0,
        samples: [],
        clock: 'wall',
      };
      const row: Row = { prepared, result, runs: 1 };
      rows.push(row);
      const { kernelMs, wallMs, timerResolution } = await timedRun(prepared, 1, never);
      const { output } = await prepared.read({ signal });
      full ??= output;
      Object.assign(result, compare(output, full));
      result.clock = kernelMs === undefined ? 'wall' : 'kernel';
      row.runs = runsPerSample(kernelMs ?? wallMs, timerResolution ?? null);
      onProgress?.(rows.length / steps);
    }
    for (let round = 0; round < rounds; round++) {
      for (const { prepared, result, runs } of rows) {
        throwIfAborted(signal);
        const { kernelMs, wallMs } = await timedRun(prepared, runs, never);
        result.samples.push(result.clock === 'kernel' ? (kernelMs ?? wallMs) : wallMs);
      }
      onProgress?.((rows.length + round + 1) / steps);
    }
    const { heads, queryLength: length, headDim } = whole;
    return { length, heads, headDim, device: deviceName(backend.info), rows: rows.map(({ result }) => result) };
  } finally {
    for (const { prepared } of rows) prepared.dispose();
    resident.dispose();
  }
}
