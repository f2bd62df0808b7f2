// Weights pooled over blocks, four threads to a block. Host side of `shaders/pooled-quads.wgsl`.
import visibility from '#shaders/lib/visibility.wgsl?raw';
import source from '#shaders/pooled-quads.wgsl?raw';
import type { Kernel } from './kernel.ts';
import { POOLED_WEIGHTS, POOLED_WEIGHTS_PARAMS } from './pooled-weights.ts';

/** Constants: `quadConstants` of flash-quads, and BLOCKS (per workgroup). One unit of work is BLOCKS listed blocks. */
export const POOLED_QUADS: Kernel<typeof POOLED_WEIGHTS_PARAMS> = {
  ...POOLED_WEIGHTS,
  name: 'pooled-quads',
  source: `${source}\n${visibility}`,
};
