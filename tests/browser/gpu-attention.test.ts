// The GPU backend on the table of cases against `math/`: output, log-sum-exp, weights, statistics, which keys were read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import type { WeightsView } from '../../src/contract/engine.ts';
import { resolveProblem, type AttentionTensors, type ResolvedProblem } from '../../src/contract/problem.ts';
import { isVisible } from '../../src/contract/visibility.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { roundToHalf } from '../../src/theory/half-precision.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { referenceWeights } from '../../src/math/weights.ts';
import { CASES, caseTensors, type AttentionCase } from '../support/cases.ts';
import { topOfRows } from '../support/reference-backend.ts';
import { largestMagnitude, logSumExpGate, outputGate, weightGate, worstDifference } from '../support/tolerance.ts';

/** Rows with more keys than one dispatch visits: what one leaves off the next goes on with. */
const LONG_ROWS: AttentionCase[] = [
  { name: 'every key', problem: { heads: 2, queryLength: 5, keyLength: 9001, headDim: 64 } },
  { name: 'rising scores', problem: { heads: 1, queryLength: 3, keyLength: 9000, headDim: 64 }, fill: 'rising' },
  {
    name: 'global tokens, then a causal window',
    problem: {
      heads: 1,
      queryLength: 70,
      keyLength: 9000,
      headDim: 64,
      mask: { causal: true, window: { left: 4500, right: 0 }, globalTokens: 4100 },
    },
  },
];

const SPLIT: AttentionCase[] = [
  { name: 'one query over many keys', problem: { heads: 1, queryLength: 1, keyLength: 5000, headDim: 64 } },
  {
    name: 'three queries, two heads, grouped',
    problem: { heads: 4, kvHeads: 2, queryLength: 3, keyLength: 3001, headDim: 20 },
  },
  { name: 'rising scores', problem: { heads: 1, queryLength: 2, keyLength: 2100, headDim: 16 }, fill: 'rising' },
  {
    name: 'causal window with global tokens',
    problem: {
      heads: 2,
      queryLength: 7,
      keyLength: 4000,
      headDim: 64,
      mask: { causal: true, window: { left: 2500, right: 0 }, globalTokens: 40 },
    },
  },
  {
    name: 'dilated window',
    problem: {
      heads: 1,
      queryLength: 5,
      keyLength: 6000,
      headDim: 8,
      mask: { window: { left: 5999, right: 0 }, dilation: 3 },
    },
  },
];

function countDispatches(device: GPUDevice, onDispatch: () => void): void {
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (x, y, z) => {
        onDispatch();
        dispatch(x, y, z);
      };
      return pass;
    };
    return encoder;
  };
}

type Answer = Awaited<ReturnType<typeof answer>>;

async function answer(backend: Backend, problem: AttentionCase['problem'], tensors: AttentionTensors) {
  const resolved = resolveProblem(problem);
  backend.requireRoom(resolved);
  const resident = await backend.upload(resolved, tensors, {});
  const prepared = await backend.prepare(resolved, resident);
  try {
    return await prepared.read({});
  } finally {
    prepared.dispose();
    resident.dispose();
  }
}

async function rowStatistics(backend: Backend, problem: AttentionCase['problem'], tensors: AttentionTensors) {
  const resolved = resolveProblem(problem);
  const resident = await backend.upload(resolved, tensors, {});
  const prepared = await backend.prepare(resolved, resident);
  try {
    return await prepared.statistics({});
  } finally {
    prepared.dispose();
    resident.dispose();
  }
}

function expectReference(testCase: AttentionCase, tensors: AttentionTensors, actual: Answer): void {
  const reference = referenceAttention(resolveProblem(testCase.problem), tensors);
  const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
  expect(worstDifference(actual.output, reference.output).worst).toBeLessThanOrEqual(gate);
  const logGate = logSumExpGate(reference.largestScore);
  expect(worstDifference(actual.logSumExp, reference.logSumExp).worst).toBeLessThanOrEqual(logGate);
}

