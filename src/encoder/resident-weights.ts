// The dense layers on a backend, uploaded once and kept until the encoder is disposed of. The token embeddings stay on the host.
import type { BackendTensor, RunControl, TensorOperations } from '../contract/backend.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { tensorShapes, type EncoderConfig } from './config.ts';
import { TensorScope } from './tensor-scope.ts';
import type { EncoderWeights } from './weights-file.ts';

const HOST_TENSORS = new Set(['embedding.weight', 'position.inverse_timescales']);

export interface ResidentWeights {
  readonly config: EncoderConfig;
  /** A dense tensor by its name in the file. */
  tensor(name: string): BackendTensor;
  dispose(): void;
}

/** Decodes and uploads one tensor after the other. Leaves nothing behind when it fails. */
export async function uploadWeights(
  operations: TensorOperations,
  weights: EncoderWeights,
  control: RunControl,
): Promise<ResidentWeights> {
  const scope = new TensorScope();
  const tensors = new Map<string, BackendTensor>();
  const names = [...tensorShapes(weights.config).keys()].filter((name) => !HOST_TENSORS.has(name));
  try {
    for (const name of names) {
      throwIfAborted(control.signal);
      const { data, rows, columns } = weights.matrix(name);
      tensors.set(name, await scope.hold(operations.upload(data, rows, columns)));
      control.onProgress?.(tensors.size / names.length);
    }
  } catch (error) {
    scope.dispose();
    throw error;
  }
  return { config: weights.config, tensor: (name) => tensors.get(name)!, dispose: () => scope.dispose() };
}
