// The lab's words and names of things, in the page's language: made once by the lab, read by its panels.
import type { StackTrial } from '../../contract/stack.ts';
import type { BackendKind } from '../../contract/engine.ts';
import * as catalogue from '../../i18n/catalogues/speedups.js';
import type { Bound, Text } from '../../i18n/text.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import { GAIN_TOLERANCE, type GainRow } from '../../state/speedups-lab.svelte.ts';
import type { SpeedUp } from '../../theory/lab-defaults.ts';
import { stackMacs } from '../../theory/stack-cost.ts';
import {
  formatCount,
  formatFlopRate,
  formatGain,
  formatNumber,
  formatShare,
  type FormatLocale,
} from '../../viz/format.ts';

export type Say = Bound<typeof catalogue>;

export interface Words {
  readonly say: Say;
  readonly text: Text;
  readonly locale: FormatLocale;
}

/** Call where it is reactive. */
export const wordsIn = (language: PageLanguage): Words => ({
  say: language.bind(catalogue),
  text: language.text,
  locale: language.locale,
});

export const backendNames = ({ text }: Words): Record<BackendKind, string> => ({
  webgpu: text.backend_webgpu(),
  cpu: text.backend_cpu(),
});

/** What a speed-up of a trial is called, with its own number. */
export function nameOfSpeedUp({ say, locale }: Words, { id, shape }: StackTrial): string {
  const count = (value: number) => formatCount(value, locale);
  switch (id as SpeedUp | 'all') {
    case 'half-heads':
      return say.speedups_name_half_heads({ heads: count(shape.heads) });
    case 'grouped':
      return say.speedups_name_grouped({ heads: count(shape.heads), groups: count(shape.kvHeads) });
    case 'window':
      return say.speedups_name_window({ window: count(shape.window ?? 0) });
    case 'half-width':
      return say.speedups_name_half_width({ width: count(shape.width) });
    case 'half-layers':
      return say.speedups_name_half_layers({ layers: count(shape.layers) });
    case 'vocabulary':
      return say.speedups_name_vocabulary({ count: count(shape.vocabulary) });
    case 'low-rank':
      return say.speedups_name_low_rank({ rank: count(shape.rank ?? 0) });
    case 'shared':
      return say.speedups_name_shared();
    case 'int8':
      return say.speedups_name_int8();
    case 'all':
      return say.speedups_name_all();
    default:
      return say.speedups_name_base();
  }
}

/** Why measured and predicted part, with the rates that prove it: a gain that is missed is a rate that changed. */
export function noteOnGain(
  words: Words,
  trial: StackTrial,
  gain: GainRow | undefined,
  base: GainRow | undefined,
): string {
  const { say, locale } = words;
  const parts: string[] = [];
  if (trial.id === 'vocabulary') parts.push(say.speedups_note_vocabulary());
  if (trial.id === 'shared') parts.push(say.speedups_note_shared());
  if (trial.id === 'int8')
    parts.push(gain && gain.measured.median < 1 ? say.speedups_note_int8_slower() : say.speedups_note_int8());
  if (gain && base && gain !== base && Math.abs(gain.deviation) > GAIN_TOLERANCE)
    parts.push(deviation(words, gain, base));
  else if (gain && base && trial.id === 'low-rank' && gain.deviation < -0.1) parts.push(deviation(words, gain, base));
  return parts.join(words.text.sentence_space());

  function deviation(_: Words, { measured, predicted, flopsPerSecond }: GainRow, before: GainRow): string {
    const inputs = {
      predicted: formatGain(predicted.operations, locale),
      measured: formatGain(measured.median, locale),
      before: formatFlopRate(before.flopsPerSecond, locale),
      after: formatFlopRate(flopsPerSecond, locale),
    };
    return measured.median < predicted.operations ? say.speedups_note_less(inputs) : say.speedups_note_more(inputs);
  }
}

/** "1.07 GMAC": operations in short. */
export function formatMacs(macs: number, locale: FormatLocale): string {
  const [size, name] = macs >= 1e12 ? [1e12, 'T'] : macs >= 1e9 ? [1e9, 'G'] : macs >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${formatNumber(macs / size, locale)}\u00a0${name}MAC`;
}

export const macsOf = ({ shape }: StackTrial, locale: FormatLocale) => formatMacs(stackMacs(shape), locale);
export const percent = (share: number, locale: FormatLocale) => formatShare(share, locale);
