// The catalogue of presets: views that a lesson, a slide or a link can name (`?preset=causal-mask`). Each is a handful of values laid
// over the defaults; whatever else is given wins over it. Titles are in `i18n/parameter-texts.ts`. A released slug keeps its meaning.
import type { SignalKind } from '../contract/workbench.ts';
import type { MixerKind } from '../contract/mixers.ts';
import type { SpeedUpPanel } from '../contract/stack.ts';
import type { LabId } from './control-ids.ts';

/** Values a preset may set. Written out, because the schema's own types come from the slugs. */
export interface PresetValues {
  /** Default: `attention`. */
  lab?: LabId;
  n?: number;
  heads?: number;
  dim?: number;
  causal?: boolean;
  left?: number;
  right?: number;
  dilation?: number;
  global?: number;
  source?: 'text' | 'synthetic';
  signal?: SignalKind;
  seed?: number;
  layer?: number;
  head?: number;
  query?: number;
  key?: number;
  compare?: boolean;
  view?: 'heatmap' | 'arcs' | 'steps' | 'table';
  scale?: 'linear' | 'log' | 'row';
  descriptions?: boolean;
  temperature?: number;
  item?: number;
  template?: string;
  texts?: string;
  labels?: string;
  panel?: SpeedUpPanel;
  layers?: number;
  width?: number;
  'kv-heads'?: number;
  'feed-forward'?: number;
  window?: number;
  kernel?: number;
  mixers?: MixerKind[];
  vocabulary?: number;
  rank?: number;
  objective?: 'masking' | 'order' | 'pairs';
  rate?: number;
  strategy?: 'token' | 'word' | 'span' | 'phrase';
  task?: 'nsp' | 'same-document' | 'sop';
}

export const PRESETS = {
  /** Real text, a window of ±16: what the page opens with. */
  intro: { left: 16, right: 16 },
  /** Full attention alone, with the numbers of one query. */
  'softmax-steps': { n: 16, compare: false, view: 'steps', query: 8, key: 3 },
  /** A decoder's mask: no query sees what comes after it. */
  'causal-mask': { n: 48, causal: true, compare: false },
  /** A decoder's sliding window, as in Mistral 7B, on text. */
  'causal-window': { causal: true, left: 16, right: 0 },
  /** Longformer's symmetric window with a global token. */
  'longformer-window': { left: 8, right: 8, global: 1 },
  /** Every fourth position of a wider reach, as in dilated windows. */
  'dilated-window': { source: 'synthetic', signal: 'local', n: 256, left: 64, right: 64, dilation: 4 },
  /** Neighbours alike: a window loses little. */
  'local-signal': { source: 'synthetic', signal: 'local', n: 512, left: 32, right: 32 },
  /** Each query wants its far copy: a window misses it. */
  'copy-signal': { source: 'synthetic', signal: 'copy', n: 512, left: 32, right: 32 },
  /** An attention sink, and what keeping it as a global token repairs. */
  'attention-sink': { source: 'synthetic', signal: 'sink', n: 512, causal: true, left: 64, right: 0, global: 1 },
  /** A sequence too long for an n × n matrix, as a pooled picture. */
  'long-sequence': { source: 'synthetic', signal: 'local', n: 8192, heads: 1, left: 128, right: 128, scale: 'log' },
  /** The paper's remark: the attention core against a recurrent layer, equal at n = d. */
  'core-or-recurrence': { lab: 'mixers', mixers: ['attention-core', 'elman'], width: 256 },
  /** With its projections, attention beats a GRU for n < d and an LSTM for n < 2d, an Elman layer never. */
  'layer-or-recurrence': { lab: 'mixers', mixers: ['attention', 'elman', 'gru', 'lstm'], width: 256 },
  /** Quadratic beside linear: all pairs, a window, a convolution. */
  'quadratic-or-linear': { lab: 'mixers', mixers: ['attention-core', 'local-core', 'convolution'] },
  /** A narrow kernel and a narrow window: how many layers a far signal needs. */
  'long-paths': { lab: 'mixers', n: 32, kernel: 3, window: 2, layers: 4, key: 0, query: 31 },
  /** Heads at fixed width and of a fixed size, key heads shared, a trained encoder's heads switched off. */
  'fewer-heads': { lab: 'speedups', panel: 'heads' },
  /** Sixteen positions to either side instead of all. */
  'local-attention': { lab: 'speedups', panel: 'window', window: 16 },
  /** Each query wants its far copy: what a window loses, and what repairs it. */
  'window-loses-copies': {
    lab: 'speedups',
    panel: 'window',
    source: 'synthetic',
    signal: 'copy',
    window: 16,
    dilation: 4,
    global: 1,
  },
  /** What is stored, and what storing less saves. */
  'fewer-parameters': { lab: 'speedups', panel: 'parameters' },
  /** Three speed-ups at once. */
  'speed-ups-together': { lab: 'speedups', panel: 'together' },
  /** A short input: the feed-forward and the projections are nearly all. */
  'short-input': { lab: 'speedups', panel: 'window', n: 128, window: 16 },
  /** BERT's 15 % beside whole words, spans and phrases. */
  'bert-masking': { lab: 'pretraining' },
  /** SpanBERT's spans. */
  'span-masking': { lab: 'pretraining', strategy: 'span' },
  /** Two of five pieces hidden (Wettig et al. 2023). */
  'mask-40': { lab: 'pretraining', rate: 40 },
  /** Which tokens see which in one of XLNet's orders. */
  'permutation-order': { lab: 'pretraining', objective: 'order' },
  /** Next sentence prediction by similarity alone. */
  'nsp-by-topic': { lab: 'pretraining', objective: 'pairs' },
  /** Order of two sentences: the same score at chance. */
  'sop-at-chance': { lab: 'pretraining', objective: 'pairs', task: 'sop' },
  /** Six labels, eight texts: the zero-shot lab as it opens. */
  'zero-shot-topics': { lab: 'zero-shot' },
  /** Label names alone: what descriptions add is missing. */
  'bare-labels': { lab: 'zero-shot', descriptions: false, template: '{}' },
  /** The same cosines, a softmax that is nearly sure. */
  'cold-softmax': { lab: 'zero-shot', temperature: 1 },
  /** Sentences and their opposites: one label each. */
  'negation-fails': {
    lab: 'zero-shot',
    template: '{}',
    texts: 'It was a pleasure to watch that movie.\nI did not like the film.',
    labels: 'I liked the film.\nThe dog bit the man.',
  },
} as const satisfies Record<string, PresetValues>;

export type PresetSlug = keyof typeof PRESETS;
export const PRESET_SLUGS = Object.keys(PRESETS) as PresetSlug[];

/** A preset's values, its lab among them. */
export function presetValues(slug: PresetSlug): PresetValues & { lab: LabId } {
  return { lab: 'attention', ...(PRESETS[slug] as PresetValues) };
}

export const presetsOf = (lab: LabId): PresetSlug[] => PRESET_SLUGS.filter((slug) => presetValues(slug).lab === lab);
