// The state of a view, its share links and the settings that messages change: what goes out comes back, and what comes in is checked.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/params/parse.ts';
import { PRESETS, PRESET_SLUGS } from '../../src/params/presets.ts';
import { readValues } from '../../src/params/read-values.ts';
import { defaultValues, type LabValues } from '../../src/params/schema.ts';
import { LONGEST_LINK, decodeShare, encodeShare, shareLink } from '../../src/params/share-link.ts';
import { readState, stateOf } from '../../src/params/state.ts';
import { Settings, showsOpening, openingValues, type SettingsChange } from '../../src/state/settings.svelte.ts';

const base = defaultValues('en');
const deflated = (text: string | Uint8Array) => `s=1.${deflateRawSync(text).toString('base64url')}`;

describe('received values', () => {
  it('take numbers, booleans, lists and the strings of the address, and null for the default', () => {
    const { values, notices } = readValues(
      { heads: 8, N: '64', causal: true, left: 'inf', right: 3, hide: ['lesson', 'timing'], seed: null, junk: 1 },
      { ...base, seed: 9 },
    );
    expect(notices).toEqual([]);
    expect(values).toEqual({ ...base, heads: 8, n: 64, causal: true, right: 3, hide: ['timing', 'lesson'] });
  });

  it('keep what was there where a value is bad, and say so', () => {
    const { values, notices } = readValues(
      { heads: 1e9, left: -1, theme: {}, lock: [1], text: 7 },
      { ...base, heads: 6 },
    );
    expect(values).toEqual({ ...base, heads: 6 });
    expect(notices).toMatchObject([
      { parameter: 'heads', received: '1000000000', used: '6' },
      { parameter: 'left', received: '-1', used: 'inf' },
      { parameter: 'theme', received: '{}', used: 'auto' },
      { parameter: 'lock', received: '[1]', used: '' },
      { parameter: 'text', received: '7', used: null },
    ]);
  });

  it.each([null, 1, 'x', [], () => 1, { __proto__: null }, JSON.parse('{"__proto__":{"heads":2},"constructor":1}')])(
    'never throw and never touch prototypes: %o',
    (record) => {
      expect(readValues(record, base)).toEqual({ values: base, notices: [] });
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});

describe('presets', () => {
  it.each(PRESET_SLUGS)('%s holds only allowed values', (slug) => {
    const { values, notices } = readValues({ ...PRESETS[slug] }, base);
    expect(notices).toEqual([]);
    expect(values).toEqual({ ...base, ...PRESETS[slug] });
  });
});

describe('the state of a view', () => {
  const changed: LabValues = {
    ...base,
    source: 'synthetic',
    signal: 'copy',
    n: 300,
    left: 12,
    right: Infinity,
    lang: 'zh-Hans',
  };

  it('holds only what differs, and comes back the same', () => {
    expect(stateOf(changed)).toEqual({
      v: 1,
      p: { source: 'synthetic', signal: 'copy', n: 300, left: 12, lang: 'zh-Hans' },
    });
    expect(readState(stateOf(changed), base)).toEqual({ values: changed, notices: [] });
  });

  it('names a preset only while all its values hold', () => {
    const preset: LabValues = { ...base, ...PRESETS['causal-window'], preset: 'causal-window', heads: 2 };
    expect(stateOf(preset).p).toEqual({ preset: 'causal-window', heads: 2, lang: 'en' });
    expect(parseAddress('?preset=causal-window&heads=2').values).toEqual(preset);
    const back: LabValues = { ...preset, causal: false, left: Infinity, preset: null };
    expect(parseAddress('?preset=causal-window&causal=0&left=inf&heads=2').values).toEqual(back);
    expect(readState(stateOf(back), base).values).toEqual(back);
    const settings = new Settings(preset);
    settings.change('left', 3);
    expect(settings.values.preset).toBe(null);
  });

  it('leaves the page’s own look to whoever opens it', () => {
    const dressed: LabValues = { ...changed, theme: 'dark', ui: 'none', hide: ['timing'], origin: 'https://a.example' };
    expect(stateOf(dressed)).toEqual(stateOf(changed));
    expect(readState(stateOf(dressed, { withPage: true }), base).values).toEqual(dressed);
  });

  it.each([
    [{ v: 2, p: {} }, 'newer'],
    [{ v: 0, p: {} }, 'damaged'],
    [{ v: '1' }, 'damaged'],
    [[], 'damaged'],
    ['damaged', 'damaged'],
    ['too-long', 'too-long'],
  ])('says why %o cannot be read', (state, reason) => {
    expect(readState(state, base)).toEqual({ values: base, notices: [{ code: 'bad-state', reason }] });
  });
});

describe('a share link', () => {
  it('goes round in both languages, with text of any script', async () => {
    for (const lang of ['en', 'zh-Hans'] as const) {
      const values: LabValues = {
        ...base,
        lang,
        text: '猫坐在垫子上。 “it” 😀',
        left: 4,
        right: 0,
        causal: true,
        query: 3,
        key: 1,
      };
      const hash = await encodeShare(stateOf(values));
      expect(hash).toMatch(/^s=1\.[A-Za-z0-9_-]+$/);
      expect(parseAddress('', [], await decodeShare(`#${hash}`))).toEqual({ values, notices: [] });
    }
  });

  it('gives way to explicit parameters and goes over a preset', async () => {
    const state = await decodeShare(
      `#${await encodeShare({ v: 1, p: { preset: 'causal-window', left: 5, heads: 3 } })}`,
    );
    const { values } = parseAddress('?heads=2', [], state);
    expect(values).toMatchObject({ preset: null, causal: true, right: 0, left: 5, heads: 2 });
  });

  // Links that were given out: they must open like this for ever.
  it.each([
    [
      's=1.JcZBCoNADEDRq4S_DoJ0IzmHFxgkdaTTadVYFPHuXfhW7-SHtcoXOympjhheUcL3wOizy5BC1hTyqRLZ5Z2iQSn-DKxTlmnM9-bNlwN7KC8_sPa6_g',
      { lang: 'en', text: 'The cat sat on the mat.', left: 8, right: 8, query: 3, key: 1 },
    ],
    [
      's=1.FchBCoMwEEDRu_z1FKqlFOYEvcaQxigkMSSxYMW7F9_yHXzRQSjoQbQcUH7z7W25IbR1q86jtD332ffFXbmEbBHFrWVHyOhzGAVnW7u-180L0U8dfYxCXcLc0bvQvP-gL8ElKyjJQjLO8w8',
      { lang: 'zh-Hans', source: 'synthetic', signal: 'copy', n: 512, causal: true, left: 32, seed: 7, cmap: 'magma' },
    ],
    [
      's=1.JcYxCoAwDEDRu_y5Dg6C5DYFgxYlFhPqUHp3B9_0Og2ZExXpXNl2BDUS9VHXQMgRalFum7zYSeLQvDmy_kOWRCv6Inhodcb4AA',
      { preset: 'attention-sink', causal: true, signal: 'sink', heads: 8, head: 5, view: 'steps' },
    ],
  ])('of an earlier version still opens', async (hash, expected) => {
    const { values, notices } = parseAddress('', [], await decodeShare(hash));
    expect(notices).toEqual([]);
    expect(values).toMatchObject(expected);
  });

  it('is not made when it would be too long, or for a file', async () => {
    let seed = 1;
    const noise = Array.from({ length: 2000 }, () => {
      seed = (seed * 48271) % 2147483647;
      return String.fromCodePoint(0x4e00 + (seed % 20000));
    }).join('');
    expect(await shareLink('https://lab.example/', { ...base, text: noise })).toBe(null);
    expect(await shareLink('https://lab.example/', { ...base, source: 'file' })).toBe(null);
    const link = await shareLink('https://lab.example/', { ...base, text: 'the cat '.repeat(240) });
    expect(link!.length).toBeLessThan(LONGEST_LINK);
  });

  it.each([
    ['nothing', '', null],
    ['another hash', '#lesson', null],
    ['a million characters', `#s=1.${'A'.repeat(1e6)}`, 'too-long'],
    ['a deflate bomb', `#${deflated(new Uint8Array(1e6))}`, 'too-long'],
    ['a bomb just over the bound', `#${deflated(`"${'a'.repeat(65_536)}"`)}`, 'too-long'],
    ['no base64', '#s=1.%%%', 'damaged'],
    ['a cut link', `#${deflated('{"v":1,"p":{"heads":8}}').slice(0, -6)}`, 'damaged'],
    ['no JSON', `#${deflated('{"v":1')}`, 'damaged'],
    ['no UTF-8', `#${deflated(new Uint8Array([0x22, 0xff, 0x22]))}`, 'damaged'],
    ['no version', '#s=abc', 'damaged'],
    ['a later version', '#s=7.abc', { v: 7 }],
  ])('decodes %s to a word instead of throwing', async (_name, hash, expected) => {
    expect(await decodeShare(hash)).toEqual(expected);
  });

  it('opens the page whatever JSON it holds', async () => {
    for (const json of [
      'null',
      '[]',
      '{"v":1}',
      '{"v":1,"p":[]}',
      '{"v":1,"p":{"__proto__":{"heads":9},"heads":1e9,"text":"<script>"}}',
    ]) {
      const { values } = parseAddress('', [], await decodeShare(`#${deflated(json)}`));
      expect(values.heads).toBe(4);
    }
  });
});

describe('the settings', () => {
  it('tell listeners once of every real change, with its cause, until they leave', () => {
    const settings = new Settings(base);
    const heard: SettingsChange[] = [];
    const leave = settings.onChange((change) => heard.push(change));
    settings.change('heads', 4);
    settings.apply({ heads: 8, left: 3, hide: [] }, 'api');
    settings.change('causal', true);
    leave();
    settings.change('causal', false);
    expect(heard.map(({ changed, cause }) => [changed, cause])).toEqual([
      [['heads', 'left'], 'api'],
      [['causal'], 'user'],
    ]);
    expect(heard[0]!.before.heads).toBe(4);
  });

  it('reset the view to what the page opened with and keep its look', () => {
    const settings = new Settings({ ...base, left: 16 });
    settings.apply({ left: 2, heads: 9, theme: 'dark', lang: 'zh-Hans' }, 'user');
    settings.reset('user');
    expect(settings.values).toEqual({ ...base, left: 16, theme: 'dark', lang: 'zh-Hans' });
  });

  it('know what is hidden and what is locked', () => {
    const settings = new Settings({ ...base, hide: ['timing'], lock: ['n'] });
    expect([settings.isHidden('timing'), settings.isHidden('lesson')]).toEqual([true, false]);
    expect([settings.isLocked('n'), settings.isLocked('left')]).toEqual([true, false]);
  });

  it('know the recorded opening picture', () => {
    expect(showsOpening(openingValues(base))).toBe(true);
    expect(showsOpening({ ...openingValues(base), theme: 'dark' })).toBe(true);
    expect(showsOpening(base)).toBe(false);
  });
});
