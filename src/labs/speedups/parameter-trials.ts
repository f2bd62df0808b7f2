// The ways to fewer parameters, and what each is drawn and counted by. Pure.
import type { StackShape, StackTrial } from '../../contract/stack.ts';
import { APPLY, type SpeedUp, type SpeedUpTargets } from '../../theory/lab-defaults.ts';

export const PARAMETER_SPEED_UPS = ['base', 'half-width', 'half-layers', 'vocabulary', 'low-rank', 'shared', 'int8'] as const; // prettier-ignore

export const trialsOf = (base: StackShape, ids: readonly SpeedUp[], targets: SpeedUpTargets): StackTrial[] =>
  ids.map((id) => ({ id, shape: APPLY[id](base, targets) }));

export const PARTS = ['embedding', 'attention', 'feedForward', 'rest'] as const;
export type Part = (typeof PARTS)[number];
export const PART_COLORS: Record<Part, string> = {
  embedding: 'var(--hatch)',
  attention: 'var(--full)',
  feedForward: 'var(--muted)',
  rest: 'var(--ink)',
};
