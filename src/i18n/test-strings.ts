// Strings that try the layout and the escaping, behind the private address key `x-strings`: every message of the bound catalogue is changed,
// the values put into it are not. Loaded only when asked for. Called by `pages/open-page.ts`; read by the layout and XSS tests.
import type { Bound } from './text.ts';

export const STRING_KINDS = ['pseudo', 'long', 'rtl', 'xss', 'keys'] as const;
export type StringKind = (typeof STRING_KINDS)[number];

/** If this ever runs, `hostileRan` is set. */
export const HOSTILE =
  '<img src="x:" onerror="globalThis.hostileRan=1"><script>globalThis.hostileRan=1</script>\'"`${}';

const ACCENTS: Record<string, string> = Object.fromEntries(
  [...'aceinosuyACEINOSUY'].map((letter, n) => [letter, [...'áçéîñöšûýÁÇÉÎÑÖŠÛÝ'][n]!]),
);
const HEBREW = 'אבגדהוזחטיכלמנסעפצקרשתםןףץ';
const hebrew = (letter: string) => HEBREW[letter.toLowerCase().charCodeAt(0) - 97] ?? letter;
const isHan = (text: string) => /\p{Script=Han}/u.test(text);

/** 40 % longer, the usual growth of a translation out of English. */
function pseudo(words: string): string {
  const extra = Math.ceil([...words].length * 0.4);
  const filler = isHan(words) ? '测'.repeat(extra) : ' lorem ipsum dolor'.repeat(Math.ceil(extra / 18)).slice(0, extra);
  return words.replaceAll(/[a-z]/gi, (letter) => ACCENTS[letter] ?? letter) + filler;
}

const CHANGES: Record<Exclude<StringKind, 'keys'>, (words: string) => string> = {
  pseudo,
  // German compounds and the like: twice the words, and one that cannot be broken.
  long: (words) => `${words} ${words.split(' ')[0]}zusammensetzung ${words}`,
  rtl: (words) => words.replaceAll(/[a-z]/gi, hebrew),
  xss: (words) => words + HOSTILE,
};

/** Private-use characters stand for a value's place while the words around it change. */
const OPEN = '\ue000';
const CLOSE = '\ue001';

function changed(message: (inputs: Record<string, string>) => string, inputs: object, kind: StringKind): string {
  const values = Object.entries(inputs) as [string, string][];
  const held = Object.fromEntries(values.map(([name], n) => [name, OPEN + String(n) + CLOSE]));
  const template = message(held);
  if (template.trim() === '' || kind === 'keys') return template;
  const parts = template.split(/(\ue000\d+\ue001)/);
  const longest = parts.reduce((a, b, n) => (n % 2 === 0 && b.length > (parts[a]?.length ?? 0) ? n : a), 0);
  return parts
    .map((part, n) => {
      if (n % 2 === 1) return String(values[Number(part.slice(1, -1))]?.[1] ?? '');
      // What is added is added once, to the longest run of words; letters change everywhere.
      return n === longest || kind === 'rtl' ? CHANGES[kind](part) : part;
    })
    .join('');
}

/** The same catalogue with every message changed. */
export function withTestStrings<Catalogue>(text: Bound<Catalogue>, kind: StringKind): Bound<Catalogue> {
  const bound = text as unknown as Record<string, (inputs: Record<string, string>) => string>;
  const result: Record<string, (inputs?: object) => string> = Object.create(null);
  for (const [key, message] of Object.entries(bound))
    result[key] = (inputs = {}) => (kind === 'keys' ? key : changed(message, inputs, kind));
  return result as unknown as Bound<Catalogue>;
}
