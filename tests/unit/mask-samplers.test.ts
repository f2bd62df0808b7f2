// The samplers: exact seeded draws, what each strategy may never do, and statistics against the books within sampling error.
import { describe, expect, it } from 'vitest';
import {
  COPIES,
  drawMask,
  drawOfEpoch,
  EPOCHS,
  FATE,
  maskBudget,
  MASK_STRATEGIES,
  replacementAt,
  type MaskPlan,
  type MaskStrategy,
} from '../../src/objectives/masking.ts';
import { expectedMasks, LONGEST_RUN, MaskTally } from '../../src/objectives/mask-statistics.ts';
import {
  distinctMasks,
  everPredicted,
  meanSpanLength,
  partlyPicked,
  spanLengthShares,
  touched,
  waysToPick,
} from '../../src/objectives/mask-theory.ts';
import { cutText, cutWord, piecesPerWord, type PiecedText, type WordSegmenter } from '../../src/objectives/pieces.ts';

/** Words by hand: `|` marks the boundaries, so that no platform's dictionary decides. */
const byMarks: WordSegmenter = (text) =>
  text.split('|').map((part) => ({ text: part, isWord: /[\p{L}\p{N}]/u.test(part) }));
const bySpaces: WordSegmenter = (text) =>
  (text.match(/[\p{L}\p{N}’]+|[^\p{L}\p{N}’]+/gu) ?? []).map((part) => ({
    text: part,
    isWord: /[\p{L}\p{N}]/u.test(part),
  }));

const english = cutText(
  'The researchers visited New York University yesterday. Unfortunately the international conference was overcrowded, and the interesting presentations started late.',
  bySpaces,
);
const chinese = cutText('研究|人员|昨天|参观|了|纽约|大学|，|可惜|国际|会议|人|太|多|。', byMarks);
const plan = (strategy: MaskStrategy, rate = 0.15, seed = 1): MaskPlan => ({ strategy, rate, seed });

function shown(text: PiecedText, { fates }: { fates: Uint8Array }): string {
  return text.pieces.map((piece, n) => ['', 'M:', 'R:', 'K:'][fates[n]!] + piece).join(' ');
}
function tallied(text: PiecedText, which: MaskPlan, draws: number) {
  const tally = new MaskTally(text, which);
  for (let n = 0; n < draws; n++) tally.drawNext();
  return tally.result();
}

describe('pieces of a text', () => {
  it('are characters in Chinese, with the words they form', () => {
    expect(chinese.pieces.slice(0, 5)).toEqual(['研', '究', '人', '员', '昨']);
    expect(chinese.words[0]).toMatchObject({ text: '研究', start: 0, end: 2, isPunctuation: false });
    expect(chinese.isChinese).toBe(true);
    expect(piecesPerWord(chinese)).toBeCloseTo(22 / 13, 10);
  });

  it('are parts of long words in English, whole short ones, and single marks', () => {
    expect(cutWord('yesterday')).toEqual(['yeste', 'rday']);
    expect(cutWord('international')).toEqual(['inter', 'nation', 'al']);
    expect(cutWord('overcrowded')).toEqual(['over', 'crowd', 'ed']);
    expect(cutWord('street')).toEqual(['street']);
    expect(english.isChinese).toBe(false);
    for (const { text, start, end } of english.words) expect(english.pieces.slice(start, end).join('')).toBe(text);
  });

  it('lose no character but spaces, whatever the text is', () => {
    for (const text of ['', '   ', '🙂🙂 naïve—co-operate', 'a', '日本語とEnglish混合', '\u200b\n\t.'])
      expect(cutText(text, bySpaces).pieces.join('')).toBe(text.normalize('NFC').replaceAll(/\s/gu, ''));
  });

  it('know names by their capitals inside a sentence', () => {
    expect(english.words.filter(({ isName }) => isName).map(({ text }) => text)).toEqual(['New', 'York', 'University']);
  });
});

