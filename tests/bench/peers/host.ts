// Runs inside one browser tab and holds one contestant. The runner calls `bench.…`; all timing is done here, in the page.
import { REGISTRY } from './contestants/registry.ts';
import { createHost } from './host-core.ts';

const bytesOf = async (url: string) => (await fetch(url)).arrayBuffer();

const bench = createHost(
  {
    contestant: (name) => REGISTRY[name](),
    async tensors({ key }) {
      const floats = async (name: string) => new Float32Array(await bytesOf(`/data/${key}/${name}`));
      return {
        q: await floats('q'),
        k: await floats('k'),
        v: await floats('v'),
        expected: new Float64Array(await bytesOf(`/data/${key}/expected`)),
        rows: new Uint32Array(await bytesOf(`/data/${key}/rows`)),
      };
    },
  },
  crossOriginIsolated,
);

Object.assign(globalThis, { bench });
