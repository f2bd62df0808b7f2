// Every plan a problem may run by, not only the first: the same answers, the same keys, the same bits twice.
// Subgroups are four lanes wide on SwiftShader, where other libraries' subgroup paths are wrong without a word.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { resolveProblem, type AttentionProblem, type AttentionTensors } from '../../src/contract/problem.ts';
import { isVisible } from '../../src/contract/visibility.ts';
import { candidatePlans } from '../../src/gpu/candidates.ts';
import { openDevice } from '../../src/gpu/device.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import type { DeviceFacts } from '../../src/gpu/plan.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { CASES, caseTensors } from '../support/cases.ts';
import { largestMagnitude, logSumExpGate, outputGate, worstDifference } from '../support/tolerance.ts';

/** One case of each kind of trouble: sizes beside tiles, masks, huge numbers. Compiling is what takes the time. */
const CHOSEN = CASES.filter(
  ({ problem, fill }, index) => problem.headDim <= 64 && (fill !== undefined || problem.mask || index % 3 === 0),
).filter((_, index) => index % 2 === 0);

async function facts(isSoftware: boolean): Promise<DeviceFacts> {
  const open = await openDevice({ isSoftware });
  open.close();
  return open.facts;
}

async function answer(backend: Backend, problem: AttentionProblem, tensors: AttentionTensors) {
  const resolved = resolveProblem(problem);
  const resident = await backend.upload(resolved, tensors, {});
  const prepared = await backend.prepare(resolved, resident);
  try {
    return await prepared.read({});
  } finally {
    prepared.dispose();
    resident.dispose();
  }
}

const plansOf = (of: DeviceFacts, kernels: readonly string[]) =>
  candidatePlans(resolveProblem({ heads: 1, queryLength: 300, headDim: 64 }), of)
    .filter(({ kernel }) => kernels.includes(kernel))
    .map(({ name }) => name);

/** The plans of a problem like this on a device that calls itself hardware: tiles of all shapes, with and without subgroups. */
const known = await facts(false);
const names = [
  ...plansOf(known, ['flash-tiles']),
  // Of the panels one with values staged and one with them cached: each text takes SwiftShader seconds to compile.
  ...plansOf(known, ['flash-panels']).filter((name) => /^panels (32×64|64×32, values cached)$/.test(name)),
];
/** Those of a CPU adapter: rows of a thread, and of a quad where subgroups are that small. */
const ofSoftware = await facts(true);
const rowNames = plansOf(ofSoftware, ['flash-rows', 'flash-quads']);

it('has tiles with and without subgroups to try here', () => {
  console.log(names.join(', '));
  expect(names.some((name) => name.includes('subgroups'))).toBe(known.features.has('subgroups'));
  expect(names.filter((name) => !/subgroups|panels/.test(name)).length).toBeGreaterThanOrEqual(4);
  expect(names.filter((name) => name.startsWith('panels'))).toHaveLength(2);
  console.log(rowNames.join(', '));
  expect(rowNames.some((name) => name.startsWith('quads'))).toBe(ofSoftware.subgroupMaxSize === 4);
  expect(rowNames.filter((name) => name.startsWith('rows')).length).toBeGreaterThanOrEqual(4);
});

for (const name of [...names, ...rowNames])
  describe(`plan ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await createGpuBackend({ kernel: name, isSoftware: rowNames.includes(name) });
    });
    afterAll(() => backend.dispose());

    it('matches the reference', async () => {
      for (const testCase of CHOSEN) {
        const problem = { ...testCase.problem, headDim: 64 };
        const tensors = caseTensors({ ...testCase, problem });
        const reference = referenceAttention(resolveProblem(problem), tensors);
        const actual = await answer(backend, problem, tensors);
        const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
        expect(worstDifference(actual.output, reference.output).worst, testCase.name).toBeLessThanOrEqual(gate);
        const logGate = logSumExpGate(reference.largestScore);
        expect(worstDifference(actual.logSumExp, reference.logSumExp).worst, testCase.name).toBeLessThanOrEqual(
          logGate,
        );
        const again = await answer(backend, problem, tensors);
        expect(again.output, testCase.name).toEqual(actual.output);
      }
    });

    it('reads exactly the visible keys', async () => {
      const mask = { causal: true, window: { left: 37, right: 0 }, globalTokens: 2 };
      const problem = { heads: 1, queryLength: 70, keyLength: 130, headDim: 64, mask };
      const resolved = resolveProblem(problem);
      const q = new Float32Array(70 * 64);
      const k = new Float32Array(130 * 64);
      for (let block = 0; block * 64 < 130; block++) {
        const v = Float32Array.from({ length: 130 * 64 }, (_, at) =>
          Math.floor(at / 64) === block * 64 + (at % 64) ? 1 : 0,
        );
        const { output } = await answer(backend, problem, { q, k, v });
        for (let i = 0; i < 70; i++)
          for (let c = 0; c < 64 && block * 64 + c < 130; c++)
            if (output[i * 64 + c]! > 0 !== isVisible(resolved, i, block * 64 + c))
              expect.fail(`query ${i}, key ${block * 64 + c}: weight ${output[i * 64 + c]}`);
      }
    });
  });

describe('panels of keys', () => {
  const PROBLEMS: readonly (readonly [string, AttentionProblem])[] = [
    ['of rows that end amid a panel', { heads: 2, queryLength: 75, headDim: 20, mask: { causal: true } }],
    ['of long rows', { heads: 2, kvHeads: 1, queryLength: 40, keyLength: 100, headDim: 128 }],
    [
      'in parts, merged',
      { heads: 2, kvHeads: 1, queryLength: 70, keyLength: 1100, headDim: 64, mask: { causal: true } },
    ],
  ];
  for (const [name, problem] of PROBLEMS)
    it(`${name} match the reference`, async () => {
      const resolved = resolveProblem(problem);
      const isSplit = name.startsWith('in parts');
      const plan = candidatePlans(resolved, known).find((one) => one.panel && one.splits > 1 === isSplit)!;
      const backend = await createGpuBackend({ kernel: plan.name, isSoftware: false });
      try {
        const tensors = caseTensors({ name, problem });
        const reference = referenceAttention(resolved, tensors);
        const actual = await answer(backend, problem, tensors);
        const gate = outputGate(reference.largestScore, largestMagnitude(tensors.v));
        expect(worstDifference(actual.output, reference.output).worst).toBeLessThanOrEqual(gate);
        expect(worstDifference(actual.logSumExp, reference.logSumExp).worst).toBeLessThanOrEqual(
          logSumExpGate(reference.largestScore),
        );
        expect((await answer(backend, problem, tensors)).output).toEqual(actual.output);
      } finally {
        backend.dispose();
      }
    });
});
