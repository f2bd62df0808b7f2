// How kernels read Q, K and V: float32, or halves in 16 bits, unpacked by core WGSL or by the device's own type.
// A kernel's text says `Stored` and `load(…)`; this joins the definition. Host side of `shaders/lib/load-*.wgsl`.
import f16 from '#shaders/lib/load-f16.wgsl?raw';
import f32 from '#shaders/lib/load-f32.wgsl?raw';
import nativeF16 from '#shaders/lib/load-native-f16.wgsl?raw';
import type { TensorStorage } from '../../contract/problem.ts';
import type { ParamsLayout } from '../params.ts';
import type { Kernel } from './kernel.ts';

export type Load = 'f32' | 'f16' | 'native-f16';

const TEXTS: Record<Load, string> = { f32, f16, 'native-f16': nativeF16 };

/** Bytes of four stored numbers. */
export const STORED_BYTES: Record<TensorStorage, number> = { f32: 16, f16: 8 };

/** The kernel with its way to read. Extensions must be named before all else. */
export function withLoad<L extends ParamsLayout>(kernel: Kernel<L>, load: Load): Kernel<L> {
  const extension = load === 'native-f16' ? 'enable f16;\n' : '';
  return { ...kernel, variant: load, source: `${extension}${kernel.source}\n${TEXTS[load]}` };
}
