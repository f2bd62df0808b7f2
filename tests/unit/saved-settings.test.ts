// What a link and a saved file carry of each of the newer labs: all of the settings, or nothing that passes for them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSavedView } from '../../src/data/saved-view.ts';
import { savedJson } from '../../src/labs/saving/lab-file.ts';
import { parseAddress } from '../../src/params/parse.ts';
import { restoredValues } from '../../src/params/restored-values.ts';
import { defaultValues, MAX_KEPT_CODE_POINTS, MAX_LIST_CODE_POINTS, type LabValues } from '../../src/params/schema.ts';
import { decodeShare, LONGEST_LINK, shareLink } from '../../src/params/share-link.ts';
import { viewLink } from '../../src/params/view-link.ts';
import { textFile } from '../support/files.ts';

const SITE = 'https://lab.example/v1/';
const never = () => false;
const noise = (length: number) => {
  let state = 7;
  return Array.from({ length }, () => String.fromCodePoint(0x4e00 + ((state = (state * 48_271) % 2_147_483_647) % 20_000))).join(''); // prettier-ignore
};

/** Settings of every kind each lab has: numbers, lists, choices, texts with marks and line breaks. */
const VIEWS: Record<'mixers' | 'speedups' | 'pretraining' | 'zero-shot', Partial<LabValues>> = {
  mixers: { n: 96, width: 48, kernel: 7, window: 5, heads: 2, layers: 3, mixers: ['attention', 'gru'], key: 4, query: 90, seed: 9 }, // prettier-ignore
  speedups: { panel: 'together', n: 160, width: 64, 'kv-heads': 2, combine: ['window', 'int8'], text: 'Two lights & “one” 灯塔', seed: 3 }, // prettier-ignore
  pretraining: { objective: 'order', text: '研究人员昨天参观了大学。', rate: 40, draw: 12, stream: 'content', seed: 2 ** 32 - 1 }, // prettier-ignore
  'zero-shot': { texts: 'A goal. | sport\n下雨了 | weather', labels: 'sport: games\nweather', template: '{}!', descriptions: false, temperature: 2, item: 1, batch: 8 }, // prettier-ignore
};
const LABS = Object.keys(VIEWS) as (keyof typeof VIEWS)[];

const opened = async (link: string, languages: readonly string[]) => {
  const { search, hash } = new URL(link);
  return parseAddress(search, languages, await decodeShare(hash));
};

describe.each(LABS)('a view of %s', (lab) => {
  const other = { en: ['zh-CN'], 'zh-Hans': ['en-GB'] } as const;

  it.each(['en', 'zh-Hans'] as const)(
    'made in %s opens by its links as it was, for a reader of the other language',
    async (lang) => {
      const values: LabValues = { ...defaultValues(lang), ...VIEWS[lab], lab };
      for (const link of [await shareLink(SITE, values), await viewLink(SITE, values)]) {
        expect(link!.length).toBeLessThanOrEqual(LONGEST_LINK);
        expect(await opened(link!, other[lang])).toEqual({ values, notices: [] });
      }
    },
  );

  it('comes back out of its file, over whatever was set, in the language of who opens it', () => {
    const values: LabValues = { ...defaultValues('zh-Hans'), ...VIEWS[lab], lab };
    const results = { sweeps: [{ measured: [{ wall: [[[[1]]]] }] }] };
    const view = readSavedView('view.json', textFile(savedJson({ values, description: '', results }, null)))!;
    expect(view).toMatchObject({ viewport: null, hasNumbers: false });
    const before: LabValues = { ...defaultValues('en'), lab: 'mixers', n: 5, rank: 3, theme: 'dark', hide: ['lesson'] };
    const { patch, notices } = restoredValues(view.params, before, never);
    expect(notices).toEqual([]);
    expect(patch).toEqual({ ...values, lang: 'en', theme: 'dark', hide: ['lesson'] });
  });
});

describe('a list longer than an address takes', () => {
  const long = Array.from({ length: 500 }, (_, at) => `Text ${at}: ${'a few words '.repeat(9)}| sport`).join('\n');
  const values: LabValues = { ...defaultValues('en'), lab: 'zero-shot', texts: long };

  it('is in no link that would open something else in its place', async () => {
    expect(long.length).toBeGreaterThan(MAX_LIST_CODE_POINTS);
    // Fifty thousand like characters pack into a link; twice 4,000 unlike ones into none.
    for (const link of [await shareLink(SITE, values), await viewLink(SITE, values)])
      if (link !== null) expect((await opened(link, [])).values.texts).toBe(long);
    const unlike = { ...values, texts: noise(2 * MAX_LIST_CODE_POINTS) };
    expect(await shareLink(SITE, unlike)).toBeNull();
    expect(await viewLink(SITE, unlike)).toBeNull();
    const beyond = { ...values, texts: 'a'.repeat(MAX_KEPT_CODE_POINTS + 1) };
    expect(await shareLink(SITE, beyond)).toBeNull();
  });

  it('comes back out of a file', () => {
    const view = readSavedView('view.json', textFile(savedJson({ values, description: '', results: {} }, null)))!;
    expect(restoredValues(view.params, defaultValues('en'), never)).toEqual({ patch: values, notices: [] });
  });

  it('beyond what a page can hold is refused with a word', () => {
    const params = { lab: 'zero-shot', texts: 'a'.repeat(MAX_KEPT_CODE_POINTS + 1) };
    const { patch, notices } = restoredValues(params, defaultValues('en'), never);
    expect(patch.texts).toBeNull();
    expect(notices).toMatchObject([{ code: 'bad-value', parameter: 'texts', used: null }]);
    expect((notices[0] as { received: string }).received.length).toBeLessThanOrEqual(80);
  });
});

it('files that “Three speed-ups” saved before all labs wrote the same still open', () => {
  const path = fileURLToPath(new URL('../fixtures/saved-speedups-1.json', import.meta.url));
  const bytes = readFileSync(path);
  const view = readSavedView('old.json', bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))!;
  const { patch, notices } = restoredValues(view.params, defaultValues('en'), never);
  expect(notices).toEqual([]);
  expect(patch).toMatchObject({ lab: 'speedups', n: 64, width: 16, backend: 'cpu', lang: 'en' });
});
