// The catalogue bound to one language: `text.slider_heads()` instead of `m.slider_heads({}, { locale })`.
// The locale is explicit per call, so several instances on one page can speak different languages and nothing reloads.
import * as messages from './generated/messages.js';

export const LOCALES = ['en', 'zh-Hans'] as const;
export type Locale = (typeof LOCALES)[number];

type Inputs<Message> = Message extends (inputs: infer Given, ...rest: never[]) => unknown ? Given : never;

/** Every message of the catalogue as a function of its named parameters only. */
export type Text = {
  [Key in keyof typeof messages]: keyof Inputs<(typeof messages)[Key]> extends never
    ? () => string
    : (inputs: Inputs<(typeof messages)[Key]>) => string;
};

type AnyMessage = (inputs: object, options: { locale: Locale }) => string;

/** Binds the catalogue to a locale. Cheap; bind again when the locale changes. */
export function textIn(locale: Locale): Text {
  const bound: Record<string, (inputs?: object) => string> = Object.create(null);
  for (const [key, message] of Object.entries(messages))
    bound[key] = (inputs = {}) => (message as unknown as AnyMessage)(inputs, { locale });
  return bound as unknown as Text;
}
