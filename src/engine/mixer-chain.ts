// A mixer on a backend: seeded input and weights uploaded, and the chain of operations that is run and timed. Called by the labs' bench.
// An attention core's projections are done here, before the chain, and so are no part of what is timed.
import type { Backend, BackendTensor, RunControl } from '../contract/backend.ts';
import { throwIfAborted } from '../contract/errors.ts';
import {
  dilationOf,
  isAttention,
  isCore,
  isRecurrent,
  mixerAttention,
  mixerShapes,
  reachLeft,
  type MixerProblem,
  type ScanPlan,
} from '../contract/mixers.ts';
import type { BuildChain, OperationChain } from '../contract/sequence-operations.ts';
import { drawInput, drawMixerWeights } from '../data/mixer-input.ts';
import { TensorScope } from '../encoder/tensor-scope.ts';

/** A chain and the tensors it reads. Owns both. */
export interface ResidentChain {
  readonly chain: OperationChain;
  readonly scanPlan: ScanPlan | null;
  dispose(): void;
}

/** Makes a chain on tensors of a scope; frees both when that fails. */
export async function residentChain(
  backend: Backend,
  scanPlan: ScanPlan | null,
  make: (scope: TensorScope) => Promise<BuildChain>,
): Promise<ResidentChain> {
  const scope = new TensorScope();
  try {
    const chain = await backend.chain(await make(scope));
    const dispose = () => (chain.dispose(), scope.dispose());
    return { chain, scanPlan, dispose };
  } catch (error) {
    scope.dispose();
    throw error;
  }
}

type Tensors = Readonly<Record<string, BackendTensor>>;

/** q, k and v as stacks of heads, from an input and a fused projection. */
async function projectHeads(
  problem: MixerProblem,
  x: BackendTensor,
  qkv: BackendTensor,
  operations: Parameters<BuildChain>[0],
  scope: TensorScope,
): Promise<{ q: BackendTensor; k: BackendTensor; v: BackendTensor }> {
  const fused = await scope.hold(operations.linear(x, qkv, null, 'none'));
  const heads = await operations.splitHeads(fused, [0, problem.length], problem.heads);
  for (const part of Object.values(heads)) await scope.hold(Promise.resolve(part));
  scope.release(fused);
  return heads;
}

function attentionLayer(problem: MixerProblem, x: BackendTensor, weights: Tensors): BuildChain {
  return async (operations, control) => {
    const scope = new TensorScope();
    try {
      const { q, k, v } = await projectHeads(problem, x, weights['qkv']!, operations, scope);
      const attended = await scope.hold(operations.attend(mixerAttention(problem), q, k, v, control));
      scope.release(q, k, v);
      const merged = await scope.hold(operations.mergeHeads([attended], problem.heads));
      return await operations.linear(merged, weights['output']!, null, 'none');
    } finally {
      scope.dispose();
    }
  };
}

function buildOf(problem: MixerProblem, x: BackendTensor, weights: Tensors): BuildChain {
  const { kind, kernel: taps } = problem;
  if (isAttention(kind)) return attentionLayer(problem, x, weights);
  if (isRecurrent(kind))
    return async (operations, control) => {
      const scope = new TensorScope();
      try {
        const gates = await scope.hold(operations.linear(x, weights['input']!, weights['inputBias']!, 'none'));
        return await operations.scan(kind, gates, weights['recurrent']!, weights['recurrentBias']!, control);
      } finally {
        scope.dispose();
      }
    };
  const dilation = dilationOf(problem);
  const spacing = { taps, dilation, reach: reachLeft(taps, dilation) };
  if (kind !== 'separable') return (operations) => operations.convolve(x, weights['taps']!, weights['bias']!, spacing);
  return async (operations) => {
    const scope = new TensorScope();
    try {
      const spread = await scope.hold(operations.depthwise(x, weights['depthwise']!, spacing));
      return await operations.linear(spread, weights['pointwise']!, weights['bias']!, 'none');
    } finally {
      scope.dispose();
    }
  };
}

export function prepareMixer(backend: Backend, problem: MixerProblem, control: RunControl): Promise<ResidentChain> {
  const { operations } = backend;
  const scanPlan = isRecurrent(problem.kind) ? operations.scanPlan(problem.kind, problem.width) : null;
  if (isAttention(problem.kind)) backend.requireRoom(mixerAttention(problem));
  return residentChain(backend, scanPlan, async (scope) => {
    const x = await scope.hold(operations.upload(drawInput(problem), problem.length, problem.width));
    const numbers = drawMixerWeights(problem);
    const weights: Record<string, BackendTensor> = {};
    for (const [name, [rows, columns]] of Object.entries(mixerShapes(problem))) {
      throwIfAborted(control.signal);
      weights[name] = await scope.hold(operations.upload(numbers[name]!, rows, columns));
    }
    if (!isCore(problem.kind)) return buildOf(problem, x, weights);
    const { q, k, v } = await projectHeads(problem, x, weights['qkv']!, operations, scope);
    return (on, running) => on.attend(mixerAttention(problem), q, k, v, running);
  });
}

/** The mixer's answer `[n, d]`. A core answers head after head, `[H, n, D]`: put side by side here. */
export async function readMixer(
  { chain }: ResidentChain,
  { kind, length: n, width: d, heads }: MixerProblem,
  control: RunControl,
): Promise<Float32Array> {
  const values = await chain.read(control);
  if (!isCore(kind)) return values;
  const headDim = d / heads;
  const merged = new Float32Array(n * d);
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < n; row++) {
      const from = (head * n + row) * headDim;
      merged.set(values.subarray(from, from + headDim), row * d + head * headDim);
    }
  return merged;
}
