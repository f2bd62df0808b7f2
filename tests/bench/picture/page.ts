// Runs inside the browser: times one head's attention and its picture in turns, on tensors that stay. `run-picture.ts` calls it.
import { deviceName } from '../../../src/contract/device-name.ts';
import type { BackendKind, WeightsView } from '../../../src/contract/engine.ts';
import { resolveProblem } from '../../../src/contract/problem.ts';
import { drawSignal } from '../../../src/data/synthetic.ts';
import { createGpuBackend } from '../../../src/gpu/gpu-backend.ts';
import { createEngine } from '../../../src/worker/attention-lab.ts';
import {
  BAR,
  HEAD_DIM,
  type PassingResult,
  type PictureMemory,
  type PictureResult,
  type PictureShape,
} from './result.ts';

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

function wholeView({ length, side }: PictureShape): WeightsView {
  return { head: 0, rows: [0, length], columns: [0, length], height: side, width: side, pooling: 'mean' };
}

function tensorsOf({ length }: PictureShape) {
  return drawSignal('random', 1, { heads: 1, length, headDim: HEAD_DIM });
}

async function measurePicture(backend: BackendKind, shape: PictureShape, rounds: number): Promise<PictureResult> {
  const problem = { heads: 1, queryLength: shape.length, headDim: HEAD_DIM };
  const view = wholeView(shape);
  const engine = await createEngine({ backend });
  try {
    await engine.tune(problem);
    const prepared = await engine.prepare(problem, tensorsOf(shape));
    const device = deviceName(engine.backend);
    const result: PictureResult = { ...shape, backend, device, attentionMs: [], pictureMs: [] };
    // The first picture compiles its kernels and needs an attention before it.
    await prepared.submit();
    await prepared.weights(view);
    for (let round = 0; round < rounds; round++) {
      result.attentionMs.push(await timed(() => prepared.submit()));
      result.pictureMs.push(await timed(() => prepared.weights(view)));
    }
    prepared.dispose();
    return result;
  } finally {
    await engine.dispose();
  }
}

/** Attention with its picture afterwards, and with its picture in passing, in turns. Both read their answers. */
async function measurePassing(shape: PictureShape, rounds: number): Promise<PassingResult> {
  const problem = resolveProblem({ heads: 1, queryLength: shape.length, headDim: HEAD_DIM });
  const tensors = tensorsOf(shape);
  const view = wholeView(shape);
  const result: PassingResult = {
    ...shape,
    attentionMs: [],
    afterMs: [],
    passingMs: [],
    peakBytes: 0,
    tensorBytes: 0,
  };
  const backend = await createGpuBackend({ kernel: 'flash-quads', overview: 'always' });
  try {
    backend.memory!.startPeak();
    const resident = await backend.upload(problem, tensors, {});
    const prepared = await backend.prepare(problem, resident);
    const passing = () => prepared.runAndRead({}, view);
    if (!(await passing()).overview) throw new Error('no picture in passing on this device');
    result.peakBytes = backend.memory!.peakBytes;
    result.tensorBytes = 4 * shape.length * HEAD_DIM * 4;
    await prepared.weights(view, {});
    for (let round = 0; round < rounds; round++) {
      const attention = await timed(() => prepared.runAndRead({}));
      const picture = await timed(() => prepared.weights(view, {}));
      result.attentionMs.push(attention);
      result.afterMs.push(attention + picture);
      result.passingMs.push(await timed(passing));
    }
    prepared.dispose();
    resident.dispose();
    return result;
  } finally {
    await backend.dispose();
  }
}

/** Upload, attention and picture once more on a backend of the page's own, whose buffers are counted. */
async function measureMemory(): Promise<PictureMemory> {
  const problem = resolveProblem({ heads: 1, queryLength: BAR.length, headDim: HEAD_DIM });
  const backend = await createGpuBackend();
  try {
    const tensors = tensorsOf(BAR);
    backend.memory!.startPeak();
    const resident = await backend.upload(problem, tensors, {});
    const prepared = await backend.prepare(problem, resident);
    await prepared.runAndRead({});
    await prepared.weights(wholeView(BAR), {});
    prepared.dispose();
    resident.dispose();
    return { peakBytes: backend.memory!.peakBytes, tensorBytes: 4 * BAR.length * HEAD_DIM * 4 };
  } finally {
    await backend.dispose();
  }
}

Object.assign(globalThis, { measurePicture, measureMemory, measurePassing });
