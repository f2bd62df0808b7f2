// What the engine refuses, and how it says so.
import { describe, expect, test } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { requireLogSumExp, requireTensors, requireView } from '../../src/engine/validate.ts';

const problem = resolveProblem({ heads: 2, queryLength: 3, keyLength: 5, headDim: 4 });
const ALL = ['q', 'k', 'v'] as const;
const tensors = () => ({ q: new Float32Array(24), k: new Float32Array(40), v: new Float32Array(40) });
const view = { head: 1, rows: [0, 3], columns: [1, 5], height: 2, width: 4, pooling: 'mean' } as const;

function refusal(act: () => void): AttentionError {
  try {
    act();
  } catch (error) {
    if (error instanceof AttentionError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('tensors', () => {
  test('of the right size are accepted', () => {
    requireTensors(problem, ALL, tensors());
  });

  test.each(['q', 'k', 'v'] as const)('a wrong size of %s names the tensor, its size and the right one', (name) => {
    const error = refusal(() => requireTensors(problem, ALL, { ...tensors(), [name]: new Float32Array(7) }));
    expect(error.code).toBe('shape-mismatch');
    expect(error.detail.field).toBe(name);
    expect(error.message).toContain('7');
    expect(error.message).toContain(name === 'q' ? '24 numbers' : '40 numbers');
  });

  test.each([null, undefined, [1, 2], new Float64Array(24), new ArrayBuffer(96)])('%s is no tensor', (q) => {
    expect(refusal(() => requireTensors(problem, ALL, { ...tensors(), q })).code).toBe('shape-mismatch');
  });

  test.each([NaN, Infinity, -Infinity])('%s is refused with the tensor and the index', (value) => {
    const bad = tensors();
    bad.v[17] = value;
    const error = refusal(() => requireTensors(problem, ALL, bad));
    expect(error.code).toBe('non-finite-input');
    expect(error.detail.field).toBe('v[17]');
    expect(error.detail.numbers).toEqual({ index: 17 });
  });

  test('the largest and smallest finite numbers are accepted', () => {
    const extreme = tensors();
    extreme.q.set([3.4028234663852886e38, -3.4028234663852886e38, 1e-45, -0]);
    requireTensors(problem, ALL, extreme);
  });

  test('a log-sum-exp may be -Infinity but not NaN', () => {
    requireLogSumExp(problem, new Float32Array(6).fill(-Infinity));
    expect(refusal(() => requireLogSumExp(problem, new Float32Array(6).fill(NaN))).code).toBe('non-finite-input');
    expect(refusal(() => requireLogSumExp(problem, new Float32Array(5))).code).toBe('shape-mismatch');
  });
});

describe('views', () => {
  test('inside the problem are accepted', () => {
    expect(requireView(problem, { ...view, rows: [0, 3], columns: [1, 5] })).toEqual(view);
  });

  test.each([
    ['view.head', { head: 2 }],
    ['view.head', { head: 0.5 }],
    ['view.rows', { rows: [2, 2] }],
    ['view.rows', { rows: [0, 4] }],
    ['view.rows', { rows: [-1, 2] }],
    ['view.columns', { columns: [0, 6] }],
    ['view.columns', { columns: [0, NaN] }],
    ['view.columns', { columns: 'all' }],
    ['view.height', { height: 4 }],
    ['view.height', { height: 0 }],
    ['view.width', { width: 5 }],
    ['view.pooling', { pooling: 'sum' }],
  ])('%s is named when it is %j', (field, change) => {
    const bad = { ...view, ...change } as unknown as Parameters<typeof requireView>[1];
    const error = refusal(() => requireView(problem, bad));
    expect(error.code).toBe('invalid-problem');
    expect(error.detail.field).toBe(field);
  });
});
