// The public engine's options, checked. Used on both sides of the worker door; knows no backend.
import type { EngineOptions } from '../contract/engine.ts';
import { AttentionError } from '../contract/errors.ts';

/** Refuses a wrong option by name. */
export function requireEngineOptions(options: EngineOptions): Required<Pick<EngineOptions, 'backend'>> & EngineOptions {
  const { backend = 'auto', threads } = options;
  if (backend !== 'auto' && backend !== 'webgpu' && backend !== 'cpu')
    throw new AttentionError('invalid-problem', {
      field: 'backend',
      value: backend,
      allowed: 'auto, webgpu or cpu',
    });
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new AttentionError('invalid-problem', {
      field: 'threads',
      value: threads,
      allowed: 'an integer of at least 1',
    });
  return { backend, threads };
}
