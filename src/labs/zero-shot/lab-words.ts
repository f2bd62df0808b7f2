// The lab's words in the page's language: made once by the lab, read by its panels.
import * as catalogue from '../../i18n/catalogues/zero-shot.js';
import type { Bound, Text } from '../../i18n/text.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import type { FormatLocale } from '../../viz/format.ts';
import type { Method } from './evaluate.ts';

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

/** Three decimals: two cosines that differ in the fourth are the same to a reader. */
export const cosineText = (value: number): string => value.toFixed(3).replace('-', '−');

export const percentText = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function methodName({ say }: Words, { kind, describes, template }: Method): string {
  if (kind === 'majority') return say.zero_shot_method_majority();
  const what = describes ? say.zero_shot_method_descriptions() : say.zero_shot_method_names();
  return kind === 'words' ? say.zero_shot_method_words({ what }) : say.zero_shot_method_encoder({ template, what });
}
