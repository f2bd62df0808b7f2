// Table 1 of "Attention Is All You Need" (Vaswani et al. 2017, 1706.03762, §4) as symbols and as numbers at the current sizes.
// Pure data and arithmetic. Read by the mixers lab.
//
// The paper's rows: self-attention, recurrent, convolutional, restricted self-attention. Its operations are those of the core alone; its
// path of a convolution, log_k n, holds for dilated ones (its §4 says so): kernels without gaps need O(n/k) layers.
import type { MixerKind, MixerProblem } from '../contract/mixers.ts';
import { mixerMacs, sequentialSteps } from './mixer-cost.ts';
import { longestPath } from './paths.ts';

export interface TableOneSymbols {
  /** Operations per layer, steps in sequence, and the longest path between two positions, in O(…). */
  operations: string;
  steps: '1' | 'n';
  path: string;
  /** The paper's own row, or null for a mixer it has no row for. */
  paperRow: 'self-attention' | 'recurrent' | 'convolutional' | 'restricted' | null;
}

const recurrent = (paperRow: 'recurrent' | null): TableOneSymbols => ({
  operations: 'n·d²',
  steps: 'n',
  path: 'n',
  paperRow,
});

/** Symbols use n, d, k, and w for the paper's r. */
export const TABLE_ONE: Readonly<Record<MixerKind, TableOneSymbols>> = {
  'attention-core': { operations: 'n²·d', steps: '1', path: '1', paperRow: 'self-attention' },
  attention: { operations: 'n·d² + n²·d', steps: '1', path: '1', paperRow: null },
  'local-core': { operations: 'w·n·d', steps: '1', path: 'n/w', paperRow: 'restricted' },
  local: { operations: 'n·d² + w·n·d', steps: '1', path: 'n/w', paperRow: null },
  elman: recurrent('recurrent'),
  gru: recurrent(null),
  lstm: recurrent(null),
  convolution: { operations: 'k·n·d²', steps: '1', path: 'n/k', paperRow: 'convolutional' },
  separable: { operations: 'k·n·d + n·d²', steps: '1', path: 'n/k', paperRow: null },
  dilated: { operations: 'k·n·d²', steps: '1', path: 'log_k n', paperRow: 'convolutional' },
};

export interface TableOneRow extends TableOneSymbols {
  kind: MixerKind;
  /** The exact MACs of one layer, steps in sequence, and layers or steps on the longest path; Infinity where no path exists. */
  macs: number;
  stepCount: number;
  pathLength: number;
}

export function tableOneRow(problem: MixerProblem): TableOneRow {
  return {
    kind: problem.kind,
    ...TABLE_ONE[problem.kind],
    macs: mixerMacs(problem),
    stepCount: sequentialSteps(problem),
    pathLength: longestPath(problem),
  };
}
