import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SignalKind } from '../../src/contract/workbench.ts';
import { CONTROL_IDS, LAB_IDS } from '../../src/params/control-ids.ts';
import { preferredLanguage, readTag } from '../../src/params/lang.ts';
import { allowedText, type Parameter } from '../../src/params/parameter.ts';
import { parseAddress } from '../../src/params/parse.ts';
import { PRESET_SLUGS, presetValues } from '../../src/params/presets.ts';
import { PARAMETER_IDS, SCHEMA, defaultValues, type LabValues } from '../../src/params/schema.ts';
import { serialiseValues } from '../../src/params/serialise.ts';
import { processorMs } from '../support/processor-time.ts';
import { seededUniform } from '../support/cases.ts';

const values = (search: string) => parseAddress(search).values;
const notices = (search: string, languages: string[] = []) => parseAddress(search, languages).notices;

describe('the address', () => {
  it('gives every default of the contract when it is empty', () => {
    expect(parseAddress('')).toEqual({ values: defaultValues('en'), notices: [] });
    expect(values('?')).toMatchObject({
      lab: 'attention',
      n: null,
      heads: 4,
      dim: 64,
      causal: false,
      left: Infinity,
      right: Infinity,
      dilation: 1,
      global: 0,
      source: 'text',
      text: null,
      signal: 'random',
      seed: 1,
      compare: true,
      backend: 'auto',
      ui: null,
    });
  });

  it('types each value from the schema', () => {
    expectTypeOf<LabValues['signal']>().toEqualTypeOf<SignalKind>();
    expectTypeOf<LabValues['n']>().toEqualTypeOf<number | null>();
    expectTypeOf<LabValues['lang']>().toEqualTypeOf<'en' | 'zh-Hans'>();
    expectTypeOf<LabValues['source']>().toEqualTypeOf<'text' | 'synthetic' | 'file'>();
    expectTypeOf<LabValues['heads']>().toEqualTypeOf<number>();
  });

  it('reads keys in any case, takes the last duplicate and passes over unknown keys', () => {
    expect(parseAddress('?HEADS=2&Source=Synthetic&heads=8&utm_source=x&toString=1&__proto__=2')).toEqual({
      values: { ...defaultValues('en'), heads: 8, source: 'synthetic' },
      notices: [],
    });
    expect(parseAddress('heads=nonsense&heads=3').notices).toEqual([]);
  });

  it('reads booleans as 1, 0, true, false or a bare key', () => {
    for (const on of ['causal', 'causal=', 'causal=1', 'causal=true', 'causal=TRUE'])
      expect(values(on).causal).toBe(true);
    for (const off of ['compare=0', 'compare=false']) expect(values(off).compare).toBe(false);
    expect(notices('causal=yes')).toEqual([
      { code: 'bad-value', parameter: 'causal', received: 'yes', used: '0', allowed: { kind: 'boolean' } },
    ]);
  });

  it('reads lists of ids in any case and order, once each', () => {
    expect(values('hide=Timing, lesson,timing,&lock=n').hide).toEqual(['timing', 'lesson']);
    expect(values('hide').hide).toEqual([]);
  });

  it('lays a preset under everything else that is given', () => {
    expect(values('preset=causal-window')).toMatchObject({ preset: 'causal-window', causal: true, left: 16, right: 0 });
    expect(values('left=3&preset=causal-window')).toMatchObject({ preset: null, causal: true, left: 3, right: 0 });
  });

  it('reads inf for the window and nothing else', () => {
    expect(values('left=inf&right=0')).toMatchObject({ left: Infinity, right: 0 });
    expect(values('left=12&right=Infinity')).toMatchObject({ left: 12, right: Infinity });
    expect(notices('heads=inf')).toHaveLength(1);
  });

  it.each([
    ['heads=1000000000', 'heads', '1000000000', '4', '1…64'],
    ['heads=0', 'heads', '0', '4', '1…64'],
    ['heads', 'heads', '', '4', '1…64'],
    ['n=4294967296', 'n', '4294967296', null, '1…65536'],
    ['dim=1e2', 'dim', '1e2', '64', '1…256'],
    ['dim=0x10', 'dim', '0x10', '64', '1…256'],
    ['dim=NaN', 'dim', 'NaN', '64', '1…256'],
    ['seed=-1', 'seed', '-1', '1', '0…4294967295'],
    ['seed=1.5', 'seed', '1.5', '1', '0…4294967295'],
    ['left=-1', 'left', '-1', 'inf', '0…65536, inf'],
    ['lab=nothing', 'lab', 'nothing', 'attention', LAB_IDS.join(', ')],
    ['source=file', 'source', 'file', 'text', 'text, synthetic'],
    ['signal=__proto__', 'signal', '__proto__', 'random', 'random, local, copy, clusters, sink'],
    ['lang=<b>', 'lang', '<b>', 'en', 'en, zh-Hans'],
    ['heads=2&head=2', 'head', '2', '0', '0…1'],
    ['n=10&query=10', 'query', '10', null, '0…9'],
    ['source=synthetic&key=1024', 'key', '1024', null, '0…1023'],
    ['n=10&global=11', 'global', '11', '0', '0…10'],
    ['api=all', 'api', 'all', 'events', 'off, events, full'],
    ['origin=example.org', 'origin', 'example.org', null, 'https://host[:port]'],
    ['origin=https://example.org/', 'origin', 'https://example.org/', null, 'https://host[:port]'],
    ['origin=javascript:1', 'origin', 'javascript:1', null, 'https://host[:port]'],
    ['lock=everything', 'lock', 'everything', '', CONTROL_IDS.join(', ')],
    ['preset=nothing', 'preset', 'nothing', null, PRESET_SLUGS.join(', ')],
    ['preset=causal-mask&n=x', 'n', 'x', '48', '1…65536'],
  ])('%s falls back with a notice that names everything', (search, parameter, received, used, allowed) => {
    const [notice, ...rest] = notices(search);
    expect(rest).toEqual([]);
    expect(notice).toMatchObject({ code: 'bad-value', parameter, received, used });
    expect(notice?.code === 'bad-value' && allowedText(notice.allowed)).toBe(allowed);
  });

  it('takes text of up to 2,000 code points as it is, in NFC, and refuses more', () => {
    expect(values(`text=${encodeURIComponent('Cafe\u0301 <b>&amp;</b>')}`).text).toBe('Caf\u00e9 <b>&amp;</b>');
    expect(values(`text=${encodeURIComponent('😀'.repeat(2000))}`).text).toBe('😀'.repeat(2000));
    expect(notices(`text=${'a'.repeat(2001)}`)).toMatchObject([{ parameter: 'text', used: null }]);
    expect(values('text=%ff%00+x').text).toBe('\ufffd\0 x');
  });

  it('cuts what it received to eighty characters', () => {
    const [notice] = notices(`heads=${'😀'.repeat(1000)}`);
    expect(notice?.code === 'bad-value' && [...notice.received]).toHaveLength(80);
  });

  it('survives a hundred thousand hostile addresses quickly and leaves prototypes alone', () => {
    const pieces = [
      'heads',
      'n',
      '__proto__',
      'constructor',
      '=',
      '&',
      '%',
      '%00',
      '%E0%A4',
      '9',
      '-',
      'e308',
      '[]',
      '.',
      '\u202e',
      'text',
      '#',
      'lang',
    ];
    const uniform = seededUniform(3);
    const started = performance.now();
    for (let round = 0; round < 100_000; round++) {
      let search = '?';
      for (let piece = uniform() * 8; piece > 0; piece--) search += pieces[Math.floor(uniform() * pieces.length)];
      const { values: read } = parseAddress(search);
      if (read.heads < 1 || read.heads > 64 || (read.n !== null && read.n > 65_536)) throw new Error(search);
    }
    expect(performance.now() - started).toBeLessThan(25_000);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('reads million-character values and a hundred thousand keys in under two seconds', () => {
    const ms = processorMs(() => {
      for (const id of PARAMETER_IDS) parseAddress(`${id}=${'9'.repeat(1e6)}`);
      parseAddress(`text=${'a\u0301'.repeat(5e5)}`);
      parseAddress('heads=3&'.repeat(1e5));
    });
    expect(ms).toBeLessThan(2000);
  });
});

describe('the query string', () => {
  it('is empty at the defaults and holds only what differs', () => {
    expect(serialiseValues(defaultValues('en'))).toBe('');
    expect(serialiseValues({ ...defaultValues('en'), heads: 8, left: 16, causal: true, compare: false })).toBe(
      'heads=8&causal=1&left=16&compare=0',
    );
  });

  it('leaves out the language the reader would get anyway, a file, and text that is too long', () => {
    expect(serialiseValues(defaultValues('zh-Hans'), ['zh-CN'])).toBe('');
    expect(serialiseValues(defaultValues('en'), ['zh-CN'])).toBe('lang=en');
    expect(serialiseValues({ ...defaultValues('en'), source: 'file', text: 'x'.repeat(2001) })).toBe('');
  });

  it('comes back as the same values for 10,000 random settings', () => {
    const uniform = seededUniform(11);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(uniform() * from.length)]!;
    const letters = ['a', ' ', '&', '=', '+', '%', '#', '猫', '😀', '\n', 'é', '"'];
    const draw = (id: (typeof PARAMETER_IDS)[number]): unknown => {
      const { allowed, default: byDefault } = SCHEMA[id] as Parameter<unknown>;
      if (uniform() < 0.4 && id !== 'lang') return byDefault;
      if (allowed.kind === 'boolean') return uniform() < 0.5;
      if (allowed.kind === 'text')
        return Array.from({ length: Math.floor(uniform() * 30) }, () => pick(letters)).join('');
      if (allowed.kind === 'origin') return pick(['https://example.org', 'http://127.0.0.1:8080', null]);
      if (allowed.kind === 'list') return allowed.values.filter(() => uniform() < 0.2);
      if (allowed.kind !== 'integer') return pick(allowed.values);
      if (allowed.orInfinity && uniform() < 0.3) return Infinity;
      return allowed.least + Math.floor(uniform() ** 3 * (allowed.most - allowed.least + 1));
    };
    for (let round = 0; round < 10_000; round++) {
      const drawn = Object.fromEntries(PARAMETER_IDS.map((id) => [id, draw(id)])) as unknown as LabValues;
      const length = drawn.n ?? (drawn.source === 'synthetic' ? 1024 : 65_536);
      drawn.head = Math.min(drawn.head, drawn.heads - 1);
      drawn.global = Math.min(drawn.global, length);
      if (drawn.query !== null) drawn.query = Math.min(drawn.query, length - 1);
      if (drawn.key !== null) drawn.key = Math.min(drawn.key, length - 1);
      if (drawn.preset !== null)
        Object.assign(
          drawn,
          presetValues(drawn.preset),
          { query: null, key: null, global: 0, head: 0 },
          presetValues(drawn.preset),
        );
      const languages = pick([[], ['en-GB'], ['zh-TW', 'en'], ['fr', 'zh']]);
      const query = serialiseValues(drawn, languages);
      expect(parseAddress(query, languages), query).toEqual({ values: drawn, notices: [] });
    }
  });

  it('covers every parameter with a default that its own reader accepts', () => {
    for (const id of PARAMETER_IDS) {
      const { default: byDefault, read, write } = SCHEMA[id] as Parameter<unknown>;
      const written = write(byDefault);
      expect(byDefault === null ? written : read(written!), id).toEqual(byDefault === null ? undefined : byDefault);
    }
  });
});

describe('languages', () => {
  it.each(['zh', 'zh-CN', 'zh_CN', 'zh-SG', 'zh-Hans', 'zh-Hans-TW', 'ZH-HANS'])('%s is Simplified Chinese', (tag) => {
    expect(readTag(tag)).toEqual({ kind: 'exact', language: 'zh-Hans' });
  });

  it.each(['zh-TW', 'zh-HK', 'zh_MO', 'zh-Hant', 'zh-Hant-CN'])('%s gets Simplified Chinese and a notice', (tag) => {
    expect(parseAddress(`lang=${tag}`)).toMatchObject({
      values: { lang: 'zh-Hans' },
      notices: [{ code: 'language-fallback', parameter: 'lang', received: tag, used: 'zh-Hans' }],
    });
  });

  it('takes English of any region, and passes over unknown languages in silence', () => {
    expect(values('lang=en-AU').lang).toBe('en');
    expect(parseAddress('lang=fr', ['de', 'zh-CN'])).toMatchObject({ values: { lang: 'zh-Hans' }, notices: [] });
    expect(preferredLanguage(['fr', 'zhx', 'enx', '', '---'])).toBe('en');
    expect(parseAddress('lang=auto', ['zh']).values.lang).toBe('zh-Hans');
  });

  it.each(['zh--CN', 'e', '中文', 'en;q=1', 'x'.repeat(1000)])('%s is malformed and said to be', (tag) => {
    expect(readTag(tag).kind).toBe('malformed');
    expect(notices(`lang=${encodeURIComponent(tag)}`, ['zh'])).toMatchObject([{ parameter: 'lang', used: 'zh-Hans' }]);
  });
});
