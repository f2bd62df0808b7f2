// Holds the two message catalogues to each other, to the sources that use them, and to the glossary. Reads files only.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HOSTILE, withTestStrings } from '../../src/i18n/test-strings.ts';
import { textIn } from '../../src/i18n/text.ts';
import { PARAMETER_TEXTS, PRESET_TITLES } from '../../src/i18n/parameter-texts.ts';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

const MESSAGES = join(SOURCES, 'i18n/messages');
/** Folders of the labs' catalogues; `.` is the page's. */
const CATALOGUES = ['.', ...readdirSync(MESSAGES, { withFileTypes: true }).filter((one) => one.isDirectory())].map(
  (one) => (typeof one === 'string' ? one : one.name),
);

const catalogue = (folder: string, locale: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries<string>(JSON.parse(readFileSync(join(MESSAGES, folder, `${locale}.json`), 'utf8'))).filter(
      ([key]) => key !== '$schema',
    ),
  );
const all = (locale: string) => CATALOGUES.map((folder) => catalogue(folder, locale));

const english = Object.assign({}, ...all('en')) as Record<string, string>;
const chinese = Object.assign({}, ...all('zh-Hans')) as Record<string, string>;
const pairs = Object.entries(english).map(([key, en]) => ({ key, en, zh: chinese[key] ?? '' }));
/** What the catalogue says and what the documentation says. */
const allPairs = [
  ...pairs,
  ...Object.entries({ ...PARAMETER_TEXTS, ...PRESET_TITLES }).map(([key, { en, 'zh-Hans': zh }]) => ({ key, en, zh })),
];

const withoutPlaceholders = (message: string) => message.replaceAll(/\{\w+\}/g, '');
const placeholders = (message: string) => [...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();

/** Attention's own words and how they are always said in Chinese. */
const GLOSSARY: [english: RegExp, chinese: string][] = [
  [/\bquer(?:y|ies)\b/i, '查询'],
  [/\bkeys?\b/i, '键'],
  [/\bvalues? vectors?\b/i, '值'],
  [/\bheads?\b/i, '头'],
  [/\bsliding windows?\b/i, '滑动窗口'],
  [/\btokens?\b/i, '记号'],
  [/\battention\b/i, '注意力'],
];

describe('the catalogues of both languages', () => {
  test('have the same keys in the same order', () => {
    for (const folder of CATALOGUES)
      expect(Object.keys(catalogue(folder, 'zh-Hans')), folder).toEqual(Object.keys(catalogue(folder, 'en')));
  });

  test('name every key once, and a lab’s after the lab', () => {
    const keys = all('en').flatMap((one) => Object.keys(one));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    for (const folder of CATALOGUES.slice(1))
      for (const key of Object.keys(catalogue(folder, 'en')))
        expect(key.startsWith(`${folder.replaceAll('-', '_')}_`), key).toBe(true);
  });

  test('are all compiled', () => {
    const { 'plugin.inlang.messageFormat': format } = JSON.parse(
      readFileSync(join(SOURCES, 'i18n/project.inlang/settings.json'), 'utf8'),
    );
    const expected = CATALOGUES.map((folder) => `./messages/${folder === '.' ? '' : `${folder}/`}{locale}.json`);
    expect(format.pathPattern).toEqual(expected);
  });

  test('take the same values in every message', () => {
    for (const { key, en, zh } of pairs) expect(placeholders(zh), key).toEqual(placeholders(en));
  });

  test('leave no message empty but the space between sentences, which Chinese has not', () => {
    const empty = pairs.filter(({ en, zh }) => en.trim() === '' || zh.trim() === '');
    expect(empty.map(({ key }) => key).filter((key) => key !== 'sentence_space')).toEqual([]);
  });

  test('name keys in snake_case, so that they are functions of the compiled module', () => {
    for (const { key } of pairs) expect(key).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/);
  });
});

