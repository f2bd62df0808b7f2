import { describe, expect, it } from 'vitest';
import { importAttention, type ImportedMatrix, type ImportedTensors } from '../../src/data/import.ts';
import { npyFile, safetensorsFile, textFile } from '../support/files.ts';

const float32 = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const ramp = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n / 8);
const asTensors = (name: string, bytes: ArrayBuffer) => importAttention(name, bytes) as ImportedTensors;
const asMatrix = (name: string, bytes: ArrayBuffer) => importAttention(name, bytes) as ImportedMatrix;
const uniformRows = [0.5, 0.5, 0.25, 0.75];

describe('.npy', () => {
  it('reads a square of distributions as a weights matrix, for one head and for several', () => {
    const one = asMatrix('a.npy', npyFile('<f4', [2, 2], float32(uniformRows)));
    expect(one).toMatchObject({ kind: 'matrix', heads: 1, queryLength: 2, keyLength: 2, tokens: null });
    expect([...one.weights]).toEqual(uniformRows);
    const three = asMatrix(
      'a.npy',
      npyFile('<f4', [1, 3, 2, 2], float32([...uniformRows, ...uniformRows, 1, 0, 0, 1])),
    );
    expect(three).toMatchObject({ kind: 'matrix', heads: 3, queryLength: 2, keyLength: 2 });
  });

  it('takes a leading three for Q, K and V', () => {
    const read = asTensors('a.npy', npyFile('<f4', [3, 2, 2, 4], float32(ramp(48))));
    expect(read).toMatchObject({ kind: 'qkv', heads: 2, kvHeads: 2, queryLength: 2, keyLength: 2, headDim: 4 });
    expect([...read.k]).toEqual(ramp(16, 2));
    expect([...read.v]).toEqual(ramp(16, 4));
    expect(read.understood.notes).toEqual(['stacked-qkv']);
    expect(read.k.buffer).not.toBe(read.q.buffer);
  });

  it('puts Fortran order and big-endian numbers right and says so', () => {
    const columns = new Uint8Array(32);
    const view = new DataView(columns.buffer);
    [0.5, 0.25, 0.5, 0.75].forEach((value, n) => view.setFloat64(8 * n, value));
    const read = asMatrix('a.npy', npyFile('>f8', [2, 2], columns, { isFortran: true }));
    expect([...read.weights]).toEqual(uniformRows);
    expect(read.understood.notes).toEqual(['fortran-order', 'big-endian']);
  });

  it('transposes three axes as NumPy does', () => {
    // Element [a, b, c] of shape [3, 2, 4] holds 100a + 10b + c; Fortran order runs through a first.
    const stored: number[] = [];
    for (let c = 0; c < 4; c++)
      for (let b = 0; b < 2; b++) for (let a = 0; a < 3; a++) stored.push(100 * a + 10 * b + c);
    const read = asTensors('a.npy', npyFile('<f4', [3, 2, 4], float32(stored), { isFortran: true }));
    expect([...read.q]).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
    expect([...read.v]).toEqual([200, 201, 202, 203, 210, 211, 212, 213]);
  });

  it('reads half precision, whole numbers and versions 2 and 3', () => {
    const halves = Uint8Array.from([0x00, 0x38, 0x00, 0x38, 0x00, 0x34, 0x00, 0x3a]);
    expect([...asMatrix('a.npy', npyFile('<f2', [2, 2], halves)).weights]).toEqual(uniformRows);
    for (const version of [2, 3])
      expect([
        ...asMatrix('a.npy', npyFile('|i1', [2, 2], Uint8Array.from([1, 0, 0, 1]), { version })).weights,
      ]).toEqual([1, 0, 0, 1]);
  });
});

