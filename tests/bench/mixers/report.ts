// What mixers and speed-ups took, as text: times with their spread, growth beside the book's, gains beside the predicted. Pure.
import type { MixerGap, MixerKind, MixerMeasurement, MixerSweep } from '../../../src/contract/mixers.ts';
import type { StackGap, StackMeasurement } from '../../../src/contract/stack.ts';
import { fitPowerLaw } from '../../../src/theory/fit.ts';
import { mixerFlops, predictedMixerExponent } from '../../../src/theory/mixer-cost.ts';
import { predictedGain, stackMacs } from '../../../src/theory/stack-cost.ts';
import { median, quartiles, quickest, workTimes } from '../../../src/theory/statistics.ts';
import { alignColumns, three } from '../table.ts';

type MixerResult = MixerMeasurement | MixerGap;
type StackResult = StackMeasurement | StackGap;

const timesOf = (times: Parameters<typeof workTimes>[0]) => workTimes(times).ms;
const workSpread = (times: Parameters<typeof workTimes>[0]) => spread(timesOf(times));

function spread(samples: readonly number[]): string {
  const { lower, median: middle, upper } = quartiles(samples);
  return `${three(middle)} [${three(lower)}, ${three(upper)}]`;
}

const isMeasured = <T extends object>(result: T): result is Exclude<T, { code: unknown }> => !('code' in result);

export interface Growth {
  backend: string;
  kind: MixerKind;
  exponent: number;
  error: number | null;
  predicted: number;
  points: number;
}

/** Exponents of each mixer on each backend, fitted to the quickest samples: a busy machine only adds time. */
export function growthOf(results: readonly MixerResult[], { axis, base }: MixerSweep): Growth[] {
  const measured = results.filter(isMeasured) as MixerMeasurement[];
  const names = new Map(measured.map((one) => [`${one.backend} ${one.problem.kind}`, one]));
  return [...names.values()].flatMap(({ backend, problem: { kind } }) => {
    const own = measured.filter((one) => one.backend === backend && one.problem.kind === kind);
    const values = own.map(({ problem }) => problem[axis]);
    const law = fitPowerLaw(
      values,
      own.map((one) => quickest(timesOf(one))),
    );
    if (!law || (axis !== 'length' && axis !== 'width')) return [];
    const predicted = predictedMixerExponent({ ...base, kind }, axis, values);
    return [{ backend, kind, exponent: law.exponent, error: law.exponentError, predicted, points: law.points }];
  });
}

export function mixerTable(results: readonly MixerResult[], sweep: MixerSweep): string {
  const head = ['backend', 'mixer', sweep.axis, 'work ms', 'wall ms', 'GFLOP/s', 'runs', 'scan'];
  const rows = results.map((one) => {
    const value = String(one.problem[sweep.axis]);
    if (!isMeasured(one)) return [one.backend, one.problem.kind, value, (one as MixerGap).code];
    const own = one as MixerMeasurement;
    return [
      own.backend,
      own.problem.kind,
      value,
      workSpread(own),
      spread(own.wall),
      three(mixerFlops(own.problem) / (median(timesOf(own)) * 1e6)),
      `${own.wall.length} × ${own.runsPerSample}`,
      own.scanPlan ?? '',
    ];
  });
  return alignColumns([head, ...rows]);
}

export function growthTable(growth: readonly Growth[], axis: string): string {
  const head = ['backend', 'mixer', 'measured', 'operations alone', 'points'];
  const rows = growth.map(({ backend, kind, exponent, error, predicted, points }) => [
    backend,
    kind,
    `${axis}^${exponent.toFixed(2)} ± ${error?.toFixed(2) ?? '?'}`,
    `${axis}^${predicted.toFixed(2)}`,
    String(points),
  ]);
  return alignColumns([head, ...rows]);
}

/** Each stack beside the first of its backend. */
export function stackTable(results: readonly StackResult[]): string {
  const head = ['backend', 'stack', 'work ms', 'wall ms', 'GFLOP/s', 'gain', 'by operations', 'weights kB', 'K, V kB'];
  const rows = results.map((one) => {
    if (!isMeasured(one)) return [one.backend, one.id, (one as StackGap).code];
    const own = one as StackMeasurement;
    const first = results.find((other) => other.backend === own.backend && isMeasured(other)) as StackMeasurement;
    return [
      own.backend,
      own.id,
      workSpread(own),
      spread(own.wall),
      three((2 * stackMacs(own.shape)) / (median(timesOf(own)) * 1e6)),
      (median(timesOf(first)) / median(timesOf(own))).toFixed(2),
      predictedGain(first.shape, own.shape).operations.toFixed(2),
      three(own.weightBytes / 1000),
      three(own.keyValueBytes / 1000),
    ];
  });
  return alignColumns([head, ...rows]);
}