for (const kernel of ['flash-rows', 'flash-quads', 'flash-tiles', 'materialised'] as const)
  describe(`attention with the ${kernel} kernel`, () => {
    const uncaptured: string[] = [];
    let dispatches = 0;
    let backend: Backend;
    beforeAll(async () => {
      backend = await createGpuBackend({
        kernel,
        onUncaptured: (message) => uncaptured.push(message),
        onDevice: (device) => countDispatches(device, () => dispatches++),
      });
      console.log(`adapter: ${JSON.stringify(backend.info)}`);
    });
    afterAll(async () => {
      await backend.dispose();
      expect(uncaptured).toEqual([]);
    });

    // Statistics and pictures are the same whatever computes the output: once is enough.
    const [cases, longRows] = kernel === 'flash-quads' ? [CASES, LONG_ROWS] : [[], []];
    testStatistics(() => backend, cases, longRows);

    for (const testCase of CASES)
      it(`matches the reference: ${testCase.name}`, async () => {
        const tensors = caseTensors(testCase);
        expectReference(testCase, tensors, await answer(backend, testCase.problem, tensors));
      });

    // The three-pass kernels cut rows, not keys.
    for (const testCase of kernel === 'materialised' ? [] : LONG_ROWS)
      it(`matches the reference over several dispatches per row: ${testCase.name}`, async () => {
        const tensors = caseTensors(testCase);
        const before = dispatches;
        expectReference(testCase, tensors, await answer(backend, testCase.problem, tensors));
        expect(dispatches - before).toBeGreaterThanOrEqual(3);
      });

    for (const testCase of CASES.filter(({ problem }) => problem.mask))
      it(`reads exactly the visible keys: ${testCase.name}`, async () => {
        const problem = { ...testCase.problem, heads: 1, kvHeads: 1, headDim: 64 };
        const resolved = resolveProblem(problem);
        const { queryLength: N, keyLength: M, headDim: D } = resolved;
        // Equal scores, and V marks one block of D keys at a time: output column c is the weight of key block·D + c.
        const q = new Float32Array(N * D);
        const k = new Float32Array(M * D);
        for (let block = 0; block * D < M; block++) {
          const v = Float32Array.from({ length: M * D }, (_, at) =>
            Math.floor(at / D) === block * D + (at % D) ? 1 : 0,
          );
          const { output } = await answer(backend, problem, { q, k, v });
          for (let i = 0; i < N; i++)
            for (let c = 0; c < D && block * D + c < M; c++)
              if (output[i * D + c]! > 0 !== isVisible(resolved, i, block * D + c))
                expect.fail(`query ${i}, key ${block * D + c}: weight ${output[i * D + c]}`);
        }
      });
  });

describe('attention on an adapter that compiles slowly', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createGpuBackend({ isSoftware: true, compilesSlowly: true });
  });
  afterAll(() => backend.dispose());

  const cases = CASES.filter(({ problem }) => [3, 28, 64].includes(problem.headDim));
  testStatistics(() => backend, cases, LONG_ROWS);
  for (const testCase of [...cases, ...LONG_ROWS, ...SPLIT])
    it(`matches the reference, one row at a time: ${testCase.name}`, async () => {
      expect(backend.tuner!.planOf(resolveProblem(testCase.problem)).plan).toMatch(/(?:^|, )rows 1×1$/);
      const tensors = caseTensors(testCase);
      expectReference(testCase, tensors, await answer(backend, testCase.problem, tensors));
    });
});

function nearTop(problem: ResolvedProblem, tensors: AttentionTensors, row: number, key: number, top: number): boolean {
  if (key < 0) return false;
  const { queryLength: N } = problem;
  const [head, query] = [Math.floor(row / N), row % N];
  const rows: [number, number] = [query, query + 1];
  const view = {
    head,
    rows,
    columns: [key, key + 1] as [number, number],
    height: 1,
    width: 1,
    pooling: 'max' as const,
  };
  return referenceWeights(problem, tensors, view)[0]! >= top * (1 - 1e-4);
}

describe('plans of a problem', () => {
  for (const isSoftware of [true, false])
    for (const testCase of SPLIT)
      it(`merges parts of the keys exactly: ${testCase.name}, ${isSoftware ? 'long' : 'short'} parts`, async () => {
        const backend = await createGpuBackend({ isSoftware });
        try {
          const plan = backend.tuner!.planOf(resolveProblem(testCase.problem));
          expect(plan.plan).toMatch(/^split/);
          const tensors = caseTensors(testCase);
          expectReference(testCase, tensors, await answer(backend, testCase.problem, tensors));
        } finally {
          await backend.dispose();
        }
      });

  for (const kernel of ['flash-rows', 'flash-quads', 'flash-tiles', 'materialised', 'split-keys'])
    it(`keeps 16-bit tensors in half the bytes and computes exactly on them: ${kernel}`, async () => {
      const backend = await createGpuBackend({ kernel });
      try {
        // Of every remainder of four lanes one dimension: packing knows pairs of values, the rest of a kernel is that of f32.
        const cases =
          kernel === 'split-keys' ? SPLIT : CASES.filter(({ problem }) => [3, 5, 28, 64].includes(problem.headDim));
        for (const testCase of cases.filter(({ fill }) => fill === undefined)) {
          const problem = { ...testCase.problem, storage: 'f16' as const };
          const { q, k, v } = caseTensors(testCase);
          const rounded = { q: roundToHalf(q), k: roundToHalf(k), v: roundToHalf(v) };
          expectReference({ ...testCase, problem }, rounded, await answer(backend, problem, { q, k, v }));
          const resident = await backend.upload(resolveProblem(problem), { q, k, v }, {});
          const whole = await backend.upload(resolveProblem(testCase.problem), { q, k, v }, {});
          expect(resident.byteLength * 2).toBe(whole.byteLength);
          resident.dispose();
          whole.dispose();
        }
      } finally {
        await backend.dispose();
      }
    });

  for (const storage of ['f32', 'f16'] as const)
    for (const queryLength of [1, 40])
      it(`is exact on uniform attention over 65,536 keys: ${storage}, ${queryLength} queries`, async () => {
        const backend = await createGpuBackend();
        try {
          const keyLength = 65536;
          const problem = { heads: 1, queryLength, keyLength, headDim: 4, storage };
          const q = new Float32Array(queryLength * 4).fill(0.5);
          const k = new Float32Array(keyLength * 4).fill(0.25);
          const v = Float32Array.from({ length: keyLength * 4 }, (_, at) => (at < keyLength * 2 ? 1 : 0));
          const { output } = await answer(backend, problem, { q, k, v });
          for (const value of output) expect(Math.abs(value - 0.5)).toBeLessThanOrEqual(1e-6);
        } finally {
          await backend.dispose();
        }
      });
});

