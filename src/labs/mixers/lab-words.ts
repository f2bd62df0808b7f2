// The lab's words and names of things, in the page's language: made once by the lab, read by its panels.
import type { BackendKind } from '../../contract/engine.ts';
import type { MixerKind } from '../../contract/mixers.ts';
import * as catalogue from '../../i18n/catalogues/mixers.js';
import type { Bound, Text } from '../../i18n/text.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import { formatPower, formatTheoryPower, type FormatLocale } from '../../viz/format.ts';

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

export function mixerName({ say }: Words, kind: MixerKind): string {
  const names: Readonly<Record<MixerKind, () => string>> = {
    attention: say.mixers_name_attention,
    'attention-core': say.mixers_name_attention_core,
    local: say.mixers_name_local,
    'local-core': say.mixers_name_local_core,
    elman: say.mixers_name_elman,
    gru: say.mixers_name_gru,
    lstm: say.mixers_name_lstm,
    convolution: say.mixers_name_convolution,
    separable: say.mixers_name_separable,
    dilated: say.mixers_name_dilated,
  };
  return names[kind]();
}

export const backendNames = ({ text }: Words): Record<BackendKind, string> => ({
  webgpu: text.backend_webgpu(),
  cpu: text.backend_cpu(),
});

/** `formatPower` writes n; over the width it is d. */
const withLetter = (power: string, letter: string) => `${letter}${power.slice(1)}`;
export const powerText = (letter: string, exponent: number, error: number | null) =>
  withLetter(formatPower(exponent, error), letter);
export const theoryText = (letter: string, exponent: number) =>
  Number.isFinite(exponent) ? withLetter(formatTheoryPower(exponent), letter) : '';
