// The one table of what the page can be told. From it come the address parser, share links, the checks of messages and files, the
// element's attributes, the manifest of custom elements, the README's table and the types. Descriptions are in `i18n/parameter-texts.ts`.
// Public: names, defaults and ranges are those of CONTRACT.md §2; change them only together with it.
import { SPEED_UP_NAMES, SPEED_UP_PANELS } from '../contract/stack.ts';
import { MIXER_KINDS } from '../contract/mixers.ts';
import { SIGNAL_KINDS } from '../contract/workbench.ts';
import { LANGUAGES, readTag, type Language } from './lang.ts';
import { CONTROL_IDS, HIDE_IDS, LAB_IDS } from './control-ids.ts';
import { boolean, choice, integer, list, origin, reach, text, type Parameter } from './parameter.ts';
import { PRESET_SLUGS } from './presets.ts';

export const MAX_SEQUENCE_LENGTH = 65_536;
export const MAX_TEXT_CODE_POINTS = 2000;
/** What an address takes of a list of texts or labels … */
export const MAX_LIST_CODE_POINTS = 4000;
/** … and what a file brings back: 500 texts of 128 tokens, with room to spare. */
export const MAX_KEPT_CODE_POINTS = 2 ** 19;
/** `n` when it is not given and the source is synthetic; for a text or file it is all of it. */
export const DEFAULT_SYNTHETIC_LENGTH = 1024;

/** Null: what the reader's languages say. Read only as far as the tag is known; `parse.ts` deals with the rest. */
const lang: Parameter<Language | null> = {
  default: null,
  allowed: { kind: 'language', values: LANGUAGES },
  read(received) {
    const reading = readTag(received);
    return reading.kind === 'exact' || reading.kind === 'fallback' ? reading.language : undefined;
  },
  accept: (received) => (typeof received === 'string' ? lang.read(received) : undefined),
  write: (value) => value ?? undefined,
  pack: (value) => value ?? undefined,
};

