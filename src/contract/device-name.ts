// What a backend's device is called in results: the adapter's own words, or the number of threads.
import type { BackendInfo } from './engine.ts';

export function deviceName({ kind, adapter, threads }: BackendInfo): string {
  if (kind === 'cpu') return `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const { vendor = '', architecture = '', description = '' } = adapter ?? {};
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'GPU';
}

/** An adapter that computes on the CPU: slower than the threads it takes the place of. */
export const isSoftware = ({ adapter }: BackendInfo): boolean =>
  /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(
    `${adapter?.vendor} ${adapter?.architecture} ${adapter?.description}`,
  );
