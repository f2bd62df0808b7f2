// Counts of the mixers as short formulas (`viz/math-text.ts`): exact multiply–adds, and the paper's symbols. Pure.
import type { MixerKind } from '../../contract/mixers.ts';

/** Exact multiply–adds of one layer (`theory/mixer-cost.ts` derives them). */
export const MACS_FORMULA: Readonly<Record<MixerKind, string>> = {
  attention: '4 n d^2 + 2 n^2 d',
  'attention-core': '2 n^2 d',
  local: '4 n d^2 + 2 d p',
  'local-core': '2 d p',
  elman: '2 n d^2',
  gru: '6 n d^2',
  lstm: '8 n d^2',
  convolution: 'k n d^2',
  separable: 'k n d + n d^2',
  dilated: 'k n d^2',
};

/** Table 1's symbols in O(…): what `theory/table-one.ts` has as words. */
export const ORDER_FORMULA: Readonly<Record<MixerKind, { operations: string; steps: string; path: string }>> = {
  attention: { operations: 'n d^2 + n^2 d', steps: '1', path: '1' },
  'attention-core': { operations: 'n^2 d', steps: '1', path: '1' },
  local: { operations: 'n d^2 + w n d', steps: '1', path: 'n / w' },
  'local-core': { operations: 'w n d', steps: '1', path: 'n / w' },
  elman: { operations: 'n d^2', steps: 'n', path: 'n' },
  gru: { operations: 'n d^2', steps: 'n', path: 'n' },
  lstm: { operations: 'n d^2', steps: 'n', path: 'n' },
  convolution: { operations: 'k n d^2', steps: '1', path: 'n / k' },
  separable: { operations: 'k n d + n d^2', steps: '1', path: 'n / k' },
  dilated: { operations: 'k n d^2', steps: '1', path: 'log_k n' },
};
