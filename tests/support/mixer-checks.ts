// Runs the table of mixers and stacks on a backend against `math/`. Shared by the tests of both backends.
import { expect } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { isAttention, isRecurrent, requireMixer } from '../../src/contract/mixers.ts';
import { requireStack, type StackLayerWeights } from '../../src/contract/stack.ts';
import { drawInput, drawMixerWeights, drawStackWeights } from '../../src/data/mixer-input.ts';
import { prepareMixer, readMixer } from '../../src/engine/mixer-chain.ts';
import { prepareStack } from '../../src/engine/stack-chain.ts';
import { referenceStack } from '../../src/math/encoder-stack.ts';
import { referenceMixer } from '../../src/math/mixers.ts';
import { dequantise, quantiseColumns } from '../../src/theory/int8.ts';
import type { MixerCase, StackCase } from './mixer-cases.ts';
import { largestMagnitude, worstDifference } from './tolerance.ts';

const EPSILON = 2 ** -23;

/**
 * What rounding in float32 explains: of a sum of `terms` numbers about 8·ε·√terms of its size (terms of random signs), times what the
 * scores' rounding does to softmax weights, as in `outputGate`. A recurrence forgets faster than its errors gather.
 */
function gate(terms: number, largest: number, largestScore: number): number {
  return 8 * EPSILON * Math.sqrt(terms) * (4 + largestScore) * Math.max(1, largest);
}

/** The worst error over what is allowed. */
export async function mixerErrorShare(backend: Backend, { problem }: MixerCase): Promise<number> {
  requireMixer(problem);
  const { values, largestScore } = referenceMixer(problem, drawInput(problem), drawMixerWeights(problem));
  const { kind, width, kernel } = problem;
  const terms = isAttention(kind) || isRecurrent(kind) ? width : kernel * width;
  const resident = await prepareMixer(backend, problem, {});
  try {
    const { worst } = worstDifference(await readMixer(resident, problem, {}), values);
    // Twice the same: nothing is left behind by the first run.
    await resident.chain.run(2, {});
    const again = worstDifference(await readMixer(resident, problem, {}), values);
    expect(again.worst).toBe(worst);
    return worst / gate(terms, largestMagnitude(values), largestScore);
  } finally {
    resident.dispose();
  }
}

/** The numbers that 8-bit matrices really hold. */
function asHeld(layer: StackLayerWeights, shape: StackCase['shape']): StackLayerWeights {
  if (!shape.int8) return layer;
  const columnsOf: Record<string, number> = {
    qkv: layer.biases.qkv.length,
    output: layer.biases.output.length,
    up: layer.biases.up.length,
    down: layer.biases.down.length,
  };
  const matrices = Object.fromEntries(
    Object.entries(layer.matrices).map(([name, factors]) => [
      name,
      factors.map((factor, index) => {
        const columns = index === 0 && shape.rank !== null ? shape.rank : columnsOf[name]!;
        return dequantise(quantiseColumns(factor, factor.length / columns, columns));
      }),
    ]),
  );
  return { ...layer, matrices: matrices as StackLayerWeights['matrices'] };
}

export async function stackErrorShare(backend: Backend, { shape }: StackCase): Promise<number> {
  requireStack(shape);
  const layers = drawStackWeights(shape).map((layer) => asHeld(layer, shape));
  const { values, largestScore } = referenceStack(shape, drawInput(shape), layers);
  const resident = await prepareStack(backend, shape, {});
  try {
    await resident.chain.run(2, {});
    const { worst } = worstDifference(await resident.chain.read({}), values);
    const terms = Math.max(shape.width, shape.feedForward);
    return worst / (shape.layers * gate(terms, largestMagnitude(values), largestScore));
  } finally {
    resident.dispose();
  }
}
