// The view's words for roles and states, in the language of the lab that is shown.
import * as messages from '../../i18n/catalogues/a11y-view.js';
import { bind, LOCALES, type Bound, type Locale } from '../../i18n/text.ts';
import type { State } from './states.ts';

export type A11yViewWords = Bound<typeof messages>;

/** `lang` as the lab's page has it. */
export function wordsIn(lang: string): { locale: Locale; say: A11yViewWords } {
  const locale = LOCALES.find((one) => one === lang) ?? 'en';
  return { locale, say: bind(messages, locale) };
}

type Message = ((inputs?: Record<string, string>) => string) | undefined;
const messageOf = (say: A11yViewWords, key: string) => (say as unknown as Record<string, Message>)[key];

/** A role that the catalogue does not know is said by its ARIA name. */
export const roleWords = (say: A11yViewWords, role: string): string =>
  messageOf(say, `a11y_view_role_${role}`)?.() ?? role;

export const stateWords = (say: A11yViewWords, { key, inputs }: State): string =>
  messageOf(say, `a11y_view_state_${key}`)?.(inputs) ?? key;
