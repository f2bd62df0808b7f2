// A saved JSON opened again: the same settings, the same numbers to the last bit; and files of ours that lie.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import { NORMALISATION, VERSION } from '../../src/contract/version.ts';
import type { CellNumbers, Setting, SourceSpec } from '../../src/contract/workbench.ts';
import { importAttention } from '../../src/data/import.ts';
import { FILE_REASONS } from '../../src/data/refuse.ts';
import { readSavedView, SAVED_DEPTH, SAVED_SCHEMA } from '../../src/data/saved-view.ts';
import { LocalWorkbench } from '../../src/engine/workbench.ts';
import { restoredValues } from '../../src/params/restored-values.ts';
import { defaultValues, type LabValues } from '../../src/params/schema.ts';
import { stateOf } from '../../src/params/state.ts';
import { EXPORT_SCHEMA, exportJson, type SavedPicture } from '../../src/viz/export/export-json.ts';
import { caseTensors, seededUniform } from '../support/cases.ts';
import { cellsFor, provenanceFor } from '../support/export.ts';
import { safetensorsFile, textFile } from '../support/files.ts';
import { createReferenceBackend } from '../support/reference-backend.ts';

const never = () => false;

/** Opens a source in a workbench of its own, computes it, hands it over, and frees everything. */
async function withBench<T>(
  spec: SourceSpec,
  setting: Setting,
  use: (bench: LocalWorkbench) => Promise<T>,
): Promise<T> {
  const bench = new LocalWorkbench(() => async (kind) => createReferenceBackend({ kind }));
  try {
    await bench.start({ weightsUrl: '', exampleUrl: '', tunesWhenIdle: false }, () => {});
    await bench.openSource(spec, () => {});
    await bench.compute(setting, () => {});
    return await use(bench);
  } finally {
    await bench.dispose();
  }
}

/** What the page asks the workbench for at these values. */
function asked(values: LabValues, file: { name: string; bytes: ArrayBuffer } | null) {
  const length = values.n ?? 20;
  const { signal, seed, heads, dim: headDim, left, right, causal, dilation, global } = values;
  const spec: SourceSpec = file
    ? { kind: 'file', ...file }
    : { kind: 'synthetic', signal, seed, length, heads, headDim };
  const mask = { causal, window: { left, right }, dilation, globalTokens: global };
  return { spec, setting: { length, heads, mask, backend: 'cpu' } satisfies Setting };
}

function saved(values: LabValues, cells: CellNumbers, more: Partial<SavedPicture> = {}): string {
  const { causal, left, right, dilation, global } = values;
  const problem = {
    heads: values.heads,
    queryLength: values.n ?? 20,
    headDim: values.dim,
    mask: { causal, window: { left, right }, dilation, globalTokens: global },
  };
  return exportJson({
    provenance: provenanceFor(problem, { params: stateOf(values).p, head: cells.head }),
    viewport: { rows: cells.rows, columns: cells.columns, whole: false },
    pinned: { query: 3, key: 1 },
    numbers: { kind: 'cells', cells },
    source: null,
    description: 'A picture',
    language: values.lang,
    ...more,
  });
}

const same = (a: Float32Array | null, b: Float32Array | null) =>
  expect(new Uint32Array(a!.buffer, a!.byteOffset, a!.length)).toEqual(
    new Uint32Array(b!.buffer, b!.byteOffset, b!.length),
  );

function sameCells(a: CellNumbers, b: CellNumbers): void {
  for (const part of ['full', 'windowed', 'scores', 'fullLogSumExp', 'windowedLogSumExp'] as const)
    same(a[part], b[part]);
}

