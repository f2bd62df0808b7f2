// Makes the file that is asked for out of what is on screen. Loaded when first needed; called by the panel "Save & copy" and, through the
// stage, by the frame's `export` message.
import { AttentionError, throwIfAborted } from '../../../contract/errors.ts';
import { MAX_EXPORT_CELLS, type CellNumbers, type SourceNumbers } from '../../../contract/workbench.ts';
import { isFullyVisible } from '../../../contract/visibility.ts';
import type { ExportedFile, ExportFormat, ExportRequest } from '../../../state/export-request.ts';
import { tokenText } from '../../../viz/axis-labels.ts';
import { cellStates } from '../../../viz/cell-states.ts';
import { exportJson } from '../../../viz/export/export-json.ts';
import { exportFileName } from '../../../viz/export/file-name.ts';
import { tabTable } from '../../../viz/export/plain-text.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import { pythonSnippet } from '../../../viz/export/python-snippet.ts';
import { queryToken, weightsCsv } from '../../../viz/export/weights-csv.ts';
import { drawPng } from '../../../ui/draw-png.ts';
import { labFigure } from './figure.ts';
import { altTextOf, descriptionOf, provenanceLines, type Words } from './describe.ts';
import type { ExportLab } from './export-lab.ts';
import { provenanceOf, sourceName, whenResting, type Resting } from './gather.ts';

type Request = Required<ExportRequest>;
type Content = BlobPart[];

const FILES: Record<ExportFormat, { extension: string; mime: string }> = {
  png: { extension: 'png', mime: 'image/png' },
  svg: { extension: 'svg', mime: 'image/svg+xml' },
  csv: { extension: 'csv', mime: 'text/csv;charset=utf-8' },
  json: { extension: 'json', mime: 'application/json' },
  numpy: { extension: 'numpy.py', mime: 'text/x-python;charset=utf-8' },
  pytorch: { extension: 'pytorch.py', mime: 'text/x-python;charset=utf-8' },
  text: { extension: 'txt', mime: 'text/plain;charset=utf-8' },
};

/** Exact cells of a JSON: beyond, the picture as it is pooled on screen. */
const MOST_JSON_CELLS = 2 ** 17;
/** Numbers of a source that a JSON carries: it has to stay below what the page reads as text again. */
const MOST_JSON_NUMBERS = 2_000_000;
const SLICE_MS = 12;

/** Takes all pieces of a long text, letting the page breathe in between. */
async function collect(pieces: Iterable<string>, signal: AbortSignal | undefined): Promise<Content> {
  const parts: string[] = [];
  let lastMs = performance.now();
  for (const piece of pieces) {
    parts.push(piece);
    if (performance.now() - lastMs < SLICE_MS) continue;
    await new Promise((next) => setTimeout(next, 0));
    throwIfAborted(signal);
    lastMs = performance.now();
  }
  return parts;
}

type Ranges = Pick<CellNumbers, 'rows' | 'columns'>;
const cellCount = ({ rows, columns }: Ranges) => (rows[1] - rows[0]) * (columns[1] - columns[0]);

async function fetchCells({ session }: ExportLab, resting: Resting, { rows, columns }: Ranges): Promise<CellNumbers> {
  const cells = await session.cells(resting.picture.head, rows, columns);
  // The setting has changed meanwhile: numbers and words would not belong together.
  if (cells.generation !== resting.computed.generation) throw new AttentionError('aborted');
  return cells;
}

async function csv(
  lab: ExportLab,
  resting: Resting,
  provenance: Provenance,
  { extent }: Request,
  signal?: AbortSignal,
) {
  const { picture, computed } = resting;
  const whole: Ranges = { rows: [0, computed.length], columns: [0, computed.keyLength] };
  const ranges: Ranges = extent === 'head' ? whole : picture;
  const count = cellCount(ranges);
  if (count > MAX_EXPORT_CELLS)
    throw new AttentionError('too-large', {
      field: 'cells',
      value: count,
      allowed: `at most ${MAX_EXPORT_CELLS} cells`,
      reason: 'too-many-cells',
      numbers: { cells: count, mostCells: MAX_EXPORT_CELLS, mostSide: Math.floor(Math.sqrt(MAX_EXPORT_CELLS)) },
    });
  const cells = await fetchCells(lab, resting, ranges);
  const { full, windowed, tokens, source } = provenance;
  return collect(weightsCsv({ layer: source.layer, cells, tokens, full, windowed }), signal);
}

function countNumbers(source: SourceNumbers): number {
  return source.kind === 'matrix' ? source.weights.length : source.q.length + source.k.length + source.v.length;
}

