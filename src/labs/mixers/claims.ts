// The cards of the lab: what each measures, and which of its choices the measured numbers bear out. Sentences are the catalogue's.
import type { MixerKind, MixerSweep } from '../../contract/mixers.ts';
import { lengthSweep } from '../../theory/lab-defaults.ts';
import type { MixerLine } from '../../state/mixers-lab.svelte.ts';
import type { MixersView } from './mixers-view.svelte.ts';

/** Cards that share a job are answered by one measurement. */
export const CLAIMS = [
  { id: 'double', job: 'double', choices: ['same', 'all', 'square'] },
  { id: 'neighbours', job: 'double', choices: ['less', 'linear', 'square'] },
  { id: 'linear', job: 'double', choices: ['yes', 'no'] },
  { id: 'pairs', job: 'double', choices: ['yes', 'no'] },
  { id: 'drop', job: 'share', choices: ['yes', 'no'] },
  { id: 'less', job: 'share', choices: ['yes', 'no'] },
  { id: 'heads', job: 'heads', choices: ['times', 'same'] },
] as const;
export type Claim = (typeof CLAIMS)[number];
export type ClaimId = Claim['id'];
export type ClaimJob = Claim['job'];
export type ChoiceId = Claim['choices'][number];

/** Wide enough that a run is work and not its start. */
const LEAST_WIDTH = 256;
const HEADS = [1, 2, 4, 8, 16];

export function claimSweep(job: ClaimJob, { kind, setting }: MixersView): MixerSweep {
  const pace = { ...lengthSweep([kind]), budgetMs: 4000, totalMs: 16_000, samples: 5 };
  if (job === 'double') {
    const length = Math.max(1024, Math.min(4096, setting.length));
    const kinds: MixerKind[] = ['attention-core', 'local-core', 'elman', 'convolution'];
    return { ...pace, kinds, base: { ...setting, length: 1 }, values: [length, 2 * length] };
  }
  const width = Math.max(LEAST_WIDTH, Math.min(512, setting.width));
  if (job === 'share') {
    const heads = width / 64 === Math.floor(width / 64) ? width / 64 : 1;
    const kinds: MixerKind[] = ['attention', 'attention-core', 'elman', 'gru'];
    return { ...pace, kinds, base: { ...setting, length: 1, width, heads }, values: [Math.floor(width / 2)] };
  }
  const base = { ...setting, length: 512, width: LEAST_WIDTH, heads: 1 };
  return { ...pace, kinds: ['attention'], base, axis: 'heads', values: HEADS };
}

/** Medians of one kind by its value. */
export function timesOf(lines: readonly MixerLine[], kind: MixerKind): { x: number; ms: number }[] {
  const own = lines.find((line) => line.kind === kind);
  return own ? own.points.map(({ x, ms }) => ({ x, ms: ms.median })) : [];
}

/** The last time over the first; null without both. */
export function ratioOf(lines: readonly MixerLine[], kind: MixerKind): number | null {
  const times = timesOf(lines, kind);
  return times.length > 1 ? times.at(-1)!.ms / times[0]!.ms : null;
}

/** Halfway, on a logarithmic scale, between staying and doubling, and between doubling and fourfold. */
const GROWS = Math.SQRT2;
const SQUARE = Math.sqrt(8);

/** The choice that was measured; null while numbers are missing. */
export function borneOut(id: ClaimId, lines: readonly MixerLine[]): ChoiceId | null {
  const ratio = (kind: MixerKind) => ratioOf(lines, kind);
  const at = (kind: MixerKind) => timesOf(lines, kind)[0]?.ms ?? null;
  const core = ratio('attention-core');
  switch (id) {
    case 'double': {
      if (core === null) return null;
      return core > SQUARE ? 'square' : core > GROWS ? 'all' : 'same';
    }
    case 'neighbours':
      if (core === null) return null;
      return core > SQUARE ? 'square' : core > GROWS ? 'linear' : 'less';
    case 'linear': {
      const elman = ratio('elman');
      return core === null || elman === null ? null : elman < core ? 'no' : 'yes';
    }
    case 'pairs':
      return core === null ? null : core > SQUARE ? 'no' : 'yes';
    case 'drop': {
      const [whole, part] = [at('attention'), at('attention-core')];
      return whole === null || part === null ? null : part < whole / 2 ? 'no' : 'yes';
    }
    case 'less': {
      const [layer, elman] = [at('attention'), at('elman')];
      return layer === null || elman === null ? null : layer > elman ? 'no' : 'yes';
    }
    case 'heads': {
      const most = ratio('attention');
      return most === null ? null : most < Math.sqrt(HEADS.at(-1)!) ? 'same' : 'times';
    }
  }
}
