// Heads of the encoder switched off: their rows of a layer's output projection become zeros, so that nothing of what they say goes on.
// The weights that change are made and freed here; all others are shared. Called by the encoder.
import type { BackendTensor, TensorOperations } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { HeadSwitches } from '../contract/stack.ts';
import type { ResidentWeights } from './resident-weights.ts';
import { TensorScope } from './tensor-scope.ts';

function requireSwitches(weights: ResidentWeights, switches: HeadSwitches): void {
  const heads = weights.config.layers.map((layer) => layer.heads);
  const fits = switches.length === heads.length && switches.every((layer, index) => layer.length === heads[index]);
  if (!fits)
    throw new AttentionError('invalid-problem', {
      field: 'switches',
      value: switches.map(({ length }) => length),
      allowed: `one switch per head of each layer (${heads.join(', ')})`,
    });
}

/** The weights with some heads off. `dispose` frees what was made for it and leaves the rest. */
export async function switchHeads(
  operations: TensorOperations,
  weights: ResidentWeights,
  switches: HeadSwitches,
): Promise<ResidentWeights> {
  requireSwitches(weights, switches);
  const scope = new TensorScope();
  const changed = new Map<string, BackendTensor>();
  try {
    for (const [index, { headDim }] of weights.config.layers.entries()) {
      const isOn = switches[index]!;
      if (isOn.every(Boolean)) continue;
      const name = `layer.${index}.attention.output.weight`;
      const whole = weights.tensor(name);
      const numbers = await operations.read(whole);
      isOn.forEach((on, head) => {
        if (!on) numbers.fill(0, head * headDim * whole.columns, (head + 1) * headDim * whole.columns);
      });
      changed.set(name, await scope.hold(operations.upload(numbers, whole.rows, whole.columns)));
    }
  } catch (error) {
    scope.dispose();
    throw error;
  }
  const tensor = (name: string) => changed.get(name) ?? weights.tensor(name);
  return { config: weights.config, tensor, dispose: () => scope.dispose() };
}
