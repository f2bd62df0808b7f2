// TensorFlow.js: matMul, (add,) softmax, matMul on one of its backends. The backend is loaded with the contestant.
import * as tf from '@tensorflow/tfjs-core';
import { additiveMask } from '../cases.ts';
import type { Contestant } from '../contestant.ts';

type TfBackend = 'webgpu' | 'wasm' | 'cpu';

const LOAD: Record<TfBackend, () => Promise<void>> = {
  webgpu: async () => void (await import('@tensorflow/tfjs-backend-webgpu')),
  cpu: async () => void (await import('@tensorflow/tfjs-backend-cpu')),
  async wasm() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths('/packages/@tensorflow/tfjs-backend-wasm/dist/');
  },
};

/** Waits until the WebGPU backend has done everything it was given; the others are done when they return. */
async function settle(backend: tf.WebgpuBackend): Promise<void> {
  if (!backend.queue) return;
  if (backend.commandEncoder) {
    backend.endComputePassEncoder?.();
    backend.submitQueue?.();
  }
  await backend.queue.onSubmittedWorkDone();
}

export function tfjs(name: TfBackend): Contestant {
  return {
    layout: 'hnd',
    async prepare(problem) {
      await LOAD[name]();
      if (tf.getBackend() !== name && !(await tf.setBackend(name))) throw new Error(`tfjs: no ${name}`);
      await tf.ready();
      const { n, heads, d } = problem;
      const shape: [number, number, number] = [heads, n, d];
      const hidden = additiveMask(problem);
      const mask = hidden && tf.tensor(hidden, [1, n, n]);
      const forward = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
        tf.tidy(() => {
          const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(d)), k, false, true);
          return tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), v);
        });
      const upload = (tensors: Float32Array[]) =>
        tensors.map((one) => tf.tensor(one, shape)) as [tf.Tensor, tf.Tensor, tf.Tensor];
      let resident: [tf.Tensor, tf.Tensor, tf.Tensor] | null = null;
      let last: tf.Tensor | null = null;
      return {
        note: mask ? 'mask added' : '',
        async run(q, k, v) {
          const inputs = upload([q, k, v]);
          const y = forward(...inputs);
          const output = await y.data();
          tf.dispose([...inputs, y]);
          return output;
        },
        resident: {
          upload(...tensors) {
            resident = upload(tensors);
          },
          submit() {
            last?.dispose();
            last = forward(...resident!);
          },
          sync: () => settle(tf.backend()),
          read: () => last!.data(),
        },
        dispose: () => tf.dispose([...(resident ?? []), ...(last ? [last] : []), ...(mask ? [mask] : [])]),
      };
    },
  };
}
