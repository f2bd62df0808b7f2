// An encoder stack on a backend: seeded weights uploaded layer by layer, in 8 bits or factored where the shape says so, and the chain of
// operations of all layers. Pre-norm, as `math/encoder-stack.ts` defines it. Called by the labs' bench.
import type { Activation, Backend, BackendTensor, RunControl } from '../contract/backend.ts';
import { throwIfAborted } from '../contract/errors.ts';
import type { BuildChain, SequenceOperations } from '../contract/sequence-operations.ts';
import {
  STACK_EPSILON,
  STACK_MATRICES,
  stackAttention,
  stackShapes,
  type StackMatrix,
  type StackShape,
} from '../contract/stack.ts';
import { drawInput, drawStackLayer } from '../data/mixer-input.ts';
import { TensorScope } from '../encoder/tensor-scope.ts';
import { quantiseColumns } from '../theory/int8.ts';
import { residentChain, type ResidentChain } from './mixer-chain.ts';

interface Layer {
  readonly matrices: Record<StackMatrix, BackendTensor[]>;
  readonly biases: Record<StackMatrix, BackendTensor>;
  readonly norms: BackendTensor[];
}

async function uploadLayer(
  on: SequenceOperations,
  shape: StackShape,
  index: number,
  scope: TensorScope,
): Promise<Layer> {
  const numbers = drawStackLayer(shape, index);
  const uploadMatrix = (data: Float32Array, rows: number, columns: number) => {
    if (!shape.int8) return scope.hold(on.upload(data, rows, columns));
    const { values, scales } = quantiseColumns(data, rows, columns);
    return scope.hold(on.uploadInt8(values, scales, rows, columns));
  };
  const row = (data: Float32Array) => scope.hold(on.upload(data, 1, data.length));
  const matrices = {} as Record<StackMatrix, BackendTensor[]>;
  const biases = {} as Record<StackMatrix, BackendTensor>;
  for (const name of STACK_MATRICES) {
    const [rows, columns] = stackShapes(shape)[name];
    const [first, second] = numbers.matrices[name] as [Float32Array, Float32Array?];
    const inner = second ? second.length / columns : columns;
    matrices[name] = [await uploadMatrix(first, rows, inner)];
    if (second) matrices[name].push(await uploadMatrix(second, inner, columns));
    biases[name] = await row(numbers.biases[name]);
  }
  const norms: BackendTensor[] = [];
  for (const norm of numbers.norms) norms.push(await row(norm));
  return { matrices, biases, norms };
}

/** One layer's operations on x, which stays its owner's. The answer is the caller's. */
async function runLayer(
  on: SequenceOperations,
  shape: StackShape,
  layer: Layer,
  x: BackendTensor,
  control: RunControl,
): Promise<BackendTensor> {
  const { length, heads, kvHeads, activation } = shape;
  const scope = new TensorScope();
  /** A matrix of one factor or two; frees its input. */
  const apply = async (name: StackMatrix, input: BackendTensor, then: Activation = 'none') => {
    const [first, second] = layer.matrices[name] as [BackendTensor, BackendTensor?];
    const bias = layer.biases[name];
    const inner = await scope.hold(on.linear(input, first, second ? null : bias, second ? 'none' : then));
    scope.release(input);
    if (!second) return inner;
    const outer = await scope.hold(on.linear(inner, second, bias, then));
    scope.release(inner);
    return outer;
  };
  const norm = (input: BackendTensor, at: number) =>
    scope.hold(on.layerNorm(input, layer.norms[at]!, layer.norms[at + 1]!, STACK_EPSILON));
  try {
    const fused = await apply('qkv', await norm(x, 0));
    const { q, k, v } = await on.splitHeads(fused, [0, length], heads, kvHeads);
    for (const part of [q, k, v]) await scope.hold(Promise.resolve(part));
    scope.release(fused);
    const attended = await scope.hold(on.attend(stackAttention(shape), q, k, v, control));
    scope.release(q, k, v);
    const merged = await scope.hold(on.mergeHeads([attended], heads));
    scope.release(attended);
    const middle = await scope.hold(on.add(x, await apply('output', merged)));
    const inner = await apply('up', await norm(middle, 2), activation);
    return await on.add(middle, await apply('down', inner));
  } finally {
    scope.dispose();
  }
}

function buildOf(shape: StackShape, x: BackendTensor, layers: readonly Layer[]): BuildChain {
  return async (operations, control) => {
    let values = x;
    for (let index = 0; index < shape.layers; index++) {
      throwIfAborted(control.signal);
      try {
        const next = await runLayer(operations, shape, layers[shape.sharedLayers ? 0 : index]!, values, control);
        if (values !== x) values.dispose();
        values = next;
      } catch (error) {
        if (values !== x) values.dispose();
        throw error;
      }
    }
    return values;
  };
}

export function prepareStack(backend: Backend, shape: StackShape, control: RunControl): Promise<ResidentChain> {
  backend.requireRoom(stackAttention(shape));
  return residentChain(backend, null, async (scope) => {
    const { operations } = backend;
    const x = await scope.hold(operations.upload(drawInput(shape), shape.length, shape.width));
    const layers: Layer[] = [];
    for (let index = 0; index < (shape.sharedLayers ? 1 : shape.layers); index++) {
      // Drawing a layer takes long enough for a call to be given up in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfAborted(control.signal);
      layers.push(await uploadLayer(operations, shape, index, scope));
    }
    return buildOf(shape, x, layers);
  });
}
