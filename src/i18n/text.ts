// A catalogue bound to one language: `text.slider_heads()` instead of `m.slider_heads({}, { locale })`.
// The locale is explicit per call, so several instances on one page can speak different languages and nothing reloads.
import * as page from './catalogues/page.js';

export const LOCALES = ['en', 'zh-Hans'] as const;
export type Locale = (typeof LOCALES)[number];

type Inputs<Message> = Message extends (inputs: infer Given, ...rest: never[]) => unknown ? Given : never;

/** Every message of a catalogue as a function of its named parameters only. */
export type Bound<Catalogue> = {
  [Key in keyof Catalogue]: keyof Inputs<Catalogue[Key]> extends never
    ? () => string
    : (inputs: Inputs<Catalogue[Key]>) => string;
};

/** What the page says, whichever lab is shown. */
export type Text = Bound<typeof page>;

type AnyMessage = (inputs: object, options: { locale: Locale }) => string;

/** Binds a catalogue (`catalogues/<lab>.js`) to a locale. Cheap; bind again when the locale changes. */
export function bind<Catalogue extends object>(catalogue: Catalogue, locale: Locale): Bound<Catalogue> {
  const bound: Record<string, (inputs?: object) => string> = Object.create(null);
  for (const [key, message] of Object.entries(catalogue))
    bound[key] = (inputs = {}) => (message as unknown as AnyMessage)(inputs, { locale });
  return bound as unknown as Bound<Catalogue>;
}

/** The page's own catalogue. */
export const textIn = (locale: Locale): Text => bind(page, locale);