describe('a draw', () => {
  it('is fixed by its seed and number', () => {
    expect(MASK_STRATEGIES.map((strategy) => shown(chinese, drawMask(chinese, plan(strategy), 0))))
      .toMatchInlineSnapshot(`
      [
        "M:研 究 人 员 昨 天 参 观 了 M:纽 约 R:大 学 ， 可 惜 国 K:际 会 议 人 太 多 。",
        "研 究 人 员 昨 天 参 观 M:了 纽 约 大 学 ， 可 惜 国 际 M:会 M:议 人 太 M:多 。",
        "研 究 人 员 昨 天 参 观 了 纽 约 大 学 R:， 可 惜 国 际 会 议 M:人 太 R:多 R:。",
        "研 究 M:人 M:员 昨 天 参 观 了 纽 约 大 学 ， 可 惜 国 际 会 议 K:人 M:太 多 。",
      ]
    `);
    expect(MASK_STRATEGIES.map((strategy) => shown(english, drawMask(english, plan(strategy), 3))))
      .toMatchInlineSnapshot(`
      [
        "The research ers visit ed New M:York K:Univ R:ers ity yeste rday K:. Unfort unate ly the inter nation al conf er ence was over crowd ed M:, and the inter est ing present ations start ed M:late .",
        "The research ers visit ed New York Univ ers ity M:yeste M:rday . Unfort unate ly M:the inter nation al conf er ence M:was over crowd ed M:, and the inter est ing present ations start ed late R:.",
        "The research ers visit ed New York Univ ers ity yeste rday . K:Unfort K:unate K:ly K:the inter nation al conf er ence was over crowd ed , and the inter est ing present ations start ed M:late M:.",
        "M:The research ers visit ed M:New M:York M:Univ M:ers M:ity yeste rday . Unfort unate ly the inter nation al conf er ence was over crowd ed , and the inter est ing present ations start ed late .",
      ]
    `);
  });

  it('differs with seed, number and strategy', () => {
    const draws = [plan('token'), plan('token', 0.15, 2), plan('word')].flatMap((which) =>
      [0, 1].map((draw) => shown(english, drawMask(english, which, draw))),
    );
    expect(new Set(draws).size).toBe(6);
  });

  it.each(MASK_STRATEGIES)('never exceeds its budget and picks at least one piece: %s', (strategy) => {
    for (const rate of [0.05, 0.15, 0.4, 0.8])
      for (let draw = 0; draw < 200; draw++) {
        const { picked, fates } = drawMask(english, plan(strategy, rate), draw);
        // “New York University”, hidden as one.
        const largestUnit = 5;
        expect(picked).toBeGreaterThan(0);
        expect(picked).toBeLessThanOrEqual(Math.max(maskBudget(english.pieces.length, rate), largestUnit));
        expect(fates.filter((fate) => fate !== FATE.untouched).length).toBe(picked);
      }
  });

  it('picks exactly the budget when pieces are drawn one by one', () => {
    for (const rate of [0.05, 0.15, 0.4, 0.8])
      expect(drawMask(english, plan('token', rate), 5).picked).toBe(maskBudget(english.pieces.length, rate));
  });

  it.each(['word', 'span', 'phrase'] as const)('leaves no word half masked: %s', (strategy) => {
    for (const text of [english, chinese])
      for (let draw = 0; draw < 500; draw++) {
        const { fates } = drawMask(text, plan(strategy, 0.3), draw);
        for (const { start, end } of text.words) {
          const picked = fates.subarray(start, end).filter((fate) => fate !== 0).length;
          expect([0, end - start]).toContain(picked);
        }
      }
  });

  it('hides a name whole or not at all when phrases are drawn', () => {
    const name = english.words.filter(({ isName }) => isName);
    let hidden = 0;
    for (let draw = 0; draw < 300; draw++) {
      const { fates } = drawMask(english, plan('phrase', 0.4), draw);
      const picked = name.filter(({ start }) => fates[start] !== 0).length;
      expect([0, name.length]).toContain(picked);
      if (picked > 0) hidden++;
    }
    expect(hidden).toBeGreaterThan(30);
  });

  it('takes the only word there is, and nothing of nothing', () => {
    const one = cutText('yesterday', bySpaces);
    for (const strategy of MASK_STRATEGIES) expect(drawMask(one, plan(strategy), 0).picked).toBeGreaterThan(0);
    for (const strategy of MASK_STRATEGIES) expect(drawMask(cutText('', bySpaces), plan(strategy), 0).picked).toBe(0);
  });

  it('replaces a piece by one of the text', () => {
    for (let piece = 0; piece < english.pieces.length; piece++)
      expect(english.pieces).toContain(replacementAt(english, plan('token'), 0, piece));
  });
});

describe('epochs', () => {
  it('show one mask, ten in turn, or a new one each', () => {
    const masksOf = (regime: Parameters<typeof drawOfEpoch>[0]) =>
      Array.from({ length: EPOCHS }, (_, epoch) => drawOfEpoch(regime, epoch));
    expect(new Set(masksOf('once')).size).toBe(1);
    const copies = masksOf('copies');
    expect(new Set(copies).size).toBe(COPIES);
    for (let copy = 0; copy < COPIES; copy++) expect(copies.filter((one) => one === copy).length).toBe(4);
    expect(new Set(masksOf('dynamic')).size).toBe(EPOCHS);
  });
});