describe('a view saved and opened again', () => {
  it('of synthetic numbers is the same to the last bit, in another language', async () => {
    const values: LabValues = {
      ...defaultValues('en'),
      ...{ source: 'synthetic', signal: 'copy', seed: 99, n: 20, heads: 3, dim: 8, head: 2, query: 3, key: 1 },
      ...{ causal: true, left: 5, right: 0, dilation: 2, global: 1, scale: 'log' },
    } as LabValues;
    const first = asked(values, null);
    const cells = await withBench(first.spec, first.setting, (bench) => bench.cells(2, [4, 12], [0, 9]));
    const bytes = textFile(saved(values, cells));
    const view = readSavedView('view.json', bytes)!;
    expect(view).toMatchObject({ hasNumbers: false, viewport: { rows: [4, 12], columns: [0, 9] } });
    const { patch, notices } = restoredValues(view.params, defaultValues('zh-Hans'), never);
    expect(notices).toEqual([]);
    expect(patch).toEqual({ ...values, lang: 'zh-Hans' });
    const second = asked({ ...defaultValues('zh-Hans'), ...patch }, null);
    const again = await withBench(second.spec, second.setting, (bench) =>
      bench.cells(patch.head!, view.viewport!.rows, view.viewport!.columns),
    );
    sameCells(again, cells);
    // And what the file itself says of them.
    const { weights } = JSON.parse(new TextDecoder().decode(bytes));
    same(Float32Array.from(weights.windowed.flat()), cells.windowed);
    same(Float32Array.from(weights.scores.flat()), cells.scores);
  });

  it('of a file carries Q, K and V, grouped heads and tokens included', async () => {
    const problem = { heads: 4, kvHeads: 2, queryLength: 6, keyLength: 9, headDim: 3 };
    const tensors = caseTensors({ name: 'saved file', problem });
    const file = {
      name: 'mine.safetensors',
      bytes: safetensorsFile(
        (['q', 'k', 'v'] as const).map((name) => ({
          name,
          dtype: 'F32',
          shape: name === 'q' ? [4, 6, 3] : [2, 9, 3],
          data: new Uint8Array(tensors[name].buffer),
        })),
      ),
    };
    const values: LabValues = { ...defaultValues('en'), n: 6, heads: 4, left: 2, right: 1 };
    const { setting } = asked(values, file);
    const [cells, source] = await withBench(
      { kind: 'file', ...file },
      setting,
      async (bench) => [await bench.cells(3, [0, 6], [0, 9]), await bench.sourceNumbers()] as const,
    );
    const tokens = ['=1+1', '"', '\u202e', '猫', '👩‍👩‍👧', 'a\nb', '', '\ud800', 'z'];
    const provenance = provenanceFor(problem, { tokens, params: stateOf(values).p });
    const about = { ...provenance.source, kind: 'file', name: 'mine.safetensors' } as const;
    const bytes = textFile(saved(values, cells, { source, provenance: { ...provenance, source: about } }));
    expect(readSavedView('view.json', bytes)).toMatchObject({ hasNumbers: true });
    const imported = importAttention('view.json', bytes);
    if (imported.kind !== 'qkv') throw new Error('not Q, K and V');
    same(imported.q, tensors.q);
    same(imported.v, tensors.v);
    expect(imported).toMatchObject({ heads: 4, kvHeads: 2, queryLength: 6, keyLength: 9, headDim: 3 });
    expect(imported.tokens).toEqual(tokens);
    const again = await withBench({ kind: 'file', name: 'view.json', bytes }, setting, (bench) =>
      bench.cells(3, [0, 6], [0, 9]),
    );
    sameCells(again, cells);
  });

  it('of a ready matrix carries the matrix', async () => {
    const file = { name: 'm.csv', bytes: textFile('0.5,0.5,0\n0.2,0.3,0.5\n0,0,1\n') };
    const setting: Setting = { length: 3, heads: 1, mask: { window: { left: 1, right: 0 } }, backend: 'cpu' };
    const [cells, source] = await withBench(
      { kind: 'file', ...file },
      setting,
      async (bench) => [await bench.cells(0, [0, 3], [0, 3]), await bench.sourceNumbers()] as const,
    );
    expect(cells.scores).toBeNull();
    const bytes = textFile(saved({ ...defaultValues('en'), n: 3, left: 1, right: 0 }, cells, { source }));
    const imported = importAttention('view.json', bytes);
    expect(imported).toMatchObject({ kind: 'matrix', queryLength: 3 });
    const again = await withBench({ kind: 'file', name: 'v.json', bytes }, setting, (bench) =>
      bench.cells(0, [0, 3], [0, 3]),
    );
    same(again.windowed, cells.windowed);
  });

  it('leaves locked settings and the page’s own alone', () => {
    const current = { ...defaultValues('en'), theme: 'dark', heads: 2, hide: ['lesson'] } as LabValues;
    const params = { heads: 9, n: 64, theme: 'light', lang: 'zh-Hans', hide: [], LOCK: ['n'], left: -1 };
    const { patch, notices } = restoredValues(params, current, (id) => id === 'heads');
    expect(patch).toMatchObject({
      heads: 2,
      n: 64,
      theme: 'dark',
      lang: 'en',
      hide: ['lesson'],
      lock: [],
      left: Infinity,
    });
    expect(notices.map((notice) => ('parameter' in notice ? notice.parameter : ''))).toEqual(['left']);
  });
});

