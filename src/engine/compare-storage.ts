// Q, K and V kept in 32 and in 16 bits: bytes, time and the difference it makes to the output.
import type { Backend, RunControl } from '../contract/backend.ts';
import type { AttentionMask } from '../contract/problem.ts';
import type { StorageComparison } from '../contract/workbench.ts';
import type { Cut } from './cut-source.ts';

export async function compareStorage(
  backend: Backend,
  cut: Cut,
  mask: AttentionMask,
  control: RunControl,
): Promise<StorageComparison> {
  throw new Error('to be written');
}
