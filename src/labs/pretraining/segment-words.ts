// Where words begin and end, by the platform's own dictionaries; without them every Chinese character is a word, which the lab says.
import type { WordSegmenter } from '../../objectives/pieces.ts';

export const canSegment = typeof Intl !== 'undefined' && 'Segmenter' in Intl;

/** Every script is cut; the tag decides only the few rules that differ between languages. */
const RULES_OF = 'zh';
const isWord = (part: string) => /[\p{L}\p{N}]/u.test(part);

const bySigns: WordSegmenter = (text) =>
  (text.match(/\p{Script=Han}|[\p{L}\p{N}\p{M}’']+|[^\p{L}\p{N}]+?/gu) ?? []).map((part) => ({
    text: part,
    isWord: isWord(part),
  }));

let platform: WordSegmenter | null = null;

export const segmentWords: WordSegmenter = (text) => {
  if (!canSegment) return bySigns(text);
  platform ??= (() => {
    const segmenter = new Intl.Segmenter(RULES_OF, { granularity: 'word' });
    return (words: string) =>
      [...segmenter.segment(words)].map(({ segment, isWordLike }) => ({
        text: segment,
        isWord: isWordLike ?? isWord(segment),
      }));
  })();
  return platform(text);
};
