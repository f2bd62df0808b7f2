// jax-js: `jax.nn.dotProductAttention` under `jit`, with its own `isCausal` and `localWindowSize`.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, type JaxArray, type JaxDevice } from '@jax-js/jax';
import type { Contestant } from '../contestant.ts';

export function jax(device: JaxDevice): Contestant {
  return {
    layout: 'nhd',
    async prepare({ n, heads, d, window, causal }) {
      const available = await init(device);
      if (!available.includes(device)) throw new Error(`jax: no ${device}`);
      defaultDevice(device);
      const reach =
        window === null ? {} : { localWindowSize: [window - 1, causal ? 0 : window - 1] as [number, number] };
      const options = { isCausal: causal, ...reach };
      const forward = jit((q: JaxArray, k: JaxArray, v: JaxArray) => nn.dotProductAttention(q, k, v, options));
      const array = (values: Float32Array) => np.array(values).reshape([n, heads, d]);

      // Arrays are counted: passing one to a function gives it away unless `.ref` is used.
      let resident: JaxArray[] = [];
      let pending: JaxArray[] = [];
      let last: JaxArray | undefined;
      return {
        note: window !== null ? 'native localWindowSize' : causal ? 'native isCausal' : '',
        run: async (q, k, v) => forward(array(q), array(k), array(v)).data(),
        resident: {
          async upload(...tensors) {
            resident = tensors.map(array);
            await blockUntilReady(resident);
          },
          submit() {
            const [q, k, v] = resident as [JaxArray, JaxArray, JaxArray];
            pending.push(forward(q.ref, k.ref, v.ref));
          },
          async sync() {
            await blockUntilReady(pending);
            last?.dispose();
            last = pending.pop();
            for (const one of pending) one.dispose();
            pending = [];
          },
          read: () => last!.ref.data(),
        },
        dispose() {
          for (const one of resident) one.dispose();
          last?.dispose();
          forward.dispose?.();
        },
      };
    },
  };
}
