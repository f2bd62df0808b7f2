// The figure of what is on screen: the same pixels, legends and words as on the page, in the page's colours or light ones.
// Called by the exports of PNG and SVG.
import type { Variant } from '../../../contract/workbench.ts';
import { visiblePairs } from '../../../contract/visibility.ts';
import { formatCount } from '../../../viz/format.ts';
import { drawFigure, type Drawing } from '../../../viz/export/figure.ts';
import { heatmapBlock, type HeatmapFigure } from '../../../viz/export/heatmap-block.ts';
import { PALETTES, type Palette, type PaletteName } from '../../../viz/export/palette.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import { NORMALISATION } from '../../../contract/version.ts';
import { descriptionOf, parametersLine, provenanceLines, sourceLine, titleOf, type Words } from './describe.ts';
import type { ExportLab } from './export-lab.ts';
import type { Resting } from './gather.ts';
import { viewBlock } from './view-block.ts';

function paletteFor(colors: 'page' | 'light'): Palette {
  const theme = document.documentElement.dataset['theme'] ?? 'light';
  const name: PaletteName = colors === 'page' && theme in PALETTES ? (theme as PaletteName) : 'light';
  return PALETTES[name];
}

/** The pinned cell, where it lies in the part in view. */
function pinnedCell({ view, painted }: ExportLab, { text }: Words): HeatmapFigure['pinned'] {
  const cell = view.pinned;
  const { rows, columns } = painted.viewport;
  if (!cell || cell.query < rows[0] || cell.query >= rows[1] || cell.key < columns[0] || cell.key >= columns[1])
    return null;
  return { ...cell, words: text.export_pinned({ cell: painted.cellName(cell.query, cell.key) }) };
}

function heatmaps(lab: ExportLab, words: Words, provenance: Provenance, palette: Palette): HeatmapFigure {
  const { painted, values } = lab;
  const { text, locale } = words;
  const variants: Variant[] = values.compare ? ['full', 'windowed'] : ['full'];
  const { rows, columns } = painted.viewport;
  const hidden = painted.hidden;
  return {
    panels: variants.map((variant) => ({
      variant,
      title: text[`picture_${variant}`](),
      note: text.pairs_note({ pairs: formatCount(visiblePairs(provenance[variant]), locale) }),
      pixels: painted[variant] as Uint8ClampedArray<ArrayBuffer>,
      causalPath: hidden.causal,
      outsidePath: variant === 'windowed' ? hidden.outside : '',
    })),
    size: painted.size,
    viewport: painted.viewport,
    labels: (side, lengthPx) =>
      side === 'left' ? painted.labels('query', side, rows, lengthPx) : painted.labels('key', side, columns, lengthPx),
    axis: { query: text.word_query(), key: text.word_key(), words: painted.tokens !== null },
    pooledNote: painted.pooledNote,
    pinned: pinnedCell(lab, words),
    legend: {
      ramp: values.cmap,
      title: text[`legend_${values.scale}`](),
      pooling: painted.pooledNote || text.legend_single_cells(),
      stops: painted.stops,
      swatches: {
        zero: text.swatch_zero(),
        tiny: text.swatch_tiny(),
        masked: hidden.causal ? text.swatch_masked() : '',
        outside: hidden.outside && values.compare ? text.swatch_outside() : '',
      },
    },
    palette,
  };
}

export interface LabFigure {
  drawing: Drawing;
  /** For the words inside a PNG. */
  words: Record<string, string>;
}

export function labFigure(
  lab: ExportLab,
  words: Words,
  resting: Resting,
  provenance: Provenance,
  colors: 'page' | 'light',
): LabFigure {
  const palette = paletteFor(colors);
  const title = titleOf(words, provenance);
  const description = descriptionOf(words, provenance, resting);
  const source = provenanceLines(words, provenance, lab, resting);
  const { version, link, params, backend, timing } = provenance;
  const metadata = JSON.stringify({ version, link, params, backend, timing, normalisation: NORMALISATION });
  const drawing = drawFigure({
    title,
    subtitle: `${sourceLine(words, provenance)}${words.text.cell_semicolon()}${parametersLine(words, provenance)}`,
    description,
    block:
      viewBlock(lab, words, resting, provenance, palette) ?? heatmapBlock(heatmaps(lab, words, provenance, palette)),
    source,
    metadata,
    palette,
    language: words.locale,
  });
  return {
    drawing,
    words: {
      Title: title,
      Description: `${description}\n${source.join('\n')}`,
      Software: `Attention Lab ${version}`,
      ...(link ? { Source: link } : {}),
      Comment: metadata,
    },
  };
}
