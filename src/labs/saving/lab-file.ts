// The file that is asked for out of what a lab shows: its pictures, its tables and its words, each with where they come from. Loaded when
// first needed. The attention lab, whose picture is a raster and whose numbers are many, makes its own (`attention/export/`).
import { AttentionError } from '../../contract/errors.ts';
import { VERSION } from '../../contract/version.ts';
import type { LabValues } from '../../params/schema.ts';
import { stateOf } from '../../params/state.ts';
import { viewLink } from '../../params/view-link.ts';
import type { ExportedFile, ExportRequest } from '../../state/export-request.ts';
import { drawPng } from '../../ui/draw-png.ts';
import { blockOfSvgs } from '../../ui/svg-block.ts';
import { BYTE_ORDER_MARK, CSV_LINE_END, csvNumber, csvText } from '../../viz/export/csv.ts';
import { EXPORT_SCHEMA } from '../../viz/export/export-json.ts';
import { drawFigure } from '../../viz/export/figure.ts';
import { PALETTES, type PaletteName } from '../../viz/export/palette.ts';

export type TableCell = string | number | null;
export interface ExportTable {
  /** What it holds; the first column of the CSV tells tables apart by it where there are several. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly TableCell[])[];
}

/** What a lab shows, made at the moment of saving. */
export interface LabContent {
  /** Short; becomes part of the file's name. Letters, digits, hyphens. */
  name: string;
  title: string;
  subtitle: string;
  /** In a paragraph, for those who cannot see it. */
  description: string;
  /** Where it comes from: settings, device, clock, seed; a paragraph each. The address is added. */
  source: readonly string[];
  /** SVG pictures on the page; none leaves the lab without PNG and SVG. */
  pictures: readonly SVGSVGElement[];
  tables: readonly ExportTable[];
  /** Everything measured or drawn, as plain JSON. */
  results: unknown;
  values: LabValues;
  siteUrl: string;
}

const cell = (value: TableCell) => (typeof value === 'string' ? csvText(value) : csvNumber(value));

function csvOf(tables: readonly ExportTable[]): string {
  const lines = tables.flatMap(({ name, columns, rows }) => [
    ['table', ...columns].map(csvText).join(','),
    ...rows.map((row) => [csvText(name), ...row.map(cell)].join(',')),
  ]);
  return BYTE_ORDER_MARK + lines.map((line) => line + CSV_LINE_END).join('');
}

function textOf(content: LabContent, source: readonly string[]): string {
  const table = ({ name, columns, rows }: ExportTable) =>
    [name, columns.join('\t'), ...rows.map((row) => row.map((value) => value ?? '').join('\t'))].join('\n');
  return `${[`${content.title}\n${content.description}`, source.join('\n'), ...content.tables.map(table)].join('\n\n')}\n`;
}

/** What opens again, and what a script reads: settings, and whatever was measured or drawn with them. */
export function savedJson(
  { values, description, results }: Pick<LabContent, 'values' | 'description' | 'results'>,
  link: string | null,
): string {
  const params = stateOf(values).p;
  const whole = {
    schema: EXPORT_SCHEMA,
    version: VERSION,
    app: 'Attention Lab',
    link,
    language: values.lang,
    description,
    params,
    results,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function paletteFor(colors: 'page' | 'light') {
  const theme = document.documentElement.dataset['theme'] ?? 'light';
  const name: PaletteName = colors === 'page' && theme in PALETTES ? (theme as PaletteName) : 'light';
  return PALETTES[name];
}

async function pictureOf(content: LabContent, link: string | null, source: readonly string[], request: Request) {
  const { title, subtitle, description, pictures, values } = content;
  const metadata = JSON.stringify({ version: VERSION, link, params: stateOf(values).p });
  const drawing = drawFigure({
    title,
    subtitle,
    description,
    block: blockOfSvgs(pictures, request.colors),
    source,
    metadata,
    palette: paletteFor(request.colors),
    language: values.lang,
  });
  if (request.format === 'svg') return drawing.svg('inside');
  const words = {
    Title: title,
    Description: `${description}\n${source.join('\n')}`,
    Software: `Attention Lab ${VERSION}`,
    ...(link ? { Source: link } : {}),
    Comment: metadata,
  };
  return drawPng(drawing, request.scale, words);
}

type Request = Required<ExportRequest>;

const FILES: Readonly<Partial<Record<Request['format'], { extension: string; mime: string }>>> = {
  png: { extension: 'png', mime: 'image/png' },
  svg: { extension: 'svg', mime: 'image/svg+xml' },
  csv: { extension: 'csv', mime: 'text/csv;charset=utf-8' },
  json: { extension: 'json', mime: 'application/json' },
  text: { extension: 'txt', mime: 'text/plain;charset=utf-8' },
};

/** Rejects with `invalid-problem` (field `format`) for a format the lab has not. */
export async function makeLabFile(content: LabContent, request: Request): Promise<ExportedFile> {
  const { format } = request;
  const file = FILES[format];
  const isPicture = format === 'png' || format === 'svg';
  if (!file || (isPicture && content.pictures.length === 0)) {
    const allowed = `${content.pictures.length > 0 ? 'png, svg, ' : ''}csv, json, text`;
    throw new AttentionError('invalid-problem', { field: 'format', value: format, allowed });
  }
  const link = await viewLink(content.siteUrl, content.values);
  const source = [...content.source, `Attention Lab ${VERSION}${link ? ` · ${link}` : ''}`];
  const made = isPicture
    ? await pictureOf(content, link, source, request)
    : format === 'csv'
      ? csvOf(content.tables)
      : format === 'json'
        ? savedJson(content, link)
        : textOf(content, source);
  const { lab, lang } = content.values;
  const filename = `attention-lab_${lab}_${content.name}_${lang}.${file.extension}`;
  return { blob: new Blob([made], { type: file.mime }), filename, mime: file.mime };
}