async function json(lab: ExportLab, words: Words, resting: Resting, provenance: Provenance): Promise<Content> {
  const { session, view, language } = lab;
  const { picture, computed } = resting;
  const numbers =
    cellCount(picture) <= MOST_JSON_CELLS
      ? ({ kind: 'cells', cells: await fetchCells(lab, resting, picture) } as const)
      : ({ kind: 'pooled', picture } as const);
  const source = resting.source.kind === 'file' ? await session.sourceNumbers() : null;
  if (source && countNumbers(source) > MOST_JSON_NUMBERS)
    throw new AttentionError('too-large', {
      field: 'source',
      value: countNumbers(source),
      allowed: `at most ${MOST_JSON_NUMBERS} numbers`,
      reason: 'too-many-numbers',
      numbers: { count: countNumbers(source), most: MOST_JSON_NUMBERS },
    });
  const { rows, columns } = picture;
  const whole = rows[0] === 0 && columns[0] === 0 && rows[1] === computed.length && columns[1] === computed.keyLength;
  return [
    exportJson({
      provenance,
      viewport: { rows, columns, whole },
      pinned: view.pinned,
      numbers,
      source,
      description: descriptionOf(words, provenance, resting),
      language: language.locale,
    }),
  ];
}

/** Both pictures as tables with tabs, under their titles. */
export function tablesOf(words: Words, { picture }: Resting, provenance: Provenance): string {
  const { text } = words;
  const { tokens } = provenance;
  const named = (token: string, index: number) => (token === '' ? String(index) : `${index} ${tokenText(token)}`);
  return (['full', 'windowed'] as const)
    .map((variant) => {
      const states = isFullyVisible(provenance[variant]) ? null : cellStates(provenance[variant], picture);
      const table = {
        ...picture,
        values: picture[variant],
        states,
        queryName: (query: number) => named(queryToken(provenance, query), query),
        keyName: (key: number) => named(tokens?.[key] ?? '', key),
      };
      const corner = `${text.word_query()} \\ ${text.word_key()}`;
      return `${text[`picture_${variant}`]()}\n${tabTable(table, corner)}`;
    })
    .join('\n');
}

/** Between the parts of a plain text; `textPart` takes them apart again. */
const PART_GAP = '\n\n';

/** One part of a plain text this file has made. */
export function textPart(whole: string, which: 'description' | 'alternative' | 'table'): string {
  const [description = '', alternative = '', , ...tables] = whole.split(PART_GAP);
  if (which === 'description') return description;
  return which === 'table' ? tables.join(PART_GAP) : alternative.slice(alternative.indexOf('\n') + 1);
}

function plainText(lab: ExportLab, words: Words, resting: Resting, provenance: Provenance): Content {
  return [
    descriptionOf(words, provenance, resting) + PART_GAP,
    `${words.text.export_alt_label()}\n${altTextOf(words, provenance, lab.values.view)}${PART_GAP}`,
    provenanceLines(words, provenance, lab, resting).join('\n') + PART_GAP,
    tablesOf(words, resting, provenance),
  ];
}

async function contentOf(lab: ExportLab, request: Request, signal: AbortSignal | undefined) {
  const resting = await whenResting(lab, signal);
  const provenance = await provenanceOf(lab, resting);
  const words: Words = { text: lab.language.text, locale: lab.language.locale };
  const make = async (): Promise<Content> => {
    switch (request.format) {
      case 'csv':
        return csv(lab, resting, provenance, request, signal);
      case 'json':
        return json(lab, words, resting, provenance);
      case 'text':
        return plainText(lab, words, resting, provenance);
      case 'numpy':
      case 'pytorch':
        return [pythonSnippet(request.format, provenance)];
      case 'svg':
        return [await labFigure(lab, words, resting, provenance, request.colors).drawing.svg('inside')];
      case 'png': {
        const figure = labFigure(lab, words, resting, provenance, request.colors);
        return [await drawPng(figure.drawing, request.scale, figure.words)];
      }
    }
  };
  const { extension, mime } = FILES[request.format];
  const filename = exportFileName({
    source: sourceName(lab, resting),
    layer: provenance.source.layer,
    head: provenance.head,
    language: words.locale,
    extension,
  });
  return { content: await make(), filename, mime };
}

export async function makeFile(lab: ExportLab, request: Request, signal?: AbortSignal): Promise<ExportedFile> {
  const { content, filename, mime } = await contentOf(lab, request, signal);
  return { blob: new Blob(content, { type: mime }), filename, mime };
}
