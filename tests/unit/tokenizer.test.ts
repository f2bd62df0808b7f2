import { describe, expect, it } from 'vitest';
import { Tokenizer, type Vocabulary } from '../../src/encoder/tokenizer.ts';
import { seededUniform } from '../support/cases.ts';
import { RECORDED_SENTENCES } from '../support/encoder-sentences.ts';
import { builtWeights } from '../support/encoder-weights.ts';
import { processorMs } from '../support/processor-time.ts';

const { vocabulary } = builtWeights();
const tokenizer = new Tokenizer(vocabulary);
const pieces = (text: string) => tokenizer.tokenize(text).pieces;

/** The sum of scores of every possible cut, by trying them all. */
function bestScoreByForce(symbols: string[], scores: Map<string, number>): number {
  if (symbols.length === 0) return 0;
  let best = -Infinity;
  for (let end = 1; end <= symbols.length; end++) {
    const score = scores.get(symbols.slice(0, end).join(''));
    if (score !== undefined) best = Math.max(best, score + bestScoreByForce(symbols.slice(end), scores));
  }
  return best;
}

describe('the tokenizer', () => {
  it.each(RECORDED_SENTENCES)('cuts “$text” as the original does', ({ text, ids, pieces }) => {
    expect(tokenizer.tokenize(text)).toEqual({ ids, pieces });
  });

  it('gives no token for an empty text and a mark for each space', () => {
    expect(tokenizer.tokenize('')).toEqual({ ids: [], pieces: [] });
    expect(pieces(' ')).toEqual(['▁', '▁']);
  });

  it('makes one unknown token of unknown characters in a row: emoji, Chinese, broken surrogates, line breaks', () => {
    expect(tokenizer.tokenize('🦊🦊').ids).toEqual([30, 0]);
    expect(pieces('注意力')).toEqual(['▁', '�']);
    expect(pieces('one\n\ntwo')).toEqual(['▁one', '�', 't', 'wo']);
    expect(pieces('\ud800')).toEqual(['▁', '�']);
    expect(pieces('a 👩‍👩‍👧 b')).toEqual(['▁a', '▁', '�', '▁b']);
  });

  it('folds compatible characters: ligatures, wide letters, no-break spaces', () => {
    expect(pieces('ﬁnd the ｂｅｌｌ\u00a0now')).toEqual(pieces('find the bell now'));
    expect(pieces('cafe\u0301')).toEqual(pieces('café'));
  });

  it('cannot be talked into control tokens', () => {
    const { ids } = tokenizer.tokenize('<s> </s> extra_token_id_1');
    for (const id of ids) expect(id === 0 || id >= 6).toBe(true);
  });

  it('takes pieces that the vocabulary gives no score', () => {
    expect(pieces('see: https://a')).toContain('://');
    expect(pieces(': yes')).toEqual(['▁', ':', '▁yes']);
  });

  it('finds the cut with the highest sum of scores', () => {
    const small: Vocabulary = [
      ['�', 0],
      ['▁', -2.5],
      ['a', -2],
      ['b', -2.25],
      ['ab', -3],
      ['ba', -3.5],
      ['aba', -5],
      ['▁ab', -4],
      ['bb', -4.25],
    ];
    const scores = new Map(small.slice(1));
    const own = new Tokenizer(small);
    const uniform = seededUniform(5);
    for (let round = 0; round < 200; round++) {
      const text = Array.from({ length: 1 + Math.floor(uniform() * 9) }, () => 'ab '[Math.floor(uniform() * 3)]).join(
        '',
      );
      const found = own.tokenize(text).ids.reduce((sum, id) => sum + small[id]![1], 0);
      expect(found).toBeCloseTo(bestScoreByForce([...`▁${text.replaceAll(' ', '▁')}`], scores), 9);
    }
  });

  it('loses nothing of a text it knows', () => {
    const { text } = RECORDED_SENTENCES[6]!;
    expect(pieces(text).join('').replaceAll('▁', ' ').slice(1)).toBe(text);
  });

  it('cuts 20,000 characters in less than a second, of words and of one letter', () => {
    let words: number[] = [];
    let letters: number[] = [];
    const ms = processorMs(() => {
      words = tokenizer.tokenize('the lamp was heavy, 注意 🦊 '.repeat(870)).ids;
      letters = tokenizer.tokenize('a'.repeat(20_000)).ids;
    });
    expect(ms).toBeLessThan(1000);
    expect(words.length).toBeGreaterThan(6000);
    expect(letters.length).toBeGreaterThan(1000);
  });
});
