// Views of what one query reads: the text, the steps from scores to output, and the strips of numbers in them.
import type { ComponentProps } from 'svelte';
import { textIn, type Text } from '../../src/i18n/text.ts';
import ListenBar from '../../src/ui/ListenBar.svelte';
import NumberStrip from '../../src/ui/NumberStrip.svelte';
import StepView from '../../src/ui/StepView.svelte';
import TokenText from '../../src/ui/TokenText.svelte';
import { formatNumber } from '../../src/viz/format.ts';
import { attentionOver, CHARACTERS, stepsOf, WORDS } from './sentence.ts';
import { view, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const nothing = () => {};

const sentence = attentionOver(WORDS.length, { mask: { causal: true } });
const QUERY = 15;
const steps = stepsOf(sentence, 2, QUERY);
const number = (value: number) => formatNumber(value, 'en');
const strip = (name: string, props: Partial<ComponentProps<typeof NumberStrip>>) =>
  view(
    name,
    NumberStrip,
    {
      values: steps.dots,
      visible: null,
      marked: null,
      color: 'var(--full)',
      format: number,
      label: 'Dot products',
      ...props,
    },
    { shows: [{ role: 'img', name: 'Dot products' }] },
  );
export const STRIP_VIEWS: View[] = [
  strip('Strip: both signs, a marked key', { values: sentence.tensors.v.slice(0, 24), marked: 9 }),
  strip('Strip: hidden keys', { values: steps.weights, visible: steps.visible, marked: 9, color: 'var(--windowed)' }),
  strip('Strip: a key that sounds', { values: steps.weights, visible: steps.visible, marked: 9, sounding: [4, 5] }),
  strip('Strip: all zero', { values: new Float32Array(24) }),
  strip('Strip: more numbers than pixels', { values: attentionOver(512).tensors.q }),
];

const nameOf = (words: readonly string[]) => (position: number) => words[position]!.replace('▁', '');
const stepView = (name: string, key: number, text: Text, words: readonly string[], texts: string[]) =>
  view(
    name,
    StepView,
    { steps, key, nameOf: nameOf(words), color: 'var(--full)', text, number, onkey: nothing },
    {
      shows: [
        { role: 'img', name: text.step_scores() },
        { role: 'img', name: text.step_softmax() },
        { role: 'table', name: text.step_table_caption() },
        { role: 'button', name: nameOf(words)(steps.strongest[0]!.key) },
      ],
      texts: [text.step_sum(), ...texts],
    },
  );
export const STEP_VIEWS: View[] = [
  stepView('Steps: a key the query sees', steps.strongest[0]!.key, en, WORDS, [
    number(steps.weights[steps.strongest[0]!.key]!),
  ]),
  stepView('Steps: a hidden key', QUERY + 3, en, WORDS, [en.step_hidden_key()]),
  stepView('Steps: Chinese', steps.strongest[1]!.key, zh, CHARACTERS, []),
];

const strongest = Math.max(...steps.weights);
const reading = {
  strength: steps.weights.map((weight) => (0.9 * weight) / strongest),
  query: QUERY,
  color: 'var(--full)',
  lang: 'en',
  onhover: nothing,
  onpick: nothing,
};
export const TEXT_VIEWS: View[] = [
  view(
    'Text: as a query sees it',
    TokenText,
    { ...reading, tokens: WORDS, visible: null, label: en.reading_heading() },
    { texts: ['cat', 'today'] },
  ),
  view(
    'Text: hidden keys',
    TokenText,
    { ...reading, tokens: WORDS, visible: steps.visible, label: en.reading_heading() },
    { texts: ['cat', 'today'] },
  ),
  view(
    'Text: every weight strong, orange',
    TokenText,
    {
      ...reading,
      tokens: WORDS,
      visible: null,
      strength: new Float32Array(24).fill(1),
      color: 'var(--windowed)',
      label: en.reading_heading(),
    },
    { texts: ['cat'] },
  ),
  view(
    'Text: weights still to come, Chinese',
    TokenText,
    { ...reading, lang: 'zh', tokens: CHARACTERS, visible: null, strength: null, label: zh.reading_heading() },
    { texts: ['猫'] },
  ),
];

const listen = (name: string, text: Text, props: Partial<ComponentProps<typeof ListenBar>> = {}) =>
  view(
    name,
    ListenBar,
    {
      text,
      playing: false,
      volume: 40,
      volumeText: '40%',
      explained: text.listen_explained({ low: '220', high: '880', largest: '0.31' }),
      onplay: nothing,
      onstop: nothing,
      onvolume: nothing,
      ...props,
    },
    {
      shows: [
        { role: 'button', name: props.playing ? text.listen_stop() : text.listen_play() },
        { role: 'slider', name: text.listen_volume() },
      ],
      texts: [props.failure ?? '880 Hz'],
    },
  );
export const LISTEN_VIEWS: View[] = [
  listen('Listen: at rest', en),
  listen('Listen: playing', en, { playing: true }),
  listen('Listen: no Web Audio', en, { failure: en.listen_no_audio() }),
  listen('Listen: Chinese', zh),
];
