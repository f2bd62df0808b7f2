// A picture made while attention runs, beside the one made afterwards and the reference, on the table of cases.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import type { WeightsView } from '../../src/contract/engine.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { CASES, caseTensors, type AttentionCase } from '../support/cases.ts';
import { largestMagnitude, logSumExpGate, outputGate, weightGate, worstDifference } from '../support/tolerance.ts';

const whole = (N: number, M: number, head: number, height: number, width: number, pooling: 'max' | 'mean') =>
  ({ head, rows: [0, N], columns: [0, M], height, width, pooling }) satisfies WeightsView;

/** Long enough for several chunks of rows, and for keys that several dispatches share. */
const LONG: AttentionCase[] = [
  {
    name: 'blocks of seven and eight keys',
    problem: { heads: 2, kvHeads: 1, queryLength: 1500, keyLength: 1501, headDim: 64 },
  },
  {
    name: 'a causal dilated window behind global tokens',
    problem: {
      heads: 3,
      queryLength: 900,
      keyLength: 1301,
      headDim: 16,
      mask: { causal: true, window: { left: 600, right: 0 }, dilation: 2, globalTokens: 37 },
    },
  },
];

function views(N: number, M: number, heads: number, isLong: boolean): WeightsView[] {
  // Of 1501 columns not every row's notes fit at once.
  if (isLong) return [whole(N, M, 0, 100, M, 'mean'), whole(N, M, heads - 1, 64, 97, 'max')];
  return [
    whole(N, M, heads - 1, Math.ceil(N / 7), Math.ceil(M / 5), 'mean'),
    whole(N, M, 0, Math.ceil(N / 3), Math.ceil(M / 8), 'max'),
    whole(N, M, 0, N, M, 'max'),
    whole(N, M, heads >> 1, 1, 1, 'mean'),
  ];
}

describe('a picture in passing', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createGpuBackend({ kernel: 'flash-quads', overview: 'always' });
  });
  afterAll(() => backend.dispose());

  // Dimensions beyond 128 are the same text, unrolled further.
  for (const testCase of [...CASES.filter(({ problem }) => problem.headDim <= 128), ...LONG])
    it(`is the picture made afterwards, and attention is untouched: ${testCase.name}`, async () => {
      const tensors = caseTensors(testCase);
      const problem = resolveProblem(testCase.problem);
      const { queryLength: N, keyLength: M, heads } = problem;
      const reference = referenceAttention(problem, tensors);
      const gate = weightGate(reference.largestScore);
      const resident = await backend.upload(problem, tensors, {});
      try {
        for (const view of views(N, M, heads, LONG.includes(testCase))) {
          const prepared = await backend.prepare(problem, resident);
          try {
            const { output, logSumExp, overview } = await prepared.runAndRead({}, view);
            expect(worstDifference(output, reference.output).worst).toBeLessThanOrEqual(
              outputGate(reference.largestScore, largestMagnitude(tensors.v)),
            );
            expect(worstDifference(logSumExp, reference.logSumExp).worst).toBeLessThanOrEqual(
              logSumExpGate(reference.largestScore),
            );
            const expected = referenceWeights(problem, tensors, view);
            expect(worstDifference(overview!, expected).worst).toBeLessThanOrEqual(gate);
            const { values } = await prepared.weights(view, {});
            expect(worstDifference(overview!, Float64Array.from(values)).worst).toBeLessThanOrEqual(gate);
            // What no query of a block sees is zero, not small.
            values.forEach((value, at) => expect(expected[at] === 0 && value === 0 && overview![at] !== 0).toBe(false));
          } finally {
            prepared.dispose();
          }
        }
      } finally {
        resident.dispose();
      }
    });

  it('is left to the picture afterwards where it would not be whole, or nobody wants it', async () => {
    const testCase = CASES.find(({ name }) => name === 'causal')!;
    const problem = resolveProblem(testCase.problem);
    const resident = await backend.upload(problem, caseTensors(testCase), {});
    const prepared = await backend.prepare(problem, resident);
    try {
      const { queryLength: N, keyLength: M } = problem;
      const part = { ...whole(N, M, 0, 8, 8, 'mean'), columns: [1, M] } satisfies WeightsView;
      expect((await prepared.runAndRead({}, part)).overview).toBeNull();
      expect((await prepared.runAndRead({})).overview).toBeNull();
    } finally {
      prepared.dispose();
      resident.dispose();
    }
  });
});
