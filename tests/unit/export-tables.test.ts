// Exports as tables and file names: quoting, formulas, foreign scripts, exact numbers.
import { expect, describe, it } from 'vitest';
import { exportFileName, fileNamePart } from '../../src/viz/export/file-name.ts';
import { csvNumber, csvText, float32Text } from '../../src/viz/export/csv.ts';
import { tabTable } from '../../src/viz/export/plain-text.ts';
import { weightsCsv } from '../../src/viz/export/weights-csv.ts';
import { cellStates } from '../../src/viz/cell-states.ts';
import { caseTensors } from '../support/cases.ts';
import { cellsFor, provenanceFor } from '../support/export.ts';

/** RFC 4180, read by the book: what a careful reader makes of the text. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  for (let n = 0; n < text.length; n++) {
    if (text[n] === '"') {
      for (n++; text[n] !== '"' || text[n + 1] === '"'; n++) {
        if (n >= text.length) throw new Error('an open quote');
        if (text[n] === '"') n++;
        cell += text[n];
      }
    } else if (text[n] === ',') {
      rows.at(-1)!.push(cell);
      cell = '';
    } else if (text[n] === '\r' && text[n + 1] === '\n') {
      rows.at(-1)!.push(cell);
      cell = '';
      n++;
      rows.push([]);
    } else cell += text[n];
  }
  if (cell !== '' || rows.pop()!.length > 0) throw new Error('no line end after the last row');
  return rows;
}

const HOSTILE = [
  '"cat"',
  'a\nb',
  '=cmd()',
  '+1',
  '-1',
  '@x',
  '\tt',
  '\rr',
  '＝1',
  'שלום',
  '👩‍👩‍👧',
  '猫',
  ',',
  '',
  "'",
  'x,"y"',
];

describe('a cell of words', () => {
  it.each(HOSTILE)('%j comes back from a reader, with an apostrophe only where a formula would run', (token) => {
    const [[read]] = readCsv(`${csvText(token)},\r\n`) as [[string]];
    const isFormula = /^[=+\-@\t\r＝]/.test(token);
    expect(read).toBe(isFormula ? `'${token}` : token);
    expect(read).not.toMatch(/^[=+\-@\t\r\n＝]/);
  });

  it('of numbers stays a number, negative or not', () => {
    expect([csvNumber(-0.5), csvNumber(1e-9), csvNumber(NaN), csvNumber(null)]).toEqual(['-0.5', '1e-9', '', '']);
  });
});

describe('float32 as text', () => {
  it('is the shortest that reads back the same', () => {
    expect(float32Text(Math.fround(0.1))).toBe('0.1');
    expect(float32Text(Math.fround(1 / 3))).toBe('0.33333334');
    expect(float32Text(-0)).toBe('-0');
    expect(float32Text(0)).toBe('0');
  });

  it('loses nothing of 20,000 bit patterns, subnormal ones included', () => {
    const bits = new Uint32Array(1);
    const view = new Float32Array(bits.buffer);
    for (let n = 0; n < 20_000; n++) {
      bits[0] = Math.imul(n + 1, 0x9e3779b1);
      if (!Number.isFinite(view[0]!)) continue;
      expect(Math.fround(Number(float32Text(view[0]!)))).toBe(view[0]);
    }
    bits[0] = 1;
    expect(Math.fround(Number(float32Text(view[0]!)))).toBe(view[0]);
  });
});

describe('the table of weights', () => {
  const problem = { heads: 2, queryLength: 3, headDim: 4, mask: { causal: true, window: { left: 1, right: 0 } } };
  const provenance = provenanceFor(problem);
  const tensors = caseTensors({ name: 'export table', problem });
  const cells = cellsFor(provenance, tensors, 1);
  const tokens = ['=SUM(A1)', 'a"b', '猫'];
  const text = [...weightsCsv({ ...provenance, layer: 0, cells, tokens })].join('');
  const rows = readCsv(text.slice(1));

  it('begins with a byte order mark and one header, and has a line per cell', () => {
    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect(rows[0]).toEqual(
      'layer,head,query_index,query_token,key_index,key_token,score,weight,windowed_weight'.split(','),
    );
    expect(rows).toHaveLength(10);
    expect(rows.every((row) => row.length === 9)).toBe(true);
  });

  it('gives the very numbers, and nothing where the mask hides the key', () => {
    const [, first, , , , , , last] = rows as [string[], string[], string[], string[], string[], string[], string[], string[]]; // prettier-ignore
    expect(first.slice(0, 6)).toEqual(['0', '1', '0', "'=SUM(A1)", '0', "'=SUM(A1)"]);
    expect(first.slice(7)).toEqual(['1', '1']);
    expect(last.slice(2, 6)).toEqual(['2', '猫', '0', "'=SUM(A1)"]);
    expect(Math.fround(Number(last[6]))).toBe(cells.scores![6]);
    expect(Math.fround(Number(last[7]))).toBe(cells.full[6]);
    expect(last[7]).not.toBe('');
    expect(last[8]).toBe('');
    // Query 0, key 2: after the query.
    expect(rows[3]!.slice(7)).toEqual(['', '']);
    expect(rows[3]![6]).not.toBe('');
  });

  it('of fewer queries than keys names a query by its own position', () => {
    const decoding = { heads: 1, queryLength: 1, keyLength: 3, headDim: 4 };
    const one = provenanceFor(decoding);
    const all = cellsFor(one, caseTensors({ name: 'decode', problem: decoding }), 0);
    const lines = readCsv([...weightsCsv({ layer: 0, cells: all, ...one, tokens: ['a', 'b', 'c'] })].join('').slice(1));
    expect(lines[1]!.slice(2, 6)).toEqual(['0', 'c', '0', 'a']);
  });

  it('with tabs keeps every cell in its place, whatever the tokens hold', () => {
    const view = { rows: [0, 3] as const, columns: [0, 3] as const, height: 3, width: 3 };
    const states = cellStates(provenance.windowed, view);
    const name = (index: number) => ['=a\tb', 'x\ny', '猫'][index]!;
    const table = tabTable(
      { ...view, values: cells.windowed, states, queryName: name, keyName: name },
      'query \\ key',
    ).split('\n');
    expect(table).toHaveLength(5);
    expect(table[0]!.split('\t')).toEqual(['query \\ key', "'=a b", 'x y', '猫']);
    expect(table[1]!.split('\t')).toEqual(["'=a b", '1', '', '']);
    const pooled = { ...view, height: 2, width: 1 };
    const blocks = tabTable({ ...pooled, values: Float32Array.of(0.5, 1), states: null, queryName: name, keyName: name }, ''); // prettier-ignore
    expect(blocks).toBe("\t0–2\n'=a b\t0.5\n1–2\t1\n");
  });
});

describe('file names', () => {
  const name = (source: string, language = 'en') =>
    exportFileName({ source, layer: 1, head: 4, language, extension: 'png' });

  it('say source, layer, head and language', () => {
    expect(name('local')).toBe('attention-lab_local_L2H5_en.png');
    expect(name('The animal didn’t cross the street because it was too tired', 'zh-Hans')).toBe(
      'attention-lab_the-animal-didn-t-cross-the_L2H5_zh-Hans.png',
    );
    expect(name('滑动窗口。注意力')).toBe('attention-lab_滑动窗口-注意力_L2H5_en.png');
  });

  it('hold no separators, controls or reserved characters, and are never long', () => {
    for (const hostile of [
      '../../etc/passwd',
      'a:b*c?"<>|',
      'con\u0000\u202egnp',
      '.hidden',
      '👩',
      '',
      '猫'.repeat(500),
    ])
      expect(fileNamePart(hostile)).toMatch(/^[\p{L}\p{M}\p{N}-]{1,32}$/u);
  });
});