describe('what every saved view says', () => {
  const problem = { heads: 2, queryLength: 4, headDim: 2, mask: { causal: true, window: { left: 1, right: 0 } } };
  const provenance = provenanceFor(problem);
  const cells = cellsFor(provenance, caseTensors({ name: 'said', problem }), 0);
  const picture: SavedPicture = {
    provenance,
    viewport: { rows: [0, 4], columns: [0, 4], whole: true },
    pinned: null,
    numbers: { kind: 'cells', cells },
    source: null,
    description: '说明',
    language: 'zh-Hans',
  };

  it('is version, settings, seed, device, times by clock, normalisation and mask', () => {
    const said = JSON.parse(exportJson(picture));
    expect(said).toMatchObject({
      schema: EXPORT_SCHEMA,
      version: VERSION,
      params: { seed: 7 },
      source: { kind: 'synthetic', seed: 7, shown: { heads: 2, scale: 1 / Math.sqrt(2) } },
      mask: { causal: true, left: 1, right: 0, dilation: 1, global: 0 },
      normalisation: NORMALISATION,
      backend: { device: 'CPU, 2 threads', reason: 'no-webgpu' },
      timing: { unit: 'ms', run: { full: { wall: 2 }, windowed: { wall: 1, kernel: 0.5 } } },
      view: { whole: true, pinned: null },
    });
    expect(readSavedView('a.json', textFile(exportJson(picture)))!.viewport).toBeNull();
  });

  it('gives null for the log-sum-exp of a row that sees nothing, and inf for an unlimited side', () => {
    const blind = { heads: 1, queryLength: 3, keyLength: 2, headDim: 2, mask: { causal: true } };
    const about = provenanceFor(blind);
    const numbers = {
      kind: 'cells',
      cells: cellsFor(about, caseTensors({ name: 'blind', problem: blind }), 0),
    } as const;
    const said = JSON.parse(exportJson({ ...picture, provenance: about, numbers }));
    expect(said.weights.fullLogSumExp[0]).toBeNull();
    expect(said.mask.left).toBe('inf');
  });

  it('names the version of package.json', () => {
    const manifest = readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
    expect(JSON.parse(manifest).version).toBe(VERSION);
    expect(SAVED_SCHEMA).toBe(EXPORT_SCHEMA);
  });
});

/** What becomes of a file: `other` for one that is none of ours, the reason of a refusal, or `accepted`. */
function outcome(text: string | ArrayBuffer): string {
  try {
    const bytes = typeof text === 'string' ? textFile(text) : text;
    const view = readSavedView('a.json', bytes);
    if (!view) return 'other';
    restoredValues(view.params, defaultValues('en'), never);
    if (view.hasNumbers) importAttention('a.json', bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof AttentionError) || error.code !== 'invalid-file') throw error;
    if (!(FILE_REASONS as readonly string[]).includes(error.detail.reason!)) throw error;
    return error.detail.reason!;
  }
}

const ours = (more: object) => JSON.stringify({ schema: EXPORT_SCHEMA, params: {}, ...more });

