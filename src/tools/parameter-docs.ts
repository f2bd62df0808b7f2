// What the schema says of itself in prose: the README's table of parameters and the manifest of the custom element (custom-elements.json,
// schema 1.0.0). `tsx src/tools/parameter-docs.ts` writes the README's table anew; a test holds it to the schema. `build-element.ts` writes the manifest.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PARAMETER_TEXTS } from '../i18n/parameter-texts.ts';
import { CONTROLS_OF, LAB_IDS, REGIONS_OF } from '../params/control-ids.ts';
import { allowedText, type Allowed, type Parameter } from '../params/parameter.ts';
import { PARAMETER_IDS, SCHEMA, type ParameterId } from '../params/schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START = '<!-- parameters: written by src/tools/parameter-docs.ts -->';
const END = '<!-- /parameters -->';

const parameterOf = (id: ParameterId) => SCHEMA[id] as Parameter<unknown>;

function valuesOf({ allowed }: Parameter<unknown>): string {
  if (allowed.kind === 'text') return `text, ${allowed.mostCodePoints} characters at most`;
  if (allowed.kind === 'list') return 'ids, comma-separated';
  if (allowed.kind === 'origin') return `\`${allowedText(allowed)}\``;
  if (allowed.kind === 'integer') return allowedText(allowed);
  return allowedText(allowed)
    .split(', ')
    .map((value) => `\`${value}\``)
    .join(' ');
}

function defaultOf(parameter: Parameter<unknown>): string {
  const written = parameter.write(parameter.default);
  return written ? `\`${written}\`` : '–';
}

/** The Markdown table between its markers. */
export function parameterTable(): string {
  const rows = PARAMETER_IDS.map((id) => {
    const { en, 'zh-Hans': zh } = PARAMETER_TEXTS[id];
    return `| \`${id}\` | ${valuesOf(parameterOf(id))} | ${defaultOf(parameterOf(id))} | ${en} ${zh} |`;
  });
  const codes = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(' ');
  return [
    START,
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| Parameter | Allowed | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '<!-- prettier-ignore-end -->',
    '',
    'Ids of `lock` are the controls of the lab that is shown, ids of `hide` these and its regions:',
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| Lab | Controls | Regions |',
    '| --- | --- | --- |',
    ...LAB_IDS.map((lab) => `| \`${lab}\` | ${codes(CONTROLS_OF[lab])} | ${codes(REGIONS_OF[lab])} |`),
    '',
    '<!-- prettier-ignore-end -->',
    '',
    END,
  ].join('\n');
}

/** A README with its table brought up to date. Throws when the markers are missing. */
export function withTable(readme: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error('README.md has lost the markers of its parameter table.');
  return readme.slice(0, start) + parameterTable() + readme.slice(end + END.length);
}

function typeText({ allowed }: Parameter<unknown>): string {
  const kinds: Record<Allowed['kind'], () => string> = {
    integer: () => (allowed.kind === 'integer' && allowed.orInfinity ? "number | 'inf'" : 'number'),
    boolean: () => 'boolean',
    text: () => 'string',
    origin: () => 'string',
    list: () => 'string',
    language: () => 'string',
    choice: () => ('values' in allowed ? allowed.values.map((value) => `'${value}'`).join(' | ') : 'string'),
  };
  return kinds[allowed.kind]();
}

/** `frame-title` → `frameTitle`. */
export const camel = (id: string) => id.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

interface Named {
  name: string;
  description: string;
}

/** The manifest of `<attention-lab>`: attributes and properties out of the schema, methods and events as given. */
export function elementManifest({
  own,
  methods,
  events,
}: {
  own: (Named & { type: string })[];
  methods: Named[];
  events: Named[];
}) {
  const attributes = [
    ...PARAMETER_IDS.map((id) => ({
      name: id,
      fieldName: camel(id),
      description: PARAMETER_TEXTS[id].en,
      type: { text: typeText(parameterOf(id)) },
      default: parameterOf(id).write(parameterOf(id).default),
    })),
    ...own.map(({ name, description, type }) => ({
      name,
      fieldName: camel(name),
      description,
      type: { text: type },
      default: undefined,
    })),
  ];
  const path = 'attention-lab-element.js';
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [
          {
            kind: 'class',
            customElement: true,
            name: 'AttentionLabElement',
            tagName: 'attention-lab',
            description:
              'Transformer attention, computed live, in a frame. The slot is what is shown until the frame is.',
            superclass: { name: 'HTMLElement' },
            attributes: attributes.map(({ fieldName, ...attribute }) => ({ ...attribute, fieldName })),
            members: [
              ...attributes.map(({ name, fieldName, description, type }) => ({
                kind: 'field',
                name: fieldName,
                attribute: name,
                description,
                type,
              })),
              ...methods.map(({ name, description }) => ({ kind: 'method', name, description })),
            ],
            events: events.map(({ name, description }) => ({ name, description, type: { text: 'CustomEvent' } })),
            slots: [{ name: '', description: 'Shown until the frame is, in print, and where framing is blocked.' }],
            cssParts: [{ name: 'frame', description: 'The iframe.' }],
          },
        ],
        exports: [
          { kind: 'js', name: 'AttentionLabElement', declaration: { name: 'AttentionLabElement', module: path } },
          {
            kind: 'custom-element-definition',
            name: 'attention-lab',
            declaration: { name: 'AttentionLabElement', module: path },
          },
        ],
      },
    ],
  };
}

/** Writes a file, its folder too. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const readme = join(ROOT, 'README.md');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8')));
}
