// Everything a caller can get wrong, refused before any work: sizes, numbers that are not finite, views out of range.
// Not the problem's own fields: those are `resolveProblem` in `contract/problem.ts`. Called by the engine.
import type { WeightsView } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { LARGEST_HALF } from '../theory/half-precision.ts';
import { tensorSizes, type ResolvedProblem } from '../contract/problem.ts';

type TensorName = 'q' | 'k' | 'v' | 'logSumExp';

const SHAPES: Record<TensorName, string> = {
  q: '[heads, queryLength, headDim]',
  k: '[kvHeads, keyLength, headDim]',
  v: '[kvHeads, keyLength, headDim]',
  logSumExp: '[heads, queryLength]',
};

/** The first index whose number no half comes near; −1 when all fit. Beyond 65519.99… a number would be rounded to infinity. */
function firstBeyondHalf(values: Float32Array): number {
  return values.findIndex((value) => Math.abs(value) >= 65520);
}

/** The first index whose number is NaN or infinite; −1 when all are finite. `x − x` is 0 for finite numbers only. */
function firstNonFinite(values: Float32Array): number {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value - value !== 0) return index;
  }
  return -1;
}

function requireShape(problem: ResolvedProblem, name: TensorName, value: unknown): Float32Array {
  const numbers = tensorSizes(problem)[name];
  const allowed = `a Float32Array of ${numbers} numbers, ${SHAPES[name]}`;
  if (!(value instanceof Float32Array))
    throw new AttentionError('shape-mismatch', { field: name, value: typeof value, allowed });
  if (value.length !== numbers)
    throw new AttentionError('shape-mismatch', { field: name, value: value.length, allowed, numbers: { numbers } });
  return value;
}

function requireFinite(name: TensorName, values: Float32Array): void {
  const index = firstNonFinite(values);
  if (index < 0) return;
  const detail = { field: `${name}[${index}]`, value: values[index], allowed: 'a finite number', numbers: { index } };
  throw new AttentionError('non-finite-input', detail);
}

function requireHalf(name: TensorName, values: Float32Array): void {
  const index = firstBeyondHalf(values);
  if (index < 0) return;
  const allowed = `at most ±${LARGEST_HALF} with 16-bit storage`;
  const detail = { field: `${name}[${index}]`, value: values[index], allowed, numbers: { index } };
  throw new AttentionError('non-finite-input', detail);
}

type Unchecked = { readonly [name in TensorName]?: unknown };

/** Type and size only: cheap, whatever the size. */
export function requireShapes<Name extends 'q' | 'k' | 'v'>(
  problem: ResolvedProblem,
  names: readonly Name[],
  tensors: Unchecked,
): Record<Name, Float32Array> {
  if (typeof tensors !== 'object' || tensors === null) {
    const allowed = `an object of ${names.join(', ')}`;
    throw new AttentionError('shape-mismatch', { field: 'tensors', value: tensors, allowed });
  }
  const checked = names.map((name) => [name, requireShape(problem, name, tensors[name])] as const);
  return Object.fromEntries(checked) as Record<Name, Float32Array>;
}

/** Type and size of all, then the numbers of all: a wrong size is found before any long scan. */
export function requireTensors<Name extends 'q' | 'k' | 'v'>(
  problem: ResolvedProblem,
  names: readonly Name[],
  tensors: Unchecked,
): Record<Name, Float32Array> {
  const checked = requireShapes(problem, names, tensors);
  for (const name of names) requireFinite(name, checked[name]);
  if (problem.storage === 'f16') for (const name of names) requireHalf(name, checked[name]);
  return checked;
}

/** Log-sum-exp may hold `-Infinity` for rows that see no key; NaN and `+Infinity` are refused. */
export function requireLogSumExp(problem: ResolvedProblem, value: unknown): void {
  const values = requireShape(problem, 'logSumExp', value);
  const index = values.findIndex((x) => !(x < Infinity));
  if (index < 0) return;
  const detail = { field: `logSumExp[${index}]`, value: values[index], allowed: 'a number below Infinity' };
  throw new AttentionError('non-finite-input', detail);
}

function requireRange(field: string, range: unknown, limit: number): [number, number] {
  const [start, end] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : [];
  const isRange = Number.isInteger(start) && Number.isInteger(end);
  if (isRange && (start as number) >= 0 && (start as number) < (end as number) && (end as number) <= limit)
    return [start as number, end as number];
  throw new AttentionError('invalid-problem', { field, value: range, allowed: `[start, end) within 0…${limit}` });
}

function requireBlocks(field: string, value: unknown, span: number): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= span) return value as number;
  throw new AttentionError('invalid-problem', { field, value, allowed: `an integer from 1 to the span, ${span}` });
}

/** A copy of the view with nothing but its six fields. */
export function requireView(
  problem: Pick<ResolvedProblem, 'heads' | 'queryLength' | 'keyLength'>,
  view: WeightsView,
): WeightsView {
  if (typeof view !== 'object' || view === null)
    throw new AttentionError('invalid-problem', { field: 'view', value: view, allowed: 'an object' });
  const { head, pooling } = view;
  if (!Number.isInteger(head) || head < 0 || head >= problem.heads) {
    const allowed = `an integer from 0 to ${problem.heads - 1}`;
    throw new AttentionError('invalid-problem', { field: 'view.head', value: head, allowed });
  }
  const rows = requireRange('view.rows', view.rows, problem.queryLength);
  const columns = requireRange('view.columns', view.columns, problem.keyLength);
  const height = requireBlocks('view.height', view.height, rows[1] - rows[0]);
  const width = requireBlocks('view.width', view.width, columns[1] - columns[0]);
  if (pooling !== 'mean' && pooling !== 'max')
    throw new AttentionError('invalid-problem', { field: 'view.pooling', value: pooling, allowed: 'mean or max' });
  return { head, rows, columns, height, width, pooling };
}