describe('files of ours that lie', () => {
  const CASES: [string, string, string][] = [
    ['another schema of the family', ours({ schema: 'attention-lab/export@2' }), 'saved-elsewhere'],
    ['what the speed-ups lab wrote at first', ours({ schema: 'attention-lab/speedups@1' }), 'accepted'],
    ['what it never wrote', ours({ schema: 'attention-lab/speedups@2' }), 'saved-elsewhere'],
    ['a schema that is an object', ours({ schema: { startsWith: EXPORT_SCHEMA } }), 'other'],
    ['brackets as deep as they may be', ours({ results: JSON.parse('['.repeat(SAVED_DEPTH - 1) + ']'.repeat(SAVED_DEPTH - 1)) }), 'accepted'], // prettier-ignore
    [
      'brackets a level deeper',
      ours({ results: JSON.parse('['.repeat(SAVED_DEPTH) + ']'.repeat(SAVED_DEPTH)) }),
      'too-deep',
    ],
    ['a schema that only mentions us', ours({ schema: 'not attention-lab/export@1' }), 'other'],
    ['a list', JSON.stringify(['attention-lab/export@1']), 'other'],
    ['no settings', JSON.stringify({ schema: EXPORT_SCHEMA }), 'settings-malformed'],
    ['settings in a list', ours({ params: [1] }), 'settings-malformed'],
    ['10,000 settings', ours({ params: Object.fromEntries(Array.from({ length: 1e4 }, (_, n) => [`a${n}`, n])) }), 'too-many-settings'], // prettier-ignore
    ['settings that do not exist', ours({ params: { eval: 'x', constructor: { prototype: 1 }, toString: 'y' } }), 'accepted'], // prettier-ignore
    ['a file without its numbers', ours({ source: { kind: 'file' } }), 'arrays-missing'],
    ['q without k', ours({ source: { kind: 'file', q: [[1]] } }), 'arrays-missing'],
    ['ragged q', ours({ source: { q: [[[1, 2], [3]]], k: [[1]] } }), 'ragged'],
    ['a word among the weights', ours({ source: { weights: [['1']] } }), 'not-a-number'],
    ['1e999', ours({ source: {} }).replace('{}}', '{"weights":[[1e999]]}}'), 'not-finite'],
    ['NaN', ours({ source: {} }).replace('{}}', '{"weights":[[NaN]]}}'), 'not-finite'],
    ['tokens for another matrix', ours({ source: { weights: [[1]] }, tokens: ['a', 'b'] }), 'tokens-mismatch'],
    ['a bracket storm', `{"schema":"${EXPORT_SCHEMA}","params":${'['.repeat(1e5)}`, 'too-deep'],
    ['half a file', ours({}).slice(0, -3), 'not-json'],
    ['a view from minus one', ours({ view: { rows: [-1, 4], columns: ['0', {}] } }), 'accepted'],
  ];
  it.each(CASES)('%s', (_, text, expected) => {
    expect(outcome(text)).toBe(expected);
  });

  it('ignores a view that is no rectangle, and says of each setting that cannot be what it may be', () => {
    const view = readSavedView('a.json', textFile(ours({ params: { seed: { deep: 1 }, n: 5 }, view: { rows: [4, 4], columns: [0, 1] } }))); // prettier-ignore
    expect(view).toEqual({ params: { seed: { deep: 1 }, n: 5 }, viewport: null, hasNumbers: false });
    const { patch, notices } = restoredValues(view!.params, defaultValues('en'), never);
    expect(patch).toMatchObject({ seed: 1, n: 5 });
    expect(notices).toMatchObject([{ code: 'bad-value', parameter: 'seed', received: '{"deep":1}', used: '1' }]);
  });

  it('never reach a prototype', () => {
    const text = `{"schema":"${EXPORT_SCHEMA}","params":{"__proto__":{"polluted":1},"seed":5},"__proto__":{"polluted":1}}`;
    const view = readSavedView('a.json', textFile(text))!;
    expect(Object.keys(view.params)).toEqual(['seed']);
    restoredValues(view.params, defaultValues('en'), never);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('let nothing but refusals out of 5,000 mutants', () => {
    const problem = { heads: 1, queryLength: 2, headDim: 2 };
    const provenance = provenanceFor(problem, { tokens: ['a', 'b'] });
    const tensors = caseTensors({ name: 'mutant', problem });
    const text = exportJson({
      provenance,
      viewport: { rows: [0, 2], columns: [0, 2], whole: true },
      pinned: null,
      numbers: { kind: 'cells', cells: cellsFor(provenance, tensors, 0) },
      source: { kind: 'qkv', heads: 1, kvHeads: 1, queryLength: 2, keyLength: 2, headDim: 2, ...tensors },
      description: '',
      language: 'en',
    });
    const valid = new Uint8Array(textFile(text));
    const uniform = seededUniform(4);
    const below = (limit: number) => Math.floor(uniform() * limit);
    const counts = new Map<string, number>();
    for (let mutant = 0; mutant < 5000; mutant++) {
      let bytes = valid.slice();
      for (let change = below(3); change >= 0; change--) {
        const place = below(bytes.length);
        if (uniform() < 0.8) bytes[place] = uniform() < 0.5 ? 0x20 + below(95) : below(256);
        else
          bytes = Uint8Array.from([
            ...bytes.subarray(0, place),
            ...bytes.subarray(Math.min(bytes.length, place + below(40))),
          ]);
      }
      const became = outcome(bytes.buffer);
      counts.set(became, (counts.get(became) ?? 0) + 1);
    }
    expect(counts.get('accepted')).toBeGreaterThan(200);
    expect(counts.get('not-json')).toBeGreaterThan(500);
  });
});
