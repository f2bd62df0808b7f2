// The words of a sample: which language they are in, so that a screen reader speaks them in their own and not in the page's (WCAG 3.1.2),
// and how their characters are listed. The language is a guess from the script alone; the encoder knows English only, so Latin letters
// typed for it are taken as English.

const SCRIPTS: [language: string, letters: RegExp][] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
];
/** A script counts when it makes up this share of the letters. */
const LEAST_SHARE = 0.3;

/** A BCP 47 tag; empty where the language is unknown, which is what `lang=""` says. `latin` is what Latin letters are taken for. */
export function sampleLang(text: string, latin: string): string {
  const letters = (text.match(/\p{Letter}/gu) ?? []).length;
  if (letters === 0) return '';
  for (const [language, script] of SCRIPTS)
    if ((text.match(script) ?? []).length / letters >= LEAST_SHARE) return language;
  return latin;
}

const HAN = /\p{Script=Han}/u;

export const hasChinese = (text: string): boolean => HAN.test(text);

const MOST_CHARACTERS = 12;

/** The first of the characters, spaced, for a sentence about them; an ellipsis where there are more. */
export function listCharacters(all: readonly string[]): string {
  return all.slice(0, MOST_CHARACTERS).join(' ') + (all.length > MOST_CHARACTERS ? ' …' : '');
}
