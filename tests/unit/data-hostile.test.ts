// Files that lie. Each is refused with a typed reason, quickly; see the fault table of research/reliability.md, I1–I5.
import { describe, expect, it } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { importAttention } from '../../src/data/import.ts';
import { FILE_REASONS } from '../../src/data/refuse.ts';
import { npyFile, rawNpyFile, rawSafetensorsFile, safetensorsFile, textFile } from '../support/files.ts';
import { processorMs } from '../support/processor-time.ts';
import { seededUniform } from '../support/cases.ts';

const zeros = (count: number) => new Uint8Array(count);
const float32 = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

/** What came of a file: the refusal's reason and numbers, or `accepted`; anything but an AttentionError fails the test. */
function outcome(
  name: string,
  bytes: ArrayBuffer,
): { reason: string; numbers: Record<string, number>; field?: string } {
  try {
    importAttention(name, bytes);
  } catch (error) {
    if (!(error instanceof AttentionError) || error.code !== 'invalid-file') throw error;
    if (!(FILE_REASONS as readonly string[]).includes(error.detail.reason!) || error.message.length > 1000)
      throw new Error('a refusal without a known reason, or one that repeats the file', { cause: error });
    return { reason: error.detail.reason!, numbers: error.detail.numbers ?? {}, field: error.detail.field };
  }
  return { reason: 'accepted', numbers: {} };
}

const npyHeader = (shape: string, descr = "'<f4'", order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
const tensor = (more: object) => JSON.stringify({ q: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16], ...more } });

const NPY: [string, ArrayBuffer, string][] = [
  ['no magic', textFile('not numpy at all'), 'header-too-short'],
  ['magic alone', rawNpyFile('', zeros(0)).slice(0, 8), 'header-too-short'],
  ['version 9', rawNpyFile(npyHeader('(2, 2)'), zeros(16), 9), 'version-unknown'],
  ['a header longer than the file', rawNpyFile(npyHeader('(2, 2)'), zeros(0)).slice(0, 40), 'header-too-long'],
  ['20,000 bytes of header', rawNpyFile(npyHeader('(2, 2)') + ' '.repeat(20_000), zeros(16)), 'header-too-long'],
  ['a shape of 32 GiB in 80 bytes', rawNpyFile(npyHeader('(65536, 65536)', "'<f8'"), zeros(8)), 'shape-too-large'],
  ['a shape beyond the file', npyFile('<f4', [100, 100], zeros(16)), 'size-mismatch'],
  ['trailing bytes', npyFile('<f4', [2, 2], zeros(17)), 'size-mismatch'],
  ['pickled objects', rawNpyFile(npyHeader('(2, 2)', "'|O'"), zeros(16)), 'pickled-objects'],
  ['complex numbers', npyFile('<c8', [2, 2], zeros(32)), 'type-unknown'],
  ['a dtype called toString', rawNpyFile(npyHeader('(2, 2)', "'<toString'"), zeros(16)), 'type-unknown'],
  ['a structured dtype', rawNpyFile(npyHeader('(2, 2)', "[('a', '<f4')]"), zeros(16)), 'header-malformed'],
  ['code for a header', rawNpyFile("__import__('os').system('true')", zeros(16)), 'header-malformed'],
  ['a negative dimension', rawNpyFile(npyHeader('(-1, 2)'), zeros(16)), 'header-malformed'],
  ['an empty dimension', npyFile('<f4', [0, 2], zeros(0)), 'shape-malformed'],
  ['one key twice', rawNpyFile(npyHeader('(2, 2)').replace('{', "{'shape': (2, 2), "), zeros(16)), 'header-malformed'],
  ['nine dimensions', npyFile('<f4', [1, 1, 1, 1, 1, 1, 1, 2, 2], zeros(16)), 'shape-malformed'],
  ['one dimension', npyFile('<f4', [4], zeros(16)), 'dimensions-unknown'],
  ['a matrix that is no distribution', npyFile('<f4', [2, 2], float32([1, 2, 3, 4])), 'dimensions-unknown'],
  ['NaN', npyFile('<f4', [2, 2], float32([1, 0, NaN, 1])), 'not-finite'],
  ['more than float32 holds', npyFile('<f8', [1, 1], new Uint8Array(Float64Array.of(1e300).buffer)), 'not-finite'],
];

