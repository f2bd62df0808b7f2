// The snippets of the share dialog: each opens exactly the chosen view, whatever the reader typed.
import { describe, expect, it } from 'vitest';
import {
  EMBED_FORMATS,
  embedCode,
  frameAddress,
  type EmbedChoice,
  type EmbedFormat,
} from '../../src/embed/embed-code.ts';
import { LAB_IDS, type LabId } from '../../src/params/control-ids.ts';
import { parseAddress } from '../../src/params/parse.ts';
import { defaultValues, type LabValues } from '../../src/params/schema.ts';

const SITE = 'https://lab.example/v1/';
const choose = (values: Partial<LabValues>, rest: Partial<EmbedChoice> = {}): EmbedChoice => ({
  values: { ...defaultValues('en'), ...values },
  language: null,
  size: { kind: 'ratio', ratio: '16 / 10' },
  title: 'Attention Lab',
  ...rest,
});
const hostile = `"><script>alert(1)</script> & [x](y) \\ 'quote' 猫`;

/** What an HTML parser takes out of a double-quoted attribute. */
const attribute = (html: string, name: string) =>
  new RegExp(`\\s${name}="([^"]*)"`)
    .exec(html)?.[1]
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe('the frame’s address', () => {
  it('opens the chosen view in the reader’s or a given language', () => {
    const values = {
      source: 'synthetic',
      n: 96,
      left: 4,
      hide: ['timing', 'lesson'],
      lock: ['n'],
      theme: 'dark',
    } as const;
    for (const language of [null, 'en', 'zh-Hans'] as const) {
      const address = new URL(frameAddress(SITE, choose({ ...values, lang: 'zh-Hans' }, { language })));
      expect(address.pathname).toBe('/v1/embed/');
      const read = parseAddress(address.search, ['zh-CN']);
      expect(read).toEqual({ values: { ...defaultValues(language ?? 'zh-Hans'), ...values }, notices: [] });
    }
  });

  it('says the plain defaults too, which a bare address does not show', () => {
    expect(frameAddress(SITE, choose({}))).toBe(`${SITE}embed/?left=inf`);
  });

  it('keeps lists readable', () => {
    expect(frameAddress(SITE, choose({ hide: ['legend', 'zoom'] }))).toBe(`${SITE}embed/?hide=legend,zoom`);
  });
});

/** A view of every lab with lists, numbers and everything a reader may type. */
const VIEWS: Record<LabId, Partial<LabValues>> = {
  attention: { text: hostile, query: 3, hide: ['legend', 'zoom'], lock: ['n', 'left'], left: 7, right: Infinity },
  mixers: { lab: 'mixers', mixers: ['attention', 'elman'], n: 96, kernel: 5, key: 2 },
  speedups: { lab: 'speedups', panel: 'together', combine: ['grouped', 'window'], text: hostile, rank: 8 },
  pretraining: {
    lab: 'pretraining',
    objective: 'order',
    text: `${hostile}\n第二行`,
    stream: 'content',
    seed: 4_294_967_295,
  },
  'zero-shot': {
    lab: 'zero-shot',
    texts: `${hostile} | a\n| b`,
    labels: `a | ${hostile}\nb`,
    template: `“{}” ${hostile}`,
  },
};

/** What a page of each kind takes the lab's parameters from, as a query. */
function queryOf(format: EmbedFormat, code: string): string {
  const address = {
    iframe: () => attribute(code, 'src'),
    reveal: () => attribute(code, 'data-src'),
    slidev: () => JSON.parse(/url: (.*)/.exec(code)![1]!) as string,
    myst: () => code.split('\n')[0]!.slice('```{iframe} '.length),
    markdown: () => /[^\\]\]\((\S*)\)$/.exec(code)![1]!,
    // The attributes are the parameters.
    element: () => {
      const tag = /<attention-lab\s([^>]*)>/.exec(code)![1]!;
      const names = [...tag.matchAll(/([a-z-]+)="/g)].map(([, name]) => name!);
      const query = new URLSearchParams(names.filter((name) => name !== 'frame-title').map((name) => [name, attribute(` ${tag}`, name)!])); // prettier-ignore
      return `${SITE}embed/?${query.toString()}`;
    },
  }[format]();
  return new URL(address!).search;
}

describe.each(LAB_IDS)('the code of a view of the lab %s', (lab) => {
  it.each(EMBED_FORMATS)('for %s opens exactly that view', (format) => {
    for (const language of [null, 'zh-Hans'] as const) {
      const values = { ...choose(VIEWS[lab]).values, lang: language ?? 'en' } as const;
      const code = embedCode(format, SITE, choose(VIEWS[lab], { language, title: hostile }));
      expect(parseAddress(queryOf(format, code), ['en'])).toEqual({ values, notices: [] });
    }
  });
});

describe('the code', () => {
  it.each(EMBED_FORMATS)('for %s holds the address and nothing that escapes from it', (format) => {
    const choice = choose({ text: hostile, left: 3 }, { title: hostile });
    const code = embedCode(format, SITE, choice);
    expect(code).not.toContain('<script>alert');
    if (format === 'element') {
      expect(attribute(code, 'text')).toBe(hostile);
      expect(attribute(code, 'left')).toBe('3');
      expect(code).toContain(`src="${SITE}lib/attention-lab-element.js"`);
    }
    if (format === 'iframe') expect(attribute(code, 'src')).toBe(frameAddress(SITE, choice));
    if (format === 'reveal') expect(attribute(code, 'data-src')).toBe(frameAddress(SITE, choice));
    if (format === 'slidev') expect(JSON.parse(/url: (.*)/.exec(code)![1]!)).toBe(frameAddress(SITE, choice));
    if (format === 'myst') expect(code.split('\n')[0]).toBe(`\`\`\`{iframe} ${frameAddress(SITE, choice)}`);
    if (format === 'markdown') expect(code).toMatch(/^\[.*\]\(https:\/\/[^()\s]+\)$/);
  });

  it('gives the frame a title, a size and the rights it uses', () => {
    const code = embedCode(
      'iframe',
      SITE,
      choose({}, { size: { kind: 'height', heightPx: 480 }, title: '注意力实验室：“因果”' }),
    );
    expect(attribute(code, 'title')).toBe('注意力实验室：“因果”');
    expect(attribute(code, 'style')).toBe('width:100%;height:480px;border:0');
    expect(attribute(code, 'allow')).toBe('fullscreen; clipboard-write');
    expect(attribute(embedCode('iframe', SITE, choose({})), 'style')).toBe(
      'width:100%;aspect-ratio:16/10;min-height:360px;border:0',
    );
  });
});
