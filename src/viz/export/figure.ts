// A figure that leaves the page: title, one picture, and lines that say where it comes from, on one ground. Every view gives its picture as
// a block; this sets it in its frame. Pure: the same drawing becomes an SVG file and, over a canvas' own pixels, a PNG.
import { element, escapeXml, textElement } from './svg.ts';
import type { Palette } from './palette.ts';
import { base64Of, encodePng } from './png.ts';
import { wrapText } from './text-lines.ts';

/** Pixels without loss at a place of the drawing; a PNG draws them itself, an SVG holds them as an image. */
export interface Raster {
  /** RGBA `[rows, columns, 4]` */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  rows: number;
  columns: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** What stands behind its empty texels. */
  ground: string;
  /** The same as vector cells where they are few. */
  cells: string | null;
}

/** One picture with its legend, from its own origin. */
export interface Block {
  width: number;
  height: number;
  /** Below the rasters. */
  below: string;
  rasters: Raster[];
  /** Above the rasters. */
  above: string;
  /** Patterns and gradients that it refers to. */
  definitions: string;
}

export interface Figure {
  title: string;
  /** Lines under the title. */
  subtitle: string;
  /** The picture in words: `desc` of the SVG. */
  description: string;
  block: Block;
  /** Where it comes from, a paragraph each. */
  source: readonly string[];
  /** Machine-readable provenance, JSON. */
  metadata: string;
  palette: Palette;
  /** Language tag of its words. */
  language: string;
}

const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";
const MARGIN = 28;
const TITLE = { size: 17, line: 24 };
const SUBTITLE = { size: 12, line: 17 };
const SOURCE = { size: 10, line: 14.5 };
const LEAST_WIDTH = 420;

export interface Drawing {
  width: number;
  height: number;
  /** The place of the block, where its rasters are measured from. */
  origin: { x: number; y: number };
  rasters: readonly Raster[];
  ground: string;
  /** With `images`, complete; without, everything but ground and rasters. */
  svg(images: 'inside' | 'apart'): Promise<string>;
}

function lines(
  words: readonly string[],
  x: number,
  y: number,
  step: number,
  attributes: Record<string, string | number>,
) {
  return words.map((line, n) => textElement(line, { x, y: y + n * step, ...attributes })).join('');
}

async function imageOf({ pixels, rows, columns, x, y, width, height, cells }: Raster): Promise<string> {
  if (cells !== null) return cells;
  const file = base64Of(await encodePng(pixels, columns, rows));
  return element('image', {
    x,
    y,
    width,
    height,
    preserveAspectRatio: 'none',
    // As an attribute: pages whose policy forbids inline styles may hold the drawing too.
    'image-rendering': 'pixelated',
    href: `data:image/png;base64,${file}`,
  });
}

export function drawFigure(figure: Figure): Drawing {
  const { title, subtitle, description, block, source, metadata, palette, language } = figure;
  const inner = Math.max(LEAST_WIDTH, block.width);
  const width = Math.ceil(inner + 2 * MARGIN);
  const titleLines = wrapText(title, TITLE.size, inner);
  const subtitleLines = wrapText(subtitle, SUBTITLE.size, inner);
  const sourceLines = source.flatMap((one) => wrapText(one, SOURCE.size, inner));
  const titleY = MARGIN + TITLE.size - 3;
  const subtitleY = titleY + titleLines.length * TITLE.line - 3;
  const origin = { x: MARGIN, y: subtitleY + subtitleLines.length * SUBTITLE.line + 2 };
  const ruleY = origin.y + block.height + 14;
  const sourceY = ruleY + 16;
  const height = Math.ceil(sourceY + (sourceLines.length - 1) * SOURCE.line + MARGIN - 8);

  async function svg(images: 'inside' | 'apart'): Promise<string> {
    const isWhole = images === 'inside';
    const pictures = isWhole
      ? (
          await Promise.all(
            block.rasters.map(async (raster) => {
              const { x, y, width: w, height: h, ground } = raster;
              return element('rect', { x, y, width: w, height: h, fill: ground }) + (await imageOf(raster));
            }),
          )
        ).join('')
      : '';
    return element(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-labelledby': 'title desc',
        'xml:lang': language,
        lang: language,
        'font-family': FONTS,
        'font-size': 11,
        fill: palette.ink,
      },
      `<title id="title">${escapeXml(title)}</title>`,
      `<desc id="desc">${escapeXml(description)}</desc>`,
      `<metadata>${escapeXml(metadata)}</metadata>`,
      block.definitions ? `<defs>${block.definitions}</defs>` : '',
      isWhole ? element('rect', { width, height, fill: palette.page }) : '',
      lines(titleLines, MARGIN, titleY, TITLE.line, { 'font-size': TITLE.size, 'font-weight': 600 }),
      lines(subtitleLines, MARGIN, subtitleY, SUBTITLE.line, { 'font-size': SUBTITLE.size, fill: palette.muted }),
      element('g', { transform: `translate(${origin.x} ${origin.y})` }, block.below, pictures, block.above),
      element('line', { x1: MARGIN, x2: width - MARGIN, y1: ruleY, y2: ruleY, stroke: palette.rule }),
      lines(sourceLines, MARGIN, sourceY, SOURCE.line, { 'font-size': SOURCE.size, fill: palette.muted }),
    );
  }
  return { width, height, origin, rasters: block.rasters, ground: palette.page, svg };
}
