// Opens backends and makes the choice `auto` stands for: the GPU when there is one, else the CPU with a reason.
// Says nothing about losing one later: that is `backend-keeper.ts`.
import type { Backend } from '../contract/backend.ts';
import type { BackendKind, BackendReason } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';
import { restoreTuning } from './tuning-store.ts';

/** Opens one backend. `reason` is written into the CPU's info. */
export type OpenBackend = (kind: BackendKind, reason?: BackendReason) => Promise<Backend>;

export interface BackendSupply {
  /** CPU workers; default from `hardwareConcurrency`, at least 1. */
  threads?: number;
  /** Starts a nested CPU worker; without it the CPU computes in the calling thread. */
  spawn?: () => Worker;
}

/** The real backends. Their code is loaded when first asked for. */
export function openBackendsFrom({ threads, spawn }: BackendSupply): OpenBackend {
  return async (kind, reason) => {
    if (kind === 'cpu') {
      const { createCpuBackend } = await import('../cpu/cpu-backend.ts');
      return createCpuBackend({ threads, spawn, reason });
    }
    const { createGpuBackend } = await import('../gpu/gpu-backend.ts');
    const gpu = await createGpuBackend();
    if (gpu.tuner) await restoreTuning(gpu.tuner);
    return gpu;
  };
}

const REASONS: readonly string[] = ['insecure-context', 'no-webgpu', 'no-adapter'];

/** Why the GPU could not be opened. A GPU that is there but will not give a device counts as no adapter. */
export function unavailableReason(error: unknown): BackendReason {
  const reason = error instanceof AttentionError ? (error.detail.reason ?? '') : '';
  return REASONS.includes(reason) ? (reason as BackendReason) : 'no-adapter';
}

export async function chooseBackend(choice: 'auto' | BackendKind, open: OpenBackend): Promise<Backend> {
  if (choice === 'cpu') return open('cpu', 'forced');
  try {
    return await open('webgpu');
  } catch (error) {
    const reason = unavailableReason(error);
    if (choice === 'auto') return open('cpu', reason);
    if (error instanceof AttentionError) throw error;
    throw new AttentionError('backend-unavailable', { field: 'backend', value: 'webgpu', reason });
  }
}