const SAFETENSORS: [string, ArrayBuffer, string][] = [
  ['eight bytes', zeros(8).buffer, 'header-too-short'],
  ['a header of 2^62 bytes', rawSafetensorsFile('{}', zeros(16), 2n ** 62n), 'header-too-long'],
  ['a header past the end', rawSafetensorsFile('{}', zeros(0), 100n), 'header-too-long'],
  ['2 MiB of header', rawSafetensorsFile(' '.repeat(2 ** 21), zeros(0)), 'header-too-long'],
  ['a list for a header', rawSafetensorsFile('[]', zeros(16)), 'header-malformed'],
  ['bytes that are no UTF-8', rawSafetensorsFile(Uint8Array.from([0x7b, 0xff, 0x7d]), zeros(16)), 'not-utf8'],
  ['deep brackets', rawSafetensorsFile('['.repeat(90_000), zeros(0)), 'too-deep'],
  ['a broken header', rawSafetensorsFile('{"q":', zeros(16)), 'not-json'],
  ['a dtype called toString', rawSafetensorsFile(tensor({ dtype: 'toString' }), zeros(16)), 'type-unknown'],
  ['a negative dimension', rawSafetensorsFile(tensor({ shape: [-2, -2] }), zeros(16)), 'shape-malformed'],
  ['half a dimension', rawSafetensorsFile(tensor({ shape: [0.5, 8] }), zeros(16)), 'shape-malformed'],
  ['a dimension of null', rawSafetensorsFile(tensor({ shape: [null, 4] }), zeros(16)), 'shape-malformed'],
  ['65536 to the fourth', rawSafetensorsFile(tensor({ shape: Array(4).fill(65536) }), zeros(16)), 'shape-too-large'],
  ['a size that is not the shape’s', rawSafetensorsFile(tensor({ shape: [2, 3] }), zeros(16)), 'size-mismatch'],
  ['offsets in reverse', rawSafetensorsFile(tensor({ data_offsets: [16, 0] }), zeros(16)), 'offsets-malformed'],
  ['offsets outside the file', rawSafetensorsFile(tensor({ data_offsets: [8, 24] }), zeros(16)), 'offsets-malformed'],
  ['a hole at the start', rawSafetensorsFile(tensor({ data_offsets: [4, 20] }), zeros(20)), 'offsets-leave-hole'],
  ['trailing bytes', rawSafetensorsFile(tensor({}), zeros(17)), 'offsets-leave-hole'],
  [
    'an overlap',
    rawSafetensorsFile(
      tensor({}).replace('}}', '},"k":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}'),
      zeros(24),
    ),
    'offsets-overlap',
  ],
  [
    '9,000 arrays',
    rawSafetensorsFile(
      JSON.stringify(Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`a${n}`, 0]))),
      zeros(0),
    ),
    'too-many-arrays',
  ],
  [
    'only __proto__',
    rawSafetensorsFile('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', zeros(4)),
    'arrays-missing',
  ],
  ['q alone', safetensorsFile([{ name: 'q', dtype: 'F32', shape: [2, 2], data: zeros(16) }]), 'arrays-missing'],
  [
    'q and query',
    safetensorsFile(['q', 'query', 'k'].map((name) => ({ name, dtype: 'F32', shape: [2, 2], data: zeros(16) }))),
    'arrays-ambiguous',
  ],
  [
    'q and k of different dimension',
    safetensorsFile([
      { name: 'q', dtype: 'F32', shape: [2, 2], data: zeros(16) },
      { name: 'k', dtype: 'F32', shape: [1, 4], data: zeros(16) },
    ]),
    'shapes-disagree',
  ],
  [
    'infinity in k',
    safetensorsFile([{ name: 'k', dtype: 'F16', shape: [1, 1], data: Uint8Array.from([0, 0x7c]) }]),
    'not-finite',
  ],
];

const CSV: [string, string, string][] = [
  ['blank lines only', '\n\n  \n', 'shape-malformed'],
  ['a short row', '1,2\n3', 'ragged'],
  ['a long row', '1,2\n3,4,5', 'ragged'],
  ['an empty cell', '1,2\n3,', 'not-a-number'],
  ['hexadecimal', '1,2\n0x10,4', 'not-a-number'],
  ['digit separators', '1,2\n1_000,4', 'not-a-number'],
  ['a formula', '1,2\n=1+1,4', 'not-a-number'],
  ['Arabic digits', '1,2\n١,4', 'not-a-number'],
  ['NaN by name', '1,2\nNaN,4', 'not-a-number'],
  ['Infinity by name', '1,2\nInfinity,4', 'not-a-number'],
  ['a thousands mark', '1;2\n1.000,5;4', 'not-a-number'],
  ['one typing error in the first row', '1,2,x\n3,4,5', 'not-a-number'],
  ['1e999', '1,2\n1e999,4', 'not-finite'],
  ['a header that does not fit', 'a,b,c\n1,2', 'tokens-mismatch'],
];

const JSON_TEXTS: [string, string, string][] = [
  ['nothing but a number', '5', 'not-an-array'],
  ['null', 'null', 'not-an-array'],
  ['no arrays that are known', '{"x":[[1]]}', 'arrays-missing'],
  ['a hundred thousand brackets', '['.repeat(1e5), 'too-deep'],
  ['five levels', '[[[[[1]]]]]', 'shape-malformed'],
  ['NaN', '[[NaN]]', 'not-finite'],
  ['minus Infinity', '[[-Infinity]]', 'not-finite'],
  ['a trailing comma', '[[1,]]', 'not-json'],
  ['1e999', '[[1e999]]', 'not-finite'],
  ['numbers as strings', '[["1"]]', 'not-a-number'],
  ['a ragged array', '[[1,2],[3]]', 'ragged'],
  ['a long first row before many empty ones', `[[${'1,'.repeat(999)}1]${',[]'.repeat(5000)}]`, 'ragged'],
  ['too many tokens', '{"weights":[[1]],"tokens":["a","b"]}', 'tokens-mismatch'],
  ['tokens that are no strings', '{"weights":[[1]],"tokens":[{}]}', 'tokens-mismatch'],
  ['an empty array', '[]', 'shape-malformed'],
];

