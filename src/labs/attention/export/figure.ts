// The figure of what is on screen: the same pixels, legends and words as on the page, in the page's colours or light ones.
// Called by the exports of PNG and SVG.
import type { OutputError, Variant } from '../../../contract/workbench.ts';
import { visiblePairs } from '../../../contract/visibility.ts';
import { wordDifference } from '../../../i18n/describe.ts';
import { formatCount, formatShare, formatWeight } from '../../../viz/format.ts';
import { drawFigure, type Drawing } from '../../../viz/export/figure.ts';
import { drawHeatmaps, type DifferenceFigure, type HeatmapFigure } from '../../../viz/export/heatmap-block.ts';
import { PALETTES, type Palette, type PaletteName } from '../../../viz/export/palette.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import { MOST_AREA } from '../../../ui/draw-png.ts';
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

function largestError(painted: ExportLab['painted'], { text, locale }: Words, error: OutputError): string {
  const name = painted.queryName(error.query);
  return text.export_largest_error({
    value: formatWeight(error.largest, locale),
    share: formatShare(error.largestOutput > 0 ? error.largest / error.largestOutput : 0, locale),
    place: painted.tokens ? text.place_token({ token: name }) : text.place_query({ number: name }),
    head: String(error.head + 1),
  });
}

/** Windowed minus full with its words, where the page shows it and there is any. The middle of its ramp is the figure's own ground. */
function differenceFigure(
  { painted, values }: ExportLab,
  words: Words,
  { computed }: Resting,
  palette: Palette,
): DifferenceFigure | null {
  const { text, locale } = words;
  if (!values.compare || values.ui === 'none' || values.hide.includes('comparison')) return null;
  const name = palette === PALETTES.dark ? 'difference-dark' : 'difference-light';
  const pixels = painted.differenceOn(name);
  if (!pixels || !painted.hasDifference) return null;
  const { extremes } = painted;
  const { error } = computed;
  return {
    panel: {
      variant: 'difference',
      title: text.picture_difference(),
      note: '',
      pixels,
      causalPath: painted.hidden.causal,
      outsidePath: '',
    },
    ramp: name,
    legend: {
      title: text.legend_difference(),
      pooling: painted.pooledNote ? text.legend_difference_pooled() : '',
      stops: painted.differenceStops,
    },
    error: error && {
      perRow: error.perRow,
      ends: [`${text.word_query()} 0`, formatCount(error.perRow.length - 1, locale)],
      label: text.error_rows_label(),
    },
    remarks: [
      ...(extremes ? [wordDifference(painted.naming, extremes)] : []),
      ...(error ? [largestError(painted, words, error)] : []),
    ],
  };
}

function heatmaps(
  lab: ExportLab,
  words: Words,
  resting: Resting,
  provenance: Provenance,
  palette: Palette,
): HeatmapFigure {
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
    difference: differenceFigure(lab, words, resting, palette),
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
  const frame = {
    title,
    subtitle: `${sourceLine(words, provenance)}${words.text.cell_semicolon()}${parametersLine(words, provenance)}`,
    description,
    source,
    metadata,
    palette,
    language: words.locale,
  };
  const block = viewBlock(lab, words, resting, provenance, palette);
  return {
    drawing: block
      ? drawFigure({ ...frame, block })
      : drawHeatmaps(frame, heatmaps(lab, words, resting, provenance, palette), MOST_AREA),
    words: {
      Title: title,
      Description: `${description}\n${source.join('\n')}`,
      Software: `Attention Lab ${version}`,
      ...(link ? { Source: link } : {}),
      Comment: metadata,
    },
  };
}
