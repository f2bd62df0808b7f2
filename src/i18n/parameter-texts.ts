// What each parameter and preset is called, in both languages. Apart from the message catalogue, because only the share dialog and the
// documentation (README's table, the manifest of custom elements) say them. The types hold them complete.
import type { ParameterId } from '../params/schema.ts';
import type { PresetSlug } from '../params/presets.ts';
import type { Locale } from './text.ts';

type Twin = Readonly<Record<Locale, string>>;

export const PARAMETER_TEXTS: Readonly<Record<ParameterId, Twin>> = {
  lab: { en: 'Which lab is shown.', 'zh-Hans': '显示哪个实验。' },
  preset: {
    en: 'A ready-made view; every other given value wins over it.',
    'zh-Hans': '预设视图；其他显式给出的值优先于它。',
  },
  n: { en: 'Sequence length: how many tokens or positions are used.', 'zh-Hans': '序列长度：使用多少个记号或位置。' },
  heads: { en: 'How many heads run.', 'zh-Hans': '运行多少个头（head）。' },
  dim: { en: 'Dimension of each head, for synthetic signals.', 'zh-Hans': '每个头的维度（用于合成信号）。' },
  causal: {
    en: 'No query sees a key after its own position.',
    'zh-Hans': '每个查询（query）看不到位于其后的键（key）。',
  },
  left: { en: 'How many keys before its own position a query sees.', 'zh-Hans': '查询可见的左侧键数。' },
  right: { en: 'How many keys after its own position a query sees.', 'zh-Hans': '查询可见的右侧键数。' },
  dilation: {
    en: 'Only every d-th key inside the window is seen, d being this number.',
    'zh-Hans': '窗口内每隔多少个键取一个。',
  },
  global: {
    en: 'This many first tokens see everything and are seen by all.',
    'zh-Hans': '开头多少个记号可见全部、也被全部可见。',
  },
  source: { en: 'Where queries, keys and values come from.', 'zh-Hans': '查询、键、值（value）的来源。' },
  text: { en: 'The text that runs through the encoder.', 'zh-Hans': '送入编码器的文本。' },
  signal: { en: 'The kind of synthetic signal.', 'zh-Hans': '合成信号的种类。' },
  seed: { en: 'Seed of the synthetic signal.', 'zh-Hans': '合成信号的随机种子。' },
  layer: { en: 'The encoder’s layer, counted from 0.', 'zh-Hans': '编码器的层，从 0 开始。' },
  head: { en: 'The head that is shown, counted from 0.', 'zh-Hans': '显示的头，从 0 开始。' },
  query: { en: 'The pinned query.', 'zh-Hans': '固定的查询。' },
  key: { en: 'The pinned key.', 'zh-Hans': '固定的键。' },
  compare: { en: 'Full and windowed attention side by side.', 'zh-Hans': '并排显示完整注意力与窗口注意力。' },
  backend: {
    en: 'What computes: the GPU, the CPU, or the faster of them.',
    'zh-Hans': '由 GPU、CPU 或其中较快者计算。',
  },
  view: { en: 'How the weights are shown.', 'zh-Hans': '权重的显示方式。' },
  scale: { en: 'How weights become colours.', 'zh-Hans': '权重到颜色的映射方式。' },
  cmap: { en: 'The colour map of the weights.', 'zh-Hans': '权重的配色。' },
  lang: { en: 'Language of the page; default the reader’s own.', 'zh-Hans': '页面语言；默认随读者。' },
  theme: { en: 'Light, dark or high contrast; default the system’s.', 'zh-Hans': '浅色、深色或高对比度；默认随系统。' },
  motion: { en: 'Whether transitions are shown.', 'zh-Hans': '是否显示过渡动画。' },
  ui: {
    en: 'How much of the page is shown around the picture; `compact` in a frame.',
    'zh-Hans': '图之外显示多少界面；在框架中默认 `compact`。',
  },
  presentation: {
    en: 'Large type for a projector; keys that turn slides go to the deck around a frame.',
    'zh-Hans': '投影用的大字号；翻页键交给框架外的幻灯片。',
  },
  hide: { en: 'Controls and regions that are left out.', 'zh-Hans': '隐藏的控件与区域。' },
  lock: { en: 'Controls held at their value.', 'zh-Hans': '固定不可改的控件。' },
  api: {
    en: 'What a frame tells the page around it: nothing, events without typed text, or everything.',
    'zh-Hans': '框架向外层页面告知的内容：无、不含输入文本的事件，或全部。',
  },
  origin: { en: 'The only origin whose messages are obeyed.', 'zh-Hans': '唯一被接受消息的来源。' },
};

export const PRESET_TITLES: Readonly<Record<PresetSlug, Twin>> = {
  intro: { en: 'Real text, window of ±16', 'zh-Hans': '真实文本，窗口 ±16' },
  'softmax-steps': { en: 'From scores to output, step by step', 'zh-Hans': '从分数到输出，逐步计算' },
  'causal-mask': { en: 'Causal mask', 'zh-Hans': '因果掩码' },
  'causal-window': { en: 'Causal sliding window', 'zh-Hans': '因果滑动窗口（sliding window）' },
  'longformer-window': { en: 'Symmetric window with a global token', 'zh-Hans': '对称窗口加一个全局记号' },
  'dilated-window': { en: 'Dilated window', 'zh-Hans': '空洞窗口' },
  'local-signal': { en: 'Local signal: a window loses little', 'zh-Hans': '局部信号：窗口几乎无损' },
  'copy-signal': { en: 'Copy signal: a window misses it', 'zh-Hans': '复制信号：窗口看不到' },
  'attention-sink': { en: 'Attention sink', 'zh-Hans': '注意力汇聚（attention sink）' },
  'long-sequence': { en: '8,192 positions, pooled', 'zh-Hans': '8,192 个位置，池化显示' },
};
