// Runs inside the browser: times one head's attention and its picture in turns, on tensors that stay. `run-picture.ts` calls it.
import { deviceName } from '../../../src/contract/device-name.ts';
import type { BackendKind } from '../../../src/contract/engine.ts';
import { drawSignal } from '../../../src/data/synthetic.ts';
import { createEngine } from '../../../src/worker/attention-lab.ts';
import { HEAD_DIM, LENGTH, SIDE, type PictureResult } from './result.ts';

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

async function measurePicture(backend: BackendKind, rounds: number): Promise<PictureResult> {
  const problem = { heads: 1, queryLength: LENGTH, headDim: HEAD_DIM };
  const view = {
    head: 0,
    rows: [0, LENGTH] as [number, number],
    columns: [0, LENGTH] as [number, number],
    height: SIDE,
    width: SIDE,
    pooling: 'mean' as const,
  };
  const engine = await createEngine({ backend });
  try {
    await engine.tune(problem);
    const prepared = await engine.prepare(
      problem,
      drawSignal('random', 1, { heads: 1, length: LENGTH, headDim: HEAD_DIM }),
    );
    const result: PictureResult = { backend, device: deviceName(engine.backend), attentionMs: [], pictureMs: [] };
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

Object.assign(globalThis, { measurePicture });
