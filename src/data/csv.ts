// CSV, TSV and semicolon files: one matrix, with an optional header row and an optional first column of tokens (RFC 4180
// quoting). Which delimiter and decimal mark were understood is reported, never silent. Numbers follow one strict grammar:
// no blanks, no hexadecimal, no digit separators.
import type { ParsedFile } from './array.ts';
import { countOf, requireFinite } from './array.ts';
import { decodeUtf8 } from './json-text.ts';
import { refuse } from './refuse.ts';
import { readTokens } from './tokens.ts';

const LONGEST_NUMBER = 64;
const LINE_FEED = 10;
const NUMBER = /^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]{1,4})?$/;
const DELIMITERS = [
  { mark: '\t', note: 'delimiter-tab' },
  { mark: ';', note: 'delimiter-semicolon' },
  { mark: ',', note: 'delimiter-comma' },
] as const;

/** NaN for anything outside the grammar; Infinity for what is beyond float64. */
function readNumber(cell: string, decimalComma: boolean): number {
  const text = cell.trim();
  if (text === '' || text.length > LONGEST_NUMBER || (decimalComma && text.includes('.'))) return NaN;
  const plain = decimalComma ? text.replace(',', '.') : text;
  return NUMBER.test(plain) ? Number(plain) : NaN;
}

/** Rows of cells; quoted cells may hold anything, with `""` for a quote. Blank lines are left out. */
function* rowsOf(text: string, delimiter: string): Generator<string[]> {
  const mark = delimiter.charCodeAt(0);
  let cells: string[] = [];
  let index = 0;
  while (index <= text.length) {
    let cell = '';
    if (text[index] === '"') {
      let from = ++index;
      while (index < text.length && (text[index] !== '"' || text[index + 1] === '"')) {
        if (text[index] === '"') {
          cell += text.slice(from, ++index);
          from = index + 1;
        }
        index++;
      }
      cell += text.slice(from, index++);
    }
    const from = index;
    // Compared as numbers: a file may hold a million cells.
    for (; index < text.length; index++) {
      const letter = text.charCodeAt(index);
      if (letter === mark || letter === LINE_FEED) break;
    }
    cell += text.slice(from, text[index - 1] === '\r' ? Math.max(from, index - 1) : index);
    cells.push(cell);
    if (text[index] !== delimiter) {
      if (cells.length > 1 || cells[0]!.trim() !== '') yield cells;
      cells = [];
    }
    index++;
  }
}

/** Our own export puts a quote before cells a spreadsheet would run as a formula; take it off again. */
function tokenOf(cell: string): string {
  return /^'[=+\-@\t]/.test(cell) ? cell.slice(1) : cell;
}

/** Most cells are words and none but the corner is blank. A first row with one bad number is no header. */
function isHeader(cells: string[], isNumber: (cell: string) => boolean): boolean {
  if (cells.some((cell, column) => column > 0 && cell.trim() === '')) return false;
  const words = cells.filter((cell) => !isNumber(cell)).length;
  return words * 2 > cells.length;
}

function delimiterOf(firstLine: string): (typeof DELIMITERS)[number] | null {
  // A doubled quote leaves and enters again.
  const outside = firstLine.replace(/"[^"]*("|$)/g, '');
  return DELIMITERS.find(({ mark }) => outside.includes(mark)) ?? null;
}

/** The numbers of a body row, or a refusal that names its row and column (both from 0, header and labels counted). */
function readRow(file: string, cells: string[], skip: number, row: number, decimalComma: boolean): number[] {
  return cells.slice(skip).map((cell, column) => {
    const value = readNumber(cell, decimalComma);
    const numbers = { row, column: column + skip };
    if (Number.isNaN(value))
      return refuse(file, 'not-a-number', { value: cell, allowed: 'numbers such as 0.25', numbers });
    if (!Number.isFinite(Math.fround(value)))
      return refuse(file, 'not-finite', { value: cell, allowed: 'finite numbers', numbers });
    return value;
  });
}

export function parseCsv(file: string, bytes: ArrayBuffer): ParsedFile {
  // The decoder takes a byte-order mark away.
  const text = decodeUtf8(file, new Uint8Array(bytes));
  const lineEnd = text.indexOf('\n');
  const delimiter = delimiterOf(lineEnd < 0 ? text : text.slice(0, lineEnd));
  const notes: string[] = delimiter ? [delimiter.note] : [];
  const mark = delimiter?.mark ?? ',';
  const isNumberSomehow = (cell: string) =>
    !Number.isNaN(readNumber(cell, false)) || (mark !== ',' && !Number.isNaN(readNumber(cell, true)));
  let header: string[] | null = null;
  const labels: string[] = [];
  const values: number[] = [];
  let skip = 0;
  let width = -1;
  let decimalComma: boolean | null = null;
  let row = -1;
  for (const cells of rowsOf(text, mark)) {
    row++;
    if (row === 0 && isHeader(cells, isNumberSomehow)) {
      header = cells.map(tokenOf);
      continue;
    }
    if (width < 0) {
      width = cells.length;
      skip = cells.length > 1 && !isNumberSomehow(cells[0]!) && cells.slice(1).every(isNumberSomehow) ? 1 : 0;
    }
    if (cells.length !== width)
      refuse(file, 'ragged', {
        value: `row ${row + 1}`,
        allowed: `${width} cells in every row`,
        numbers: { row, expected: width, found: cells.length },
      });
    if (skip) labels.push(tokenOf(cells[0]!));
    const hasComma = mark !== ',' && cells.slice(skip).some((cell) => cell.includes(','));
    if (hasComma && decimalComma === null) decimalComma = true;
    else if (decimalComma === null && cells.slice(skip).some((cell) => cell.includes('.'))) decimalComma = false;
    for (const value of readRow(file, cells, skip, row, decimalComma ?? false)) values.push(value);
  }
  if (width - skip < 1) return refuse(file, 'shape-malformed', { value: 'no numbers', allowed: 'rows of numbers' });
  if (decimalComma) notes.push('decimal-comma');
  const shape = [values.length / (width - skip), width - skip];
  countOf(file, shape);
  const array = { name: 'matrix', shape, type: 'CSV', values: Float32Array.from(values) };
  requireFinite(file, 'matrix', array.values);
  const named = header && header.length === width ? header.slice(skip) : header;
  const tokens = named ?? (skip ? labels : null);
  if (header) notes.push('header-of-tokens');
  return { arrays: [array], tokens: tokens && readTokens(file, tokens), notes };
}
