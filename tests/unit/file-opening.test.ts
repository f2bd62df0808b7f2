// What opening a file does to the page: settings of any lab, remarks of that file alone, and nothing at all for a file of no use.
import { describe, expect, it } from 'vitest';
import { readSavedView } from '../../src/data/saved-view.ts';
import { savedJson } from '../../src/labs/saving/lab-file.ts';
import { LAB_IDS } from '../../src/params/control-ids.ts';
import { defaultValues, type LabValues } from '../../src/params/schema.ts';
import { FileOpening } from '../../src/state/file-opening.svelte.ts';
import { Settings } from '../../src/state/settings.svelte.ts';

function page(values: Partial<LabValues> = {}) {
  const settings = new Settings({ ...defaultValues('en'), ...values });
  // As the worker reads it.
  const files = new FileOpening({ readSaved: async (name, bytes) => readSavedView(name, bytes) }, settings);
  return { settings, files };
}
const saved = (params: object, schema = 'attention-lab/export@1') =>
  new File([JSON.stringify({ schema, params })], 'view.json');

describe('a saved view', () => {
  it.each(LAB_IDS)('of %s opens from every lab', async (lab) => {
    const values: LabValues = { ...defaultValues('en'), lab, n: 40, seed: 9, backend: 'cpu' };
    const text = savedJson({ values, description: '', results: {} }, null);
    for (const from of LAB_IDS) {
      const { settings, files } = page({ lab: from, n: 64, lang: 'zh-Hans' });
      await files.open(new File([text], 'view.json'));
      expect(settings.values).toEqual({ ...values, lang: 'zh-Hans' });
      expect(files.remarks).toEqual([]);
      expect(files.part).toEqual(lab === 'attention' ? { viewport: null } : null);
    }
  });

  it('with a refused value says so until the next file is opened', async () => {
    const { settings, files } = page();
    await files.open(saved({ lab: 'mixers', n: 30, seed: { deep: 1 } }));
    expect(settings.values).toMatchObject({ lab: 'mixers', n: 30, seed: defaultValues('en').seed });
    expect(files.remarks).toMatchObject([{ notice: { parameter: 'seed', received: '{"deep":1}' } }]);
    await files.open(saved({ lab: 'mixers', n: 31 }));
    expect(files.remarks).toEqual([]);
  });

  it('leaves locked settings as they are', async () => {
    const { settings, files } = page({ n: 64, lock: ['n'] });
    await files.open(saved({ n: 30, seed: 4 }));
    expect(settings.values).toMatchObject({ n: 64, seed: 4 });
  });
});

describe('a file of no use', () => {
  const large = Object.defineProperty(new File(['{}'], 'large.json'), 'size', { value: 65 * 2 ** 20 });
  const unreadable = Object.assign(new File(['{}'], 'gone.json'), { arrayBuffer: () => Promise.reject(new Error()) });
  it.each([
    ['too large', large, { code: 'invalid-file', detail: { field: 'large.json', reason: 'file-too-large' } }],
    ['gone meanwhile', unreadable, { code: 'internal' }],
    ['of a later version', saved({ n: 30 }, 'attention-lab/export@9'), { detail: { field: 'view.json', value: 'attention-lab/export@9', allowed: 'attention-lab/export@1' } }], // prettier-ignore
    ['cut short', new File(['{"schema":"attention-lab/export@1","par'], 'cut.json'), { detail: { field: 'cut.json', reason: 'not-json' } }], // prettier-ignore
    ['without settings', new File(['{"schema":"attention-lab/export@1","params":7}'], 'odd.json'), { detail: { value: '7', allowed: '{ … }' } }], // prettier-ignore
  ])('(%s) is refused, and nothing is lost', async (_, file, failure) => {
    const { settings, files } = page({ lab: 'mixers', n: 64 });
    const before = settings.values;
    await files.open(file);
    expect(files.remarks).toMatchObject([{ failure }]);
    expect(settings.values).toBe(before);
    expect(files.numbers).toBeNull();
  });
});

it('of numbers alone, asked for as a saved view, is told that it is none', async () => {
  const { settings, files } = page({ n: 64 });
  const before = settings.values;
  const numbers = new File(['0.5,0.5\n1,0\n'], 'own.csv');
  expect(await files.openSaved(numbers)).toBe(false);
  expect(files.remarks).toMatchObject([{ failure: { detail: { field: 'own.csv', reason: 'not-saved' } } }]);
  expect([settings.values, files.numbers]).toEqual([before, null]);
  expect(await files.open(numbers)).toBe(true);
  expect(settings.values.source).toBe('file');
  expect(await files.openSaved(saved({ n: 30 }))).toBe(true);
  expect(files.remarks).toEqual([]);
});

it('of numbers opens in the attention lab from every lab', async () => {
  for (const lab of LAB_IDS) {
    const { settings, files } = page({ lab });
    expect(await files.openDropped([new File(['0.5,0.5\n1,0\n'], 'own.csv')])).toBe(true);
    expect(settings.values).toMatchObject({ lab: 'attention', source: 'file' });
  }
});

it('of several dropped together none is opened, and that is said', async () => {
  const { settings, files } = page({ n: 64 });
  const before = settings.values;
  const [one, two] = [new File(['1'], 'q.npy'), saved({ n: 30 })];
  expect(await files.openDropped([one, two])).toBe(false);
  expect(files.remarks).toMatchObject([
    { failure: { detail: { field: 'q.npy, view.json', value: 2, reason: 'several-files' } } },
  ]);
  expect([settings.values, files.numbers]).toEqual([before, null]);
  expect(await files.openDropped([two])).toBe(true);
  expect(files.remarks).toEqual([]);
});

it('of two files opened at once the later one counts', async () => {
  const settings = new Settings(defaultValues('en'));
  const held: (() => void)[] = [];
  const readSaved = async (name: string, bytes: ArrayBuffer) => {
    await new Promise<void>((go) => held.push(go));
    return readSavedView(name, bytes);
  };
  const files = new FileOpening({ readSaved }, settings);
  const first = files.open(saved({ n: 30, seed: {} }));
  const second = files.open(saved({ n: 31 }));
  while (held.length < 2) await new Promise((next) => setTimeout(next, 1));
  held[1]!();
  await second;
  held[0]!();
  await first;
  expect(settings.values.n).toBe(31);
  expect(files.remarks).toEqual([]);
});