describe('the Chinese', () => {
  test('uses the glossary’s words', () => {
    const strays = allPairs.flatMap(({ key, en, zh }) =>
      GLOSSARY.filter(([term, word]) => term.test(withoutPlaceholders(en)) && !zh.includes(word)).map(
        ([, word]) => `${key}: “${zh}” lacks ${word} (“${en}”)`,
      ),
    );
    expect(strays).toEqual([]);
  });

  test('has full-width punctuation between Chinese characters', () => {
    const strays = allPairs.filter(({ zh }) => /\p{Script=Han}[,.;:!?]|[,;:!?]\p{Script=Han}/u.test(zh));
    expect(strays.map(({ key, zh }) => `${key}: ${zh}`)).toEqual([]);
  });

  test('makes no exclamations, nor does the English', () => {
    expect(allPairs.filter(({ en, zh }) => /[!！]/.test(en + zh)).map(({ key }) => key)).toEqual([]);
  });
});

const sourceText = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(?:ts|svelte)$/.test(name) && !/^i18n\/(?:generated|catalogues)\//.test(name))
  .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
  .join('\n');

/**
 * Keys named in full (`text.slider_heads`, `'slider_heads'`), and beginnings of keys put together
 * (`` `slider_${…}` ``, `lookUp(text, 'error', code)`).
 */
function usedKeys(source: string): { whole: Set<string>; beginnings: string[] } {
  const members = [...source.matchAll(/\b(?:text|say|m|messages)\.([a-z][a-z0-9_]*)/g)].map((match) => match[1]!);
  const strings = [...source.matchAll(/['"`]([a-z][a-z0-9_]*)['"`]/g)].map((match) => match[1]!);
  const templates = [...source.matchAll(/`([a-z][a-z0-9_]*_)\$\{/g)].map((match) => match[1]!);
  const lookedUp = [...source.matchAll(/lookUp\(\w+, '(\w+)'/g)].map((match) => `${match[1]}_`);
  return { whole: new Set([...members, ...strings]), beginnings: [...templates, ...lookedUp] };
}

describe('numbers', () => {
  test('are formatted in the reader’s language, never in a fixed one', () => {
    const strays = [...sourceText.matchAll(/\.toLocaleString\(|new Intl\.\w+\(\s*['"]/g)];
    expect(strays.map((match) => match[0])).toEqual([]);
  });
});

describe('the test strings', () => {
  const en = textIn('en');
  const own = Object.keys(catalogue('.', 'en'));
  test('lengthen by 40 %, keep every value, and leave nothing as it was', () => {
    const text = withTestStrings(en, 'pseudo');
    for (const { key, en: message } of pairs.filter((one) => own.includes(one.key) && one.en.trim() !== '')) {
      const inputs = Object.fromEntries(placeholders(message).map((name) => [name!, `«${name}»`]));
      const call = (of: typeof en) => (of as unknown as Record<string, (given: object) => string>)[key]!(inputs);
      const changed = call(text);
      for (const value of Object.values(inputs)) expect(changed, key).toContain(value);
      expect(changed, key).not.toBe(call(en));
      expect(changed.length, key).toBeGreaterThan(call(en).length);
    }
  });

  test('are hostile, long, from right to left, or the keys themselves', () => {
    const inputs = { rows: '4', columns: '5' };
    expect(withTestStrings(en, 'xss').pooled_max(inputs)).toContain(HOSTILE);
    expect(withTestStrings(en, 'keys').pooled_max(inputs)).toBe('pooled_max');
    expect(withTestStrings(en, 'rtl').pooled_max(inputs)).toMatch(/^[\u0590-\u05ff]+ .*4 × 5/);
    expect(withTestStrings(en, 'long').view_heading().length).toBeGreaterThan(2 * en.view_heading().length);
  });
});

describe('the sources', () => {
  const { whole, beginnings } = usedKeys(sourceText);

  test('use every message', () => {
    const unused = Object.keys(english).filter(
      (key) => !whole.has(key) && !beginnings.some((beginning) => key.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });

  test('use no message that is not in the catalogue', () => {
    const called = [...sourceText.matchAll(/\b(?:text|say)\.([a-z][a-z0-9]*_[a-z0-9_]*)\b/g)].map((match) => match[1]!);
    expect([...new Set(called)].filter((key) => !(key in english))).toEqual([]);
  });
});
