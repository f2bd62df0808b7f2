// Pictures in words, in both languages; the language of sample words; and the pace of what is said aloud.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  wordDifference,
  wordHeads,
  wordPart,
  wordPattern,
  wordPicture,
  wordQueryPairs,
} from '../../src/i18n/describe.ts';
import { hasChinese, listCharacters, sampleLang } from '../../src/i18n/sample-words.ts';
import { textIn, type Locale } from '../../src/i18n/text.ts';
import { Announcer } from '../../src/state/announcer.svelte.ts';

const WORDS = ['The', 'animal', 'it', 'tired'];
const tokenAt = (position: number) => WORDS[position]!;
const naming = (locale: Locale, hasTokens = true) => ({
  text: textIn(locale),
  locale,
  names: hasTokens ? { query: tokenAt, key: tokenAt } : null,
});
const pattern = {
  kind: 'cells' as const,
  strongest: { query: 2, key: 1, weight: 0.7 },
  meanDistance: 1.234,
  firstShare: 0.31,
  hiddenShare: 0.18,
};

describe('a picture in words', () => {
  it('names the strongest link, a first position that draws, the distance and what a window hides', () => {
    expect(wordPattern(naming('en'), pattern, true)).toBe(
      'Strongest link: 70% of “it” (2) goes to “animal” (1). 31% of all weight goes to the first position. ' +
        'On average a query looks 1.2 positions away. The window hides keys that hold 18% of the full weight.',
    );
    expect(wordPattern(naming('zh-Hans'), pattern, true)).toBe(
      '最强的一处：“it”（2），70% 给了“animal”（1）。全部权重的 31% 给了第一个位置。' +
        '查询平均看向 1.2 个位置之外。窗口遮住的键占完整权重的 18%。',
    );
  });

  it('leaves out what does not hold', () => {
    const plain = wordPattern(naming('en', false), { ...pattern, firstShare: 0.01 }, false);
    expect(plain).toBe('Strongest link: 70% of query 2 goes to key 1. On average a query looks 1.2 positions away.');
    const blocks = { kind: 'blocks' as const, weight: 0.3, rows: [0, 4] as [number, number], columns: [4, 8] as [number, number] }; // prettier-ignore
    expect(wordPattern(naming('en'), blocks, true)).toBe(
      'The largest weight is 0.3, between queries 0 and 3, keys 4 and 7.',
    );
  });

  it('says what is shown and which part', () => {
    const shown = { head: 0, heads: 4, length: 1024, pooling: 'max of 4 × 4' };
    const part = { rows: [10, 20], columns: [0, 5] } as const;
    expect(wordPicture(naming('en'), shown, part)).toBe(
      'A heatmap: rows are queries, columns are keys, colour is the softmax weight. Head 1 of 4, 1,024 positions. ' +
        'Shown: queries 10 to 19, keys 0 to 4. Each block is the max of 4 × 4 cells.',
    );
    expect(wordPart(naming('zh-Hans'), part)).toBe('所示：查询 10 至 19，键 0 至 4。');
  });

  it('tells a query’s strongest keys, a difference and the heads apart', () => {
    expect(wordQueryPairs(naming('en'), 2, [pattern.strongest, { query: 2, key: 0, weight: 0.1 }])).toBe(
      '“it” (2): 70% to “animal” (1), 10% to “The” (0)',
    );
    expect(wordQueryPairs(naming('en'), 2, [{ query: 2, key: 0, weight: 0.00001 }])).toBe(
      '“it” (2): 10⁻⁵ to “The” (0)',
    );
    expect(wordDifference(naming('en', false), { gained: { query: 1, key: 0, weight: 0.25 }, lost: null })).toBe(
      'Most gained: +0.25, from query 1 to key 0.',
    );
    expect(wordDifference(naming('en'), { gained: null, lost: null })).toMatch(/changes no weight/);
    const head = (n: number, sortEntropy: number, sortDistance: number) => ({ head: n, sortEntropy, sortDistance, entropy: `H ${sortEntropy}`, distance: `${sortDistance} away` }); // prettier-ignore
    expect(wordHeads(textIn('en'), [head(0, 3, 9), head(1, 1, 2)])).toBe(
      'Most focused: head 2 (H 1). Looks farthest: head 1 (9 away).',
    );
    expect(wordHeads(textIn('en'), [head(0, 3, 9)])).toBe('');
  });
});

describe('the language of sample words', () => {
  it('follows their script', () => {
    expect(sampleLang('The animal was tired', 'en')).toBe('en');
    expect(sampleLang('动物太累了', 'en')).toBe('zh');
    expect(sampleLang('猫はねむい', 'en')).toBe('ja');
    expect(sampleLang('Кошка устала', 'en')).toBe('ru');
    expect(sampleLang('GPT 和 BERT', 'en')).toBe('en');
    expect(sampleLang('12 34', 'en')).toBe('');
    expect(['GPT 和 BERT', 'ねむい'].map(hasChinese)).toEqual([true, false]);
  });
  it('has its characters listed, up to twelve of them', () => {
    expect(listCharacters([...'动物太累了'])).toBe('动 物 太 累 了');
    expect(listCharacters([...'abcdefghijkl'])).toBe('a b c d e f g h i j k l');
    expect(listCharacters([...'abcdefghijklm'])).toBe('a b c d e f g h i j k l …');
  });
});

describe('the announcer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says at most one message every 300 ms, and the last one wins', () => {
    const announcer = new Announcer();
    announcer.say('one');
    vi.advanceTimersByTime(1);
    expect(announcer.words).toBe('one');
    announcer.say('two');
    announcer.say('three');
    vi.advanceTimersByTime(250);
    expect(announcer.words).toBe('one');
    vi.advanceTimersByTime(60);
    expect(announcer.words).toBe('three');
  });

  it('says nothing while held, and then only the last', () => {
    const announcer = new Announcer();
    announcer.hold();
    for (let n = 0; n < 20; n++) {
      announcer.say(`value ${n}`);
      vi.advanceTimersByTime(100);
    }
    expect(announcer.words).toBe('');
    announcer.release();
    vi.advanceTimersByTime(1);
    expect(announcer.words).toBe('value 19');
  });

  it('passes over silence', () => {
    const announcer = new Announcer();
    announcer.say('');
    vi.advanceTimersByTime(1000);
    expect(announcer.words).toBe('');
  });
});
