// Vite plugin: the module `virtual:weights-version` holds a short name of the encoder's weights, from the hash in the file. The page asks
// for the weights under it, so that a service worker or a cache never gives out older ones. Read by `pages/hosted.ts`.
import type { Plugin } from 'vite';

const PUBLIC_ID = 'virtual:weights-version';
const RESOLVED_ID = `\0${PUBLIC_ID}`;

export function weightsVersion(): Plugin {
  return {
    name: 'weights-version',
    resolveId: (id) => (id === PUBLIC_ID ? RESOLVED_ID : null),
    async load(id) {
      if (id !== RESOLVED_ID) return null;
      const { storedHash, WEIGHTS_PATH } = await import('./build-weights.ts');
      const hash = storedHash(WEIGHTS_PATH);
      if (!hash) throw new Error(`${WEIGHTS_PATH} is missing: node src/tools/build.mjs --until=weights`);
      return `export const weightsVersion = ${JSON.stringify(hash.slice(0, 12))};`;
    },
  };
}