describe('.safetensors', () => {
  it('finds q, k and v by the last word of their names and keeps grouped heads', () => {
    const read = asTensors(
      'a.safetensors',
      safetensorsFile([
        { name: 'layer.0.Value', dtype: 'F32', shape: [1, 1, 3, 2], data: float32(ramp(6, 3)) },
        { name: 'layer.0.Query', dtype: 'F32', shape: [1, 2, 4, 2], data: float32(ramp(16)) },
        { name: 'layer.0.Key', dtype: 'F32', shape: [1, 1, 3, 2], data: float32(ramp(6, 2)) },
      ]),
    );
    expect(read).toMatchObject({ heads: 2, kvHeads: 1, queryLength: 4, keyLength: 3, headDim: 2 });
    expect([...read.k]).toEqual(ramp(6, 2));
    expect(read.understood.arrays.map(({ role, name, type }) => [role, name, type])).toEqual([
      ['q', 'layer.0.Query', 'F32'],
      ['k', 'layer.0.Key', 'F32'],
      ['v', 'layer.0.Value', 'F32'],
    ]);
  });

  it('uses K for V when V is missing, takes the first of several layers, and says both', () => {
    const layer = (n: number) =>
      ['q', 'k'].map((role) => ({ name: `${n}.${role}`, dtype: 'F32', shape: [2, 2], data: float32(ramp(4, n)) }));
    const read = asTensors('a.safetensors', safetensorsFile([...layer(0), ...layer(1)]));
    expect([...read.v]).toEqual(ramp(4, 0));
    expect(read.understood.notes).toEqual(['several-layers-took-first', 'v-missing-used-k']);
  });

  it.each([
    ['BF16', [0x00, 0x3f, 0x00, 0x3f, 0x80, 0x3e, 0x40, 0x3f]],
    ['F16', [0x00, 0x38, 0x00, 0x38, 0x00, 0x34, 0x00, 0x3a]],
    ['F64', [...new Uint8Array(Float64Array.from(uniformRows).buffer)]],
  ])('reads %s', (dtype, data) => {
    const file = safetensorsFile([{ name: 'attn', dtype, shape: [2, 2], data: Uint8Array.from(data) }]);
    expect([...asMatrix('a.safetensors', file).weights]).toEqual(uniformRows);
  });
});

describe('.csv', () => {
  it('reads a bare matrix and reports the comma', () => {
    const read = asMatrix('a.csv', textFile('0.5,0.5\r\n0.25,0.75\r\n'));
    expect([...read.weights]).toEqual(uniformRows);
    expect(read.understood.notes).toEqual(['delimiter-comma']);
    expect(read.tokens).toBeNull();
  });

  it('reads header, row labels, quoted tokens and a byte-order mark', () => {
    const read = asMatrix('a.csv', textFile('\uFEFF,"a,""b""",\'=1+1\n"a,""b""",0.5,0.5\n\'=1+1,0.25,0.75'));
    expect(read.tokens).toEqual(['a,"b"', '=1+1']);
    expect([...read.weights]).toEqual(uniformRows);
    expect(read.understood.notes).toContain('header-of-tokens');
  });

  it('reads decimal commas between semicolons or tabs, and says so', () => {
    for (const mark of [';', '\t']) {
      const read = asMatrix('a.csv', textFile(`0,5${mark}0,5\n0,25${mark}0,75`));
      expect([...read.weights]).toEqual(uniformRows);
      expect(read.understood.notes).toContain('decimal-comma');
    }
  });

  it('shows what is no distribution as it is, with remarks', () => {
    const read = asMatrix('a.csv', textFile('1,2,3\n-1,0,1e-3'));
    expect(read).toMatchObject({ queryLength: 2, keyLength: 3 });
    expect([...read.weights]).toEqual([1, 2, 3, -1, 0, Math.fround(1e-3)]);
    expect(read.understood.notes).toEqual(['delimiter-comma', 'rows-do-not-sum-to-one', 'negative-values']);
  });

  it('takes labels alone as tokens, and a single number as a matrix of one', () => {
    expect(asMatrix('a.csv', textFile('cat,0.5,0.5\nsat,0.25,0.75')).tokens).toEqual(['cat', 'sat']);
    expect(asMatrix('a.csv', textFile('1')).keyLength).toBe(1);
  });
});

describe('.json', () => {
  it('reads q, k and v, ignoring other fields aloud', () => {
    const q = [
      [1, 2],
      [3, 4],
    ];
    const read = asTensors('a.json', textFile(JSON.stringify({ q, K: q, v: [q], note: 'x', tokens: ['a', 'b'] })));
    expect([...read.k]).toEqual([1, 2, 3, 4]);
    expect(read.tokens).toEqual(['a', 'b']);
    expect(read.understood.notes).toEqual(['ignored-fields']);
  });

  it('reads weights with hostile tokens as plain strings', () => {
    const tokens = ['<img src=x onerror=alert(1)>', '__proto__'];
    const read = asMatrix(
      'a.json',
      textFile(JSON.stringify({ weights: [uniformRows.slice(0, 2), [0.25, 0.75]], tokens })),
    );
    expect(read.tokens).toEqual(tokens);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('reads a bare nested array and keeps the caller’s bytes', () => {
    const bytes = textFile('[[0.5,0.5],[0.25,0.75]]');
    expect([...asMatrix('a.json', bytes).weights]).toEqual(uniformRows);
    expect(bytes.byteLength).toBe(23);
  });
});