describe('files that lie', () => {
  it.each(NPY)('npy with %s is refused', (_, bytes, reason) => {
    expect(outcome('a.npy', bytes)).toMatchObject({ reason, field: 'a.npy' });
  });

  it.each(SAFETENSORS)('safetensors with %s is refused', (_, bytes, reason) => {
    expect(outcome('a.safetensors', bytes)).toMatchObject({ reason, field: 'a.safetensors' });
  });

  it.each(CSV)('csv with %s is refused', (_, text, reason) => {
    expect(outcome('a.csv', textFile(text))).toMatchObject({ reason, field: 'a.csv' });
  });

  it.each(JSON_TEXTS)('json with %s is refused', (_, text, reason) => {
    expect(outcome('a.json', textFile(text))).toMatchObject({ reason, field: 'a.json' });
  });

  it('says where: row and column of a cell, index of a number, line of a JSON error', () => {
    expect(outcome('a.csv', textFile('h,i,j\n1,2,3\n4,5,x')).numbers).toEqual({ row: 2, column: 2 });
    expect(outcome('a.npy', npyFile('<f4', [2, 2], float32([1, 0, NaN, 1]))).numbers).toEqual({ index: 2 });
    expect(outcome('a.json', textFile('[[1,\n 2,\n NaN]]')).numbers).toEqual({ line: 3, column: 2 });
  });

  it('refuses the empty, the huge, UTF-16 and the unknown', () => {
    expect(outcome('a.npy', new ArrayBuffer(0)).reason).toBe('empty-file');
    expect(outcome('a.npy', new ArrayBuffer(64 * 2 ** 20 + 1)).reason).toBe('file-too-large');
    expect(outcome('a.json', new ArrayBuffer(32 * 2 ** 20 + 1)).reason).toBe('file-too-large');
    expect(outcome('a.csv', Uint8Array.from([0xff, 0xfe, 0x31, 0x00]).buffer).reason).toBe('not-utf8');
    expect(outcome('a.pdf', textFile('%PDF-1.7 and more')).reason).toBe('unknown-format');
    expect(outcome('constructor', textFile('hello')).reason).toBe('unknown-format');
  });

  it('answers a megabyte of text made to slow parsers down in under half a second of processor time', () => {
    const slow = ['1'.repeat(1e6), ' '.repeat(1e6), '"'.repeat(1e6), `${'1,'.repeat(5e5)}x`, `${'\t'.repeat(1e6)}x`];
    for (const text of slow)
      for (const name of ['a.csv', 'a.json']) {
        const ms = processorMs(() => outcome(name, textFile(text)));
        expect(ms, `${name} ${text.slice(0, 3)}`).toBeLessThan(500);
      }
    const header = `{'descr': '<f4', 'shape': (${'1'.repeat(9900)}`;
    expect(processorMs(() => outcome('a.npy', rawNpyFile(header, zeros(4))))).toBeLessThan(100);
  });

  it('lets nothing but refusals out of 20,000 mutants of valid files', () => {
    const rows = [0.5, 0.5, 0.25, 0.75];
    const valid: [string, ArrayBuffer][] = [
      ['a.npy', npyFile('<f4', [2, 2], float32(rows))],
      ['a.npy', npyFile('>f8', [3, 2, 2], zeros(96), { isFortran: true, version: 2 })],
      [
        'a.safetensors',
        safetensorsFile(['q', 'k', 'v'].map((name) => ({ name, dtype: 'F32', shape: [2, 2], data: float32(rows) }))),
      ],
      ['a.csv', textFile('cat,"s""at"\n0.5,0.5\n0.25,0.75')],
      ['a.json', textFile('{"weights":[[0.5,0.5],[0.25,0.75]],"tokens":["a","b"]}')],
    ];
    const uniform = seededUniform(20);
    const below = (limit: number) => Math.floor(uniform() * limit);
    let accepted = 0;
    const started = performance.now();
    for (let mutant = 0; mutant < 20_000; mutant++) {
      const [name, original] = valid[mutant % valid.length]!;
      let bytes = new Uint8Array(original.slice(0));
      for (let change = below(4); change >= 0; change--) {
        const place = below(bytes.length);
        if (uniform() < 0.7) bytes[place] = below(256);
        else if (uniform() < 0.5) bytes = bytes.slice(0, place + 1);
        else bytes = Uint8Array.from([...bytes.subarray(0, place), ...bytes.subarray(below(place + 1))]);
      }
      if (outcome(name, bytes.buffer).reason === 'accepted') accepted++;
    }
    expect(performance.now() - started).toBeLessThan(25_000);
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(12_000);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
