// Exported figures in a real browser: the SVG is XML that holds its words, the PNG has the cells' own colours at every scale, and neither
// lets hostile tokens do anything but stand there.
import { describe, expect, it } from 'vitest';
import '../../src/ui/theme.css';
import { drawPng, largestScale, MOST_AREA } from '../../src/ui/draw-png.ts';
import { tokenLabels } from '../../src/viz/axis-labels.ts';
import { cellStates } from '../../src/viz/cell-states.ts';
import { ramp } from '../../src/viz/color-ramp.ts';
import { largestOf } from '../../src/viz/color-scale.ts';
import type { Drawing } from '../../src/viz/export/figure.ts';
import { drawHeatmaps } from '../../src/viz/export/heatmap-block.ts';
import { PALETTES, type PaletteName } from '../../src/viz/export/palette.ts';
import { differenceOf, paintDifference, paintWeights } from '../../src/viz/heatmap-pixels.ts';
import { hiddenRegions } from '../../src/viz/hidden-regions.ts';
import { attentionOver, weightsOf, WORDS } from '../gallery/sentence.ts';

const HOSTILE = ['<script>', '"&\'', '=1+1', ']]>', '\u0000\u0007', '\ud800', '\uffff', '\u202eab', 'שלום', '👩‍👩‍👧', '猫', '\r\n\t', '--><x', '']; // prettier-ignore

function draw(
  size: number,
  { tokens = WORDS as readonly string[], theme = 'light' as PaletteName, blocks = size, address = 1 } = {},
) {
  const attention = attentionOver(size, { mask: { causal: true, window: { left: 4, right: 0 } } });
  const full = attentionOver(size, { mask: { causal: true } });
  const weights = weightsOf(attention, 0, blocks);
  const viewport = { rows: [0, size] as [number, number], columns: [0, size] as [number, number] };
  const view = { ...viewport, height: blocks, width: blocks };
  const hidden = hiddenRegions(attention.problem, view);
  const states = cellStates(attention.problem, view);
  const pixels = paintWeights(weights, view, { ramp: ramp('viridis'), scale: 'linear', states });
  const changes = paintDifference(differenceOf(weights, weightsOf(full, 0, blocks)), view, {
    ramp: ramp('difference-light'),
    states: cellStates(full.problem, view),
  });
  const panel = { note: '3 pairs', pixels, causalPath: hidden.causal, outsidePath: hidden.outside };
  const frame = {
    title: `Title <b> & ${tokens[0]}`,
    subtitle: 'Subtitle',
    description: `What it shows ${tokens.join(' ')}`,
    source: ['Weights: softmax over visible keys.', `Attention Lab 0.1.0 · https://lab.test/?${'x'.repeat(address)}`],
    metadata: '{"seed":1}',
    palette: PALETTES[theme],
    language: 'en',
  };
  const drawing = drawHeatmaps(
    frame,
    {
      panels: [
        { ...panel, variant: 'full', title: 'Full attention' },
        { ...panel, variant: 'windowed', title: 'Sliding window' },
      ],
      size: { height: blocks, width: blocks },
      viewport,
      labels: (_, lengthPx) => tokenLabels(tokens, [0, size], lengthPx, 11),
      axis: { query: 'query', key: 'key', words: true },
      pooledNote: blocks < size ? 'max of 4 × 4' : '',
      pinned: { query: 2, key: 1, words: 'Pinned: query 2' },
      legend: {
        ramp: 'viridis',
        title: 'Weight, linear',
        pooling: 'Every cell is one weight',
        stops: [
          { at: 0, text: '0' },
          { at: 1, text: '0.5' },
        ],
        swatches: { zero: 'zero', tiny: 'tiny', masked: 'masked', outside: 'outside' },
      },
      difference: {
        panel: { ...panel, pixels: changes, outsidePath: '', variant: 'difference', title: 'Windowed − full' },
        ramp: 'difference-light',
        legend: { title: 'Weight, windowed minus full', pooling: '', stops: [{ at: 0.5, text: '0' }] },
        error: { perRow: Float32Array.from({ length: size }, (_, n) => n), ends: ['query 0', 'last'], label: 'error' },
        remarks: [tokens.slice(0, HOSTILE.length).join(' ')],
      },
      palette: PALETTES[theme],
    },
    MOST_AREA,
  );
  return { drawing, pixels, changes, weights };
}

