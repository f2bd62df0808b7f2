// Language tags to the languages there are (BCP 47, loosely). Never by prefix match: `zhx` is not Chinese. Never an error.
// Called by the address parser.

export const LANGUAGES = ['en', 'zh-Hans'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How a tag was understood. `unknown` is well formed but not spoken here. */
export type TagReading =
  | { kind: 'exact'; language: Language }
  /** Traditional Chinese readers get Simplified, and are told. */
  | { kind: 'fallback'; language: Language }
  | { kind: 'unknown' }
  | { kind: 'malformed' };

const LONGEST_TAG = 64;
const TRADITIONAL = new Set(['tw', 'hk', 'mo', 'hant']);

export function readTag(tag: string): TagReading {
  if (tag.length > LONGEST_TAG) return { kind: 'malformed' };
  const [primary, ...subtags] = tag.toLowerCase().split(/[-_]/) as [string, ...string[]];
  const isWellFormed = /^[a-z]{2,8}$/.test(primary) && subtags.every((subtag) => /^[a-z0-9]{1,8}$/.test(subtag));
  if (!isWellFormed) return { kind: 'malformed' };
  if (primary === 'en') return { kind: 'exact', language: 'en' };
  if (primary !== 'zh') return { kind: 'unknown' };
  // A script outranks a region: zh-Hans-TW is Simplified.
  const isTraditional = !subtags.includes('hans') && subtags.some((subtag) => TRADITIONAL.has(subtag));
  return { kind: isTraditional ? 'fallback' : 'exact', language: 'zh-Hans' };
}

/** The first of the reader's languages that is spoken here, else English. Quiet about everything it passes over. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const reading = readTag(tag);
    if (reading.kind === 'exact' || reading.kind === 'fallback') return reading.language;
  }
  return 'en';
}
