// Vite plugin: the module `virtual:color-ramps` holds the colour ramps as base64 tables of 256 RGB triples, computed at build time.
// The page then ships 4 kB of colours instead of d3-scale-chromatic with its 60 maps. Read by `viz/color-ramp.ts`.
import {
  interpolateCividis,
  interpolateGreys,
  interpolateLab,
  interpolateMagma,
  interpolateViridis,
  piecewise,
  rgb,
} from 'd3';
import type { Plugin } from 'vite';

const PUBLIC_ID = 'virtual:color-ramps';
const RESOLVED_ID = '\0virtual:color-ramps';
const ENTRIES = 256;
/** The diverging tables hold their neutral colour at exactly this entry. */
const NEUTRAL_ENTRY = 128;

type Ramp = (position: number) => string;

// Negative: the blue of the full variant; positive: the orange of the windowed one (windowed − full).
const DIVERGING_LIGHT: Ramp = piecewise(interpolateLab, ['#08386b', '#3f8fcb', '#f4f4f2', '#e2873a', '#7c3200']);
const DIVERGING_DARK: Ramp = piecewise(interpolateLab, ['#a9dcff', '#2b7fbc', '#26282c', '#c4661a', '#ffd3a3']);

const sequentialPosition = (entry: number) => entry / (ENTRIES - 1);
const divergingPosition = (entry: number) =>
  entry < NEUTRAL_ENTRY
    ? (0.5 * entry) / NEUTRAL_ENTRY
    : 0.5 + (0.5 * (entry - NEUTRAL_ENTRY)) / (ENTRIES - 1 - NEUTRAL_ENTRY);

/** 256 RGB triples of one ramp. */
function table(ramp: Ramp, position: (entry: number) => number): Uint8Array {
  const bytes = new Uint8Array(ENTRIES * 3);
  for (let entry = 0; entry < ENTRIES; entry++) {
    const { r, g, b } = rgb(ramp(position(entry)));
    bytes.set([Math.round(r), Math.round(g), Math.round(b)], entry * 3);
  }
  return bytes;
}

/** Every ramp by name, as bytes. */
export function colorRampTables(): Record<string, Uint8Array> {
  return {
    viridis: table(interpolateViridis, sequentialPosition),
    cividis: table(interpolateCividis, sequentialPosition),
    magma: table(interpolateMagma, sequentialPosition),
    greys: table(interpolateGreys, sequentialPosition),
    'difference-light': table(DIVERGING_LIGHT, divergingPosition),
    'difference-dark': table(DIVERGING_DARK, divergingPosition),
  };
}

export function colorRamps(): Plugin {
  return {
    name: 'color-ramps',
    resolveId: (id) => (id === PUBLIC_ID ? RESOLVED_ID : null),
    load(id) {
      if (id !== RESOLVED_ID) return null;
      const encoded = Object.entries(colorRampTables()).map(([name, bytes]) => [
        name,
        Buffer.from(bytes).toString('base64'),
      ]);
      return `export default ${JSON.stringify(Object.fromEntries(encoded))};`;
    },
  };
}