function parse(svg: string): Document {
  const tree = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(tree.querySelector('parsererror')?.textContent).toBeUndefined();
  return tree;
}

/** Decoded pixels of a PNG. */
async function pixelsOf(png: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(png);
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}

const at = ({ data, width }: ImageData, x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)]; // prettier-ignore
const rgb = (hex: string) => [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16));

/** The middle of a block of panel `index`, in the drawing's pixels. */
function middleOf({ origin, rasters }: Drawing, index: number, row: number, column: number) {
  const { x, y, width, height, rows, columns } = rasters[index]!;
  return { x: origin.x + x + ((column + 0.5) * width) / columns, y: origin.y + y + ((row + 0.5) * height) / rows };
}

describe('the SVG of a figure', () => {
  it('has title, description and a text element for every word that is shown', async () => {
    const { drawing } = draw(24);
    const tree = parse(await drawing.svg('inside'));
    const root = tree.documentElement;
    expect(root.querySelector('title')!.textContent).toContain('Title <b> &');
    expect(root.querySelector('desc')!.textContent).toMatch(/^What it shows/);
    expect(root.getAttribute('aria-labelledby')).toBe('title desc');
    expect(root.getAttribute('lang')).toBe('en');
    expect(JSON.parse(root.querySelector('metadata')!.textContent)).toEqual({ seed: 1 });
    const words = [...root.querySelectorAll('text')].map((one) => one.textContent);
    for (const expected of [
      'Full attention',
      'Sliding window',
      'query ↓',
      'key →',
      '0.5',
      'masked',
      'outside',
      'Pinned: query 2',
      'Windowed − full',
      'Weight, windowed minus full',
      'query 0',
      'Weights: softmax over visible keys.',
    ])
      // prettier-ignore
      expect(words, expected).toContain(expected);
    // One for the queries of each row, one under each picture.
    expect(words.filter((one) => one === 'cat')).toHaveLength(5);
  });

  it('has one rectangle per visible cell up to 64 × 64, in the picture’s own colours, and an exact image beyond', async () => {
    const { drawing, pixels, changes } = draw(24);
    const cells = [...parse(await drawing.svg('inside')).querySelectorAll('g[shape-rendering] > rect')];
    const visible = (of: Uint8ClampedArray) => of.filter((alpha, n) => n % 4 === 3 && alpha > 0).length;
    // Also where nothing is left, the difference has cells; where causality hides, none.
    expect(visible(changes)).toBe((24 * 25) / 2);
    expect(cells).toHaveLength(2 * visible(pixels) + visible(changes));
    const hex = (n: number) => `#${[0, 1, 2].map((c) => pixels[4 * n + c]!.toString(16).padStart(2, '0')).join('')}`;
    for (const cell of cells.slice(0, 40))
      expect(cell.getAttribute('fill')).toBe(hex(24 * Number(cell.getAttribute('y')) + Number(cell.getAttribute('x'))));

    const large = draw(96, { tokens: Array.from({ length: 96 }, (_, n) => `w${n}`) });
    const tree = parse(await large.drawing.svg('inside'));
    expect(tree.querySelectorAll('g[shape-rendering] > rect')).toHaveLength(0);
    const images = [...tree.querySelectorAll('image')];
    expect(images).toHaveLength(3);
    const bytes = Uint8Array.from(atob(images[0]!.getAttribute('href')!.split(',')[1]!), (c) => c.charCodeAt(0));
    const decoded = await pixelsOf(new Blob([bytes], { type: 'image/png' }));
    expect([decoded.width, decoded.height]).toEqual([96, 96]);
    expect(decoded.data).toEqual(large.pixels);
  });

  it('stays XML without scripts, whatever the tokens hold', async () => {
    const { drawing } = draw(HOSTILE.length, { tokens: HOSTILE });
    const svg = await drawing.svg('inside');
    const tree = parse(svg);
    for (const one of tree.querySelectorAll('*')) {
      expect(['script', 'foreignObject', 'a', 'x']).not.toContain(one.localName);
      for (const { name, value } of one.attributes) {
        expect(name).not.toMatch(/^on/i);
        if (name.endsWith('href')) expect(value).toMatch(/^data:image\/png;base64,/);
      }
    }
    const words = [...tree.querySelectorAll('text')].map((one) => one.textContent);
    for (const token of ['<script>', ']]>', 'שלום', '猫', '\ufffd\ufffd']) expect(words, token).toContain(token);
  });
});

