// One string for a device and the kernels that run on it: what was measured under another is worth nothing.
import type { OpenDevice } from './device.ts';
import { FLASH_ROWS } from './kernels/flash-rows.ts';
import { FLASH_QUADS_OVERVIEW } from './kernels/flash-quads-overview.ts';
import { FLASH_QUADS } from './kernels/flash-quads.ts';
import { FLASH_PANELS } from './kernels/flash-panels.ts';
import { flashTiles } from './kernels/flash-tiles.ts';
import { withLoad } from './kernels/load.ts';
import { MERGE_SPLITS } from './kernels/merge-splits.ts';
import { OVERVIEW_BLOCKS } from './kernels/overview-blocks.ts';
import { SPLIT_KEYS } from './kernels/split-keys.ts';

/** FNV-1a, 32 bits: enough to tell versions of a text apart. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}

function kernelHash(): string {
  const loads = (['f32', 'f16', 'native-f16'] as const).map((load) => withLoad(FLASH_ROWS, load).source);
  const tiles = [false, true].map((usesSubgroups) => flashTiles('f32', usesSubgroups).source);
  const others = [FLASH_PANELS, FLASH_QUADS, FLASH_QUADS_OVERVIEW, OVERVIEW_BLOCKS, SPLIT_KEYS, MERGE_SPLITS];
  return hash([...loads, ...tiles, ...others.map(({ source }) => source)].join('\n'));
}

export function kernelFingerprint({ adapter, facts }: OpenDevice): string {
  const { limits } = facts;
  const device = [adapter.vendor, adapter.architecture, adapter.description];
  const numbers = [limits.maxComputeWorkgroupStorageSize, limits.maxComputeInvocationsPerWorkgroup];
  return [...device, ...[...facts.features].sort(), ...numbers, kernelHash()].join('|');
}