describe('statistics of 10,000 draws', () => {
  const DRAWS = 10_000;

  it('keep 80/10/10 within four standard errors', () => {
    const { masked, random, kept, predicted } = tallied(english, plan('token'), DRAWS);
    const all = DRAWS * predicted * english.pieces.length;
    for (const [share, theory] of [
      [masked, 0.8],
      [random, 0.1],
      [kept, 0.1],
    ] as const)
      expect(Math.abs(share / predicted - theory)).toBeLessThan(4 * Math.sqrt((theory * (1 - theory)) / all));
  });

  it.each([0.15, 0.4])('agree with theory for pieces drawn one by one at a rate of %s', (rate) => {
    const measured = tallied(english, plan('token', rate), DRAWS);
    const theory = expectedMasks(english, plan('token', rate));
    expect(measured.predicted).toBeCloseTo(theory.predicted!, 12);
    expect(Math.abs(measured.halfMasked - theory.halfMasked!)).toBeLessThan(0.01);
    expect(Math.abs(measured.halfOfTouched - theory.halfOfTouched!)).toBeLessThan(0.01);
    expect(Math.abs(measured.meanRun - theory.meanRun!)).toBeLessThan(0.02);
    expect(Math.abs(measured.covered - theory.covered!)).toBeLessThan(0.01);
    expect(measured.distinct).toBeCloseTo(10, 1);
  });

  it('count masks that repeat in a text with few of them', () => {
    const short = cutText('a b c d e f', bySpaces);
    const measured = tallied(short, plan('token', 0.15), DRAWS);
    // One of six pieces: six masks.
    expect(expectedMasks(short, plan('token')).distinct).toBeCloseTo(6 * (1 - (5 / 6) ** 10), 10);
    expect(Math.abs(measured.distinct - 6 * (1 - (5 / 6) ** 10))).toBeLessThan(0.08);
  });

  it('leave no word half masked for whole words', () => {
    for (const text of [english, chinese])
      expect(tallied(text, plan('word'), DRAWS)).toMatchObject({ halfMasked: 0, halfOfTouched: 0 });
    expect(tallied(chinese, plan('token'), DRAWS).halfMasked).toBeGreaterThan(0.2);
  });

  it('draw spans with the truncated geometric lengths', () => {
    const { drawnShares, meanDrawn } = tallied(english, plan('span', 0.4), DRAWS);
    expect(drawnShares.length).toBe(10);
    spanLengthShares().forEach((share, n) => expect(Math.abs(drawnShares[n]! - share)).toBeLessThan(0.01));
    expect(Math.abs(meanDrawn - meanSpanLength())).toBeLessThan(0.05);
  });

  it('sum to one over runs', () => {
    const { runShares } = tallied(english, plan('span', 0.4), 500);
    expect(runShares.length).toBe(LONGEST_RUN);
    expect(runShares.reduce((sum, one) => sum + one)).toBeCloseTo(1, 12);
  });
});

describe('the books', () => {
  it('give SpanBERT’s mean of 3.8 only when renormalised', () => {
    expect(meanSpanLength()).toBeCloseTo(3.797, 3);
    expect(spanLengthShares().map((share) => Number(share.toFixed(3)))).toEqual([
      0.224, 0.179, 0.143, 0.115, 0.092, 0.073, 0.059, 0.047, 0.038, 0.03,
    ]);
  });

  it('give the shares of half-masked words that independent draws would, in the limit', () => {
    expect(partlyPicked(1e6, 150_000, 2)).toBeCloseTo(1 - 0.85 ** 2 - 0.15 ** 2, 4);
    expect(partlyPicked(125, 19, 3)).toBeCloseTo(0.39, 3);
    expect(touched(10, 10, 2)).toBe(1);
  });

  it('give coverage and different masks', () => {
    expect(everPredicted(0.15, 10)).toBeCloseTo(0.803, 3);
    expect(everPredicted(0.15, 40)).toBeCloseTo(0.9985, 4);
    expect(waysToPick(6, 2)).toBe(15);
    expect(waysToPick(5000, 750)).toBe(Infinity);
    expect(distinctMasks(Infinity, 10)).toBe(10);
    expect(distinctMasks(1, 10)).toBe(1);
  });
});