describe('the PNG of a figure', () => {
  it.each([1, 3] as const)('at %i× has its size and the very colours of its cells', async (scale) => {
    for (const theme of ['light', 'dark'] as const) {
      const { drawing, pixels, changes, weights } = draw(24, { theme });
      const image = await pixelsOf(await drawPng(drawing, scale, {}));
      expect([image.width, image.height]).toEqual([drawing.width * scale, drawing.height * scale]);
      expect(at(image, 2, 2)).toEqual(rgb(PALETTES[theme].page));
      const strongest = weights.indexOf(largestOf(weights));
      for (const index of [0, 1])
        for (const n of [strongest, 23 * 24 + 23, 10 * 24 + 8, 15 * 24 + 12]) {
          const { x, y } = middleOf(drawing, index, Math.floor(n / 24), n % 24);
          expect(at(image, Math.floor(x * scale), Math.floor(y * scale))).toEqual([
            ...pixels.subarray(4 * n, 4 * n + 3),
          ]);
        }
      const colorOf = (index: number, row: number, column: number) => {
        const { x, y } = middleOf(drawing, index, row, column);
        return at(image, Math.floor(x * scale), Math.floor(y * scale));
      };
      // Outside the window: the page's own ground in the picture, what it took away in the difference.
      expect(colorOf(1, 22, 2)).toEqual(rgb(PALETTES[theme].page));
      const taken = 4 * (22 * 24 + 2);
      expect(colorOf(2, 22, 2)).toEqual([...changes.subarray(taken, taken + 3)]);
    }
  });

  it('carries its words inside', async () => {
    const png = await drawPng(draw(24).drawing, 1, { Title: '注意力', Software: 'Attention Lab 0.1.0' });
    const text = new TextDecoder().decode(await png.arrayBuffer());
    expect(text).toContain('iTXtTitle\0\0\0\0\0注意力');
    await createImageBitmap(png);
  });

  it('fits what phones can draw at 4×, also with the largest sides and labels, and refuses more', async () => {
    const tokens = Array.from({ length: 96 }, () => 'incomprehensibilities');
    const { drawing } = draw(96, { tokens, blocks: 24, address: 480 });
    for (const { width } of drawing.rasters) expect(width).toBeGreaterThanOrEqual(300);
    expect(drawing.width * drawing.height * 16).toBeLessThanOrEqual(4096 * 4096);
    expect(largestScale(drawing)).toBe(4);
    const image = await createImageBitmap(await drawPng(drawing, 4, {}));
    expect(image.width).toBe(4 * drawing.width);
    await expect(drawPng({ ...drawing, width: 4000, height: 3000 }, 2, {})).rejects.toMatchObject({
      code: 'too-large',
      detail: { numbers: { most: 1 } },
    });
  });
});

describe('the figure’s palette', () => {
  it.each(['light', 'dark', 'contrast'] as const)('is the page’s: %s', (theme) => {
    document.documentElement.dataset['theme'] = theme;
    try {
      const style = getComputedStyle(document.documentElement);
      const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      for (const [name, color] of Object.entries(PALETTES[theme]))
        expect(style.getPropertyValue(`--${kebab(name)}`).trim(), name).toBe(color);
    } finally {
      delete document.documentElement.dataset['theme'];
    }
  });
});
