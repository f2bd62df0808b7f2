// The parts of an exported figure that need no browser: where lines break, what XML can hold, PNG files, and the steps of one query.
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { PALETTES } from '../../src/viz/export/palette.ts';
import { encodePng, withPngText } from '../../src/viz/export/png.ts';
import { scaledPath } from '../../src/viz/export/heatmap-panel.ts';
import { stepsBlock } from '../../src/viz/export/steps-block.ts';
import { element, escapeXml, textElement } from '../../src/viz/export/svg.ts';
import { fitText, textWidth, wrapText } from '../../src/viz/export/text-lines.ts';
import { attentionOver, stepsOf } from '../gallery/sentence.ts';
import { seededUniform } from '../support/cases.ts';

describe('lines', () => {
  it('break at spaces, keep “n = 24” whole, and lose no letter', () => {
    const words = 'The quick brown fox; n\u00a0=\u00a024, heads\u00a0=\u00a04 and a lazy dog sleeps on';
    const lines = wrapText(words, 10, 120);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(words);
    for (const line of lines) expect(textWidth(line, 10)).toBeLessThanOrEqual(120);
    expect(lines.some((line) => line.includes('n\u00a0=\u00a024'))).toBe(true);
  });

  it('of Chinese never begin with closing punctuation', () => {
    const words = '注意力让每个词看见其他所有的词，滑动窗口只看近处的词。（查询与键）是这样的；也是“那样”的。';
    const lines = wrapText(words, 10, 57);
    expect(lines.join('')).toBe(words);
    for (const line of lines) expect(line).not.toMatch(/^[，。；：、！？”’）》」]/);
  });

  it('cut what is wider alone, as an address', () => {
    const address = `https://lab.test/?${'a=1&'.repeat(60)}`;
    const lines = wrapText(`Attention Lab · ${address}`, 10, 300);
    expect(lines.join('').replaceAll(' ', '')).toBe(`AttentionLab·${address}`);
    for (const line of lines) expect(textWidth(line, 10)).toBeLessThanOrEqual(300);
    expect(fitText('49,770 pairs per head', 11, 60)).toMatch(/^49,770.*…$/);
    expect(fitText('short', 11, 60)).toBe('short');
  });
});

describe('SVG as text', () => {
  it('escapes markup and replaces what XML cannot hold', () => {
    expect(escapeXml('<a b="c">&\'\t\r\n')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&#39;&#9;&#13;&#10;');
    expect(escapeXml('\u0000\u001f\ud800\udc00\udfff\uffff猫')).toBe('\ufffd\ufffd\u{10000}\ufffd\ufffd猫');
    expect(element('a', { x: 1.23456, y: undefined, z: '"' })).toBe('<a x="1.235" z="&quot;"/>');
    expect(textElement('</text><script>', {})).toBe('<text>&lt;/text&gt;&lt;script&gt;</text>');
  });

  it('puts the paths of hidden regions into pixels', () => {
    expect(scaledPath('M1.5 0H24V3.25H1Z', 10, 4)).toBe('M15 0H240V13H10Z');
  });
});

describe('a PNG', () => {
  it('holds every pixel, and words', async () => {
    const uniform = seededUniform(3);
    const pixels = Uint8ClampedArray.from({ length: 37 * 19 * 4 }, () => Math.floor(uniform() * 256));
    const file = withPngText(await encodePng(pixels, 37, 19), { Title: '注意力', Comment: '{"a":"\0"}' });
    const { width, height, data } = PNG.sync.read(Buffer.from(file));
    expect([width, height]).toEqual([37, 19]);
    expect(new Uint8Array(data)).toEqual(new Uint8Array(pixels));
    expect(new TextDecoder().decode(file)).toContain('iTXtTitle\0\0\0\0\0注意力');
  });
});

describe('the steps of a query', () => {
  it('stand in three strips with their numbers, hidden keys hatched', () => {
    const steps = stepsOf(attentionOver(12, { mask: { causal: true } }), 0, 5);
    const draw = (key: number) =>
      stepsBlock({
        heading: 'query 5',
        steps,
        key,
        titles: { scores: 'Scores', mask: 'Mask', softmax: 'Softmax' },
        sum: 'o = …',
        labels: () => [{ index: 0, text: '0', at: 5 }],
        axis: { key: 'key', words: false },
        number: (value) => value.toFixed(3),
        palette: PALETTES.light,
      });
    const seen = draw(3);
    expect(seen.above).toContain(`q·k = ${steps.dots[3]!.toFixed(3)}`);
    expect(seen.above).toContain(`= ${steps.weights[3]!.toFixed(3)}`);
    expect(seen.above.match(/url\(#hatch\)/g)).toHaveLength(2);
    expect(seen.rasters).toEqual([]);
    expect(draw(9).above).toContain('= −∞');
  });
});