export const SCHEMA = {
  lab: choice(LAB_IDS, 'attention'),
  /** Null: none. A preset's values come before every other given one. */
  preset: choice(PRESET_SLUGS, null),
  n: integer(1, MAX_SEQUENCE_LENGTH, null),
  heads: integer(1, 64, 4),
  dim: integer(1, 256, 64),
  causal: boolean(false),
  left: reach(MAX_SEQUENCE_LENGTH),
  right: reach(MAX_SEQUENCE_LENGTH),
  dilation: integer(1, 64, 1),
  global: integer(0, MAX_SEQUENCE_LENGTH, 0),
  source: choice(['text', 'synthetic', 'file'], 'text', ['file']),
  /** Null: the example text. */
  text: text(MAX_TEXT_CODE_POINTS),
  signal: choice(SIGNAL_KINDS, 'random'),
  seed: integer(0, 2 ** 32 - 1, 1),
  layer: integer(0, 1, 0),
  head: integer(0, 63, 0),
  /** Null: nothing is pinned. */
  query: integer(0, MAX_SEQUENCE_LENGTH - 1, null),
  key: integer(0, MAX_SEQUENCE_LENGTH - 1, null),
  compare: boolean(true),
  /** The speed-ups lab: which of them is shown. */
  panel: choice(SPEED_UP_PANELS, 'heads'),
  layers: integer(1, 48, 2),
  /** Null: what suits the lab and the device. */
  width: integer(1, 2048, null),
  'kv-heads': integer(1, 64, 1),
  /** Null: four times the width. */
  'feed-forward': integer(1, 8192, null),
  /** Null: what suits the lab. */
  window: integer(0, MAX_SEQUENCE_LENGTH, null),
  /** Taps of the mixers lab's convolutions. */
  kernel: integer(1, 63, 3),
  /** The mixers that are drawn and measured; empty: one of each column of Table 1, and the three recurrences. */
  mixers: list(MIXER_KINDS),
  vocabulary: integer(0, 1_000_000, 30_522),
  /** Null: a quarter of the width. */
  rank: integer(1, 2048, null),
  /** Empty: one speed-up of each kind. */
  combine: list(SPEED_UP_NAMES),
  /** The zero-shot lab: a text per line, perhaps with its true label. Null: the examples. */
  texts: text(MAX_LIST_CODE_POINTS, MAX_KEPT_CODE_POINTS),
  /** A label per line with its description. Null: the six topics. */
  labels: text(MAX_LIST_CODE_POINTS, MAX_KEPT_CODE_POINTS),
  /** `{}` stands for the label. Null: the lab's standing template. */
  template: text(200, MAX_KEPT_CODE_POINTS),
  descriptions: boolean(true),
  /** Of the softmax, in hundredths. */
  temperature: integer(1, 100, 5),
  /** Texts that go through the encoder together when its speed is measured. */
  batch: integer(1, 256, 32),
  /** The text that is looked at. */
  item: integer(0, 499, 0),
  backend: choice(['auto', 'webgpu', 'cpu'], 'auto'),
  view: choice(['heatmap', 'arcs', 'steps', 'table'], 'heatmap'),
  scale: choice(['linear', 'log', 'row'], 'linear'),
  cmap: choice(['viridis', 'cividis', 'magma', 'greys'], 'viridis'),
  // Of the lab "BERT objectives".
  objective: choice(['masking', 'order', 'pairs'], 'masking'),
  /** Per cent. */
  rate: integer(5, 80, 15),
  draw: integer(0, 9999, 0),
  strategy: choice(['token', 'word', 'span', 'phrase'], 'token'),
  stream: choice(['content', 'query'], 'query'),
  task: choice(['nsp', 'same-document', 'sop'], 'nsp'),
  /** Null: the best that has been computed. */
  scorer: choice(['words', 'webgpu', 'cpu'], null),
  lang,
  theme: choice(['auto', 'light', 'dark', 'contrast'], 'auto'),
  motion: choice(['auto', 'reduce'], 'auto'),
  /** Null: `full`, or `compact` in a frame. */
  ui: choice(['full', 'compact', 'none'], null),
  /** Large type for a projector; the keys that turn slides go to the deck around the frame. */
  presentation: boolean(false),
  hide: list(HIDE_IDS),
  lock: list(CONTROL_IDS),
  /** What a frame tells its parent: nothing, events without typed text, or everything. */
  api: choice(['off', 'events', 'full'], 'events'),
  /** Null: any parent may connect. */
  origin: origin(),
} as const;

type Schema = typeof SCHEMA;
export type ParameterId = keyof Schema;
type ValueOf<P> = P extends Parameter<infer Value> ? Value : never;

/** The page's settings. `lang` is always decided; every other `null` means "depends", as the schema says. */
export type LabValues = { [Id in ParameterId]: Id extends 'lang' ? Language : ValueOf<Schema[Id]> };

export const PARAMETER_IDS = Object.keys(SCHEMA) as ParameterId[];

/** Settings of the page itself rather than of what it shows: they stay when a view is reset or undone. */
export const PAGE_IDS = ['lang', 'theme', 'motion', 'ui', 'presentation', 'hide', 'lock', 'api', 'origin'] as const;

/** Free texts: what a reader has typed is theirs. */
export type TextId = { [Id in ParameterId]: string | null extends LabValues[Id] ? Id : never }[ParameterId] &
  ParameterId;
const isText = (id: ParameterId): id is TextId => SCHEMA[id].allowed.kind === 'text';
export const TEXT_IDS: readonly TextId[] = PARAMETER_IDS.filter(isText);

/** Are two values of a parameter the same? Lists are compared by content. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, index) => one === b[index]);
  return Object.is(a, b);
}

/** Every setting at its default. */
export function defaultValues(language: Language): LabValues {
  const defaults = Object.fromEntries(PARAMETER_IDS.map((id) => [id, SCHEMA[id].default]));
  return { ...(defaults as unknown as LabValues), lang: language };
}