function testStatistics(
  backendOf: () => Backend,
  cases: readonly AttentionCase[],
  longRows: readonly AttentionCase[],
): void {
  for (const testCase of [...cases, ...longRows])
    it(`has the reference's entropy and mean distance: ${testCase.name}`, async () => {
      const tensors = caseTensors(testCase);
      const problem = resolveProblem(testCase.problem);
      const reference = referenceAttention(problem, tensors);
      const statistics = await rowStatistics(backendOf(), testCase.problem, tensors);
      const { topWeight, topKey } = topOfRows(problem, tensors);
      expect(worstDifference(statistics.topWeight, topWeight).worst).toBeLessThanOrEqual(
        weightGate(reference.largestScore),
      );
      // Equal weights may be told apart by rounding: where keys differ the weights must be the same.
      statistics.topKey.forEach((key, row) => {
        if (key !== topKey[row]) expect(nearTop(problem, tensors, row, key, topWeight[row]!)).toBe(true);
      });
      const gate = weightGate(reference.largestScore) * (1 + Math.log(problem.keyLength));
      expect(worstDifference(statistics.entropy, reference.entropy).worst).toBeLessThanOrEqual(gate);
      const longest = problem.keyLength + problem.queryLength;
      expect(worstDifference(statistics.meanDistance, reference.meanDistance).worst).toBeLessThanOrEqual(
        weightGate(reference.largestScore) * longest,
      );
    });

  const views = (N: number, M: number, heads: number): WeightsView[] => [
    { head: heads - 1, rows: [0, N], columns: [0, M], height: N, width: M, pooling: 'max' },
    { head: 0, rows: [0, N], columns: [0, M], height: Math.ceil(N / 7), width: Math.ceil(M / 5), pooling: 'mean' },
    { head: 0, rows: [0, N], columns: [0, M], height: 1, width: 1, pooling: 'mean' },
    {
      head: 0,
      rows: [N >> 2, N],
      columns: [M >> 1, M],
      height: Math.ceil((N - (N >> 2)) / 3),
      width: Math.ceil((M - (M >> 1)) / 2),
      pooling: 'max',
    },
    { head: heads - 1, rows: [N - 1, N], columns: [0, M], height: 1, width: M, pooling: 'mean' },
  ];
  for (const testCase of cases)
    it(`pools weights as the reference does: ${testCase.name}`, async () => {
      const tensors = caseTensors(testCase);
      const problem = resolveProblem(testCase.problem);
      const gate = weightGate(referenceAttention(problem, tensors).largestScore);
      const backend = backendOf();
      const resident = await backend.upload(problem, tensors, {});
      const prepared = await backend.prepare(problem, resident);
      try {
        const adopting = await backend.prepare(problem, resident);
        adopting.adoptLogSumExp((await prepared.read({})).logSumExp);
        for (const view of views(problem.queryLength, problem.keyLength, problem.heads)) {
          const { values } = await prepared.weights(view, {});
          expect((await adopting.weights(view, {})).values).toSatisfy(
            (again: Float32Array) => worstDifference(again, Float64Array.from(values)).worst <= gate,
          );
          const expected = referenceWeights(problem, tensors, view);
          expect(worstDifference(values, expected).worst).toBeLessThanOrEqual(gate);
          for (let at = 0; at < values.length; at++)
            if (expected[at] === 0 && values[at] !== 0) expect(values[at]).toBeLessThan(1e-30);
        }
        adopting.dispose();
      } finally {
        prepared.dispose();
        resident.dispose();
      }
    });
}
